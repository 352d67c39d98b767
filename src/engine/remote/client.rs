//! Speaks HTTP with a remote engine: requests and answers in JSON, blocking.
//!
//! With `tls`, the only file that knows the HTTP library. An engine is not
//! trusted: an answer is bounded in bytes, depth and time, redirections are not
//! followed (they would carry the key elsewhere), and what an error quotes of an
//! answer is cut and on one line.
//!
//! A request that may be sent twice is tried three times where the engine
//! cannot be reached or says that it is too busy: after what its `Retry-After`
//! asks for, else after half a second and a second, each half of it by chance, so
//! that many clients do not return at once. What must not be sent twice at will
//! (`bulk`) is sent once, and its sender sees the status.
//!
//! What is larger than a kilobyte is sent gzipped: documents shrink to a
//! third. Loopback needs no proxy; else the variables of the environment name
//! one.

use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use ureq::http::{Method, Request, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, AsSendBody};

use super::access::Access;
use super::reply::{Reply, quoted, reason_of};
use super::target::Target;
use super::tls;
use crate::failure::{Failure, FailureKind, Result, plain_cause};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an engine may take to answer, and how long the answer may take.
const READ: Duration = Duration::from_mins(2);

/// The most bytes of an answer, unpacked. A pool of 1,500 texts is 4 MB.
const LARGEST: u64 = 256 << 20;

/// How often a request is sent that may be sent twice.
const TRIES: u32 = 3;

/// The longest wait that an engine may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What is shorter is sent as it is.
const WORTH_PACKING: usize = 1024;

/// A connection to the engine of one index. Cheap to share among threads; it
/// keeps connections open from one request to the next.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    target: Target,
    auth: Option<String>,
    requests: AtomicU64,
}

/// What becomes of a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// It is sent again.
    Yes,
    /// It is not, and the caller sees a status of 429 or 503.
    No,
}

/// What is sent.
enum Content<'c> {
    Nothing,
    Json(&'c Value),
    /// JSON values, a line each.
    Lines(&'c [u8]),
}

/// What one try came to.
enum Try {
    Reply(Reply),
    /// What may succeed later; after how long, where the engine says so.
    Later(Failure, Option<Duration>),
}

impl Client {
    /// A client for the engine of `target`. Nothing is sent yet.
    ///
    /// # Errors
    /// When requests would travel in plain text though they must not, or the
    /// certificates cannot be read.
    pub(crate) fn new(target: Target, access: &Access) -> Result<Client> {
        target.check_secure(access.allows_plain)?;
        let tls = TlsConfig::builder().root_certs(match &access.ca {
            Some(pem) => RootCerts::Specific(Arc::new(tls::certificates(pem)?)),
            None => RootCerts::WebPki,
        });
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_send_body(Some(READ))
            .timeout_recv_response(Some(READ))
            .timeout_recv_body(Some(READ))
            .user_agent(concat!("cybersearch/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .tls_config(tls.build());
        if target.is_loopback() {
            config = config.proxy(None);
        }
        Ok(Client {
            agent: config.build().into(),
            target,
            auth: access.auth.clone(),
            requests: AtomicU64::new(0),
        })
    }

    /// Where it sends its requests.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The name of the index, as the user gave it.
    pub(crate) fn index(&self) -> &str {
        self.target.index()
    }

    /// How many requests were sent so far.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// # Errors
    /// When the engine cannot be reached, refuses, or answers with what is no
    /// JSON; so do the others. `path` begins with a slash.
    pub(crate) fn get(&self, path: &str) -> Result<Reply> {
        self.send(&Method::GET, path, &Content::Nothing, Again::Yes, None)
    }

    /// A request whose repetition changes nothing: searches, deletions by query.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send(&Method::POST, path, &Content::Json(body), Again::Yes, None)
    }

    /// The same for whoever waits until then, all tries together.
    pub(crate) fn post_until(
        &self,
        until: Option<Instant>,
        path: &str,
        body: &Value,
    ) -> Result<Reply> {
        self.send(&Method::POST, path, &Content::Json(body), Again::Yes, until)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send(&Method::PUT, path, &Content::Json(body), Again::Yes, None)
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Reply> {
        self.send(&Method::DELETE, path, &Content::Nothing, Again::Yes, None)
    }

    /// Many requests as lines of JSON that may be sent again: `_msearch`. For
    /// whoever waits until then.
    pub(crate) fn lines_until(
        &self,
        until: Option<Instant>,
        path: &str,
        body: &[u8],
    ) -> Result<Reply> {
        self.send(
            &Method::POST,
            path,
            &Content::Lines(body),
            Again::Yes,
            until,
        )
    }

    /// Documents as lines of JSON: `_bulk`. Sent once: a status of 429 or 503 is
    /// the caller's to judge; 503 too where the engine could not be reached, or
    /// its answer broke off.
    pub(crate) fn ndjson(&self, path: &str, body: &[u8]) -> Result<Reply> {
        self.send(&Method::POST, path, &Content::Lines(body), Again::No, None)
    }

    fn send(
        &self,
        method: &Method,
        path: &str,
        content: &Content<'_>,
        again: Again,
        until: Option<Instant>,
    ) -> Result<Reply> {
        let left = || until.map(|until| until.saturating_duration_since(Instant::now()));
        let (body, kind) = match content {
            Content::Nothing => (Vec::new(), None),
            Content::Json(value) => (value.to_string().into_bytes(), Some("application/json")),
            Content::Lines(lines) => (lines.to_vec(), Some("application/x-ndjson")),
        };
        let (body, is_packed) = packed(body);
        let mut tries = 1;
        loop {
            let request = self.request(method, path, kind, is_packed)?;
            match self.once(request, &body, again, left())? {
                Try::Reply(reply) => return Ok(reply),
                Try::Later(failure, None) if again == Again::No => {
                    return Ok(Reply::unreached(&failure));
                }
                Try::Later(failure, _) if again == Again::No || tries == TRIES => {
                    return Err(failure);
                }
                Try::Later(failure, asked) => {
                    let wait = asked.unwrap_or_else(|| back_off(tries));
                    if wait > LONGEST_WAIT || left().is_some_and(|left| wait > left) {
                        return Err(failure);
                    }
                    std::thread::sleep(wait);
                    tries += 1;
                }
            }
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        kind: Option<&str>,
        is_packed: bool,
    ) -> Result<ureq::http::request::Builder> {
        let mut request = Request::builder().method(method).uri(self.target.url(path));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        if is_packed {
            request = request.header("content-encoding", "gzip");
        }
        if let Some(auth) = &self.auth {
            let mut value = ureq::http::HeaderValue::from_str(auth)
                .map_err(|_| Failure::new("what says who asks cannot be sent as a header"))?;
            value.set_sensitive(true);
            request = request.header("authorization", value);
        }
        Ok(request)
    }

    /// Sends a request once.
    fn once(
        &self,
        request: ureq::http::request::Builder,
        body: &[u8],
        again: Again,
        time: Option<Duration>,
    ) -> Result<Try> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let bad = |error: ureq::http::Error| self.failed(&error);
        let sent = if body.is_empty() {
            self.run(request.body(()).map_err(bad)?, time)
        } else {
            self.run(request.body(body).map_err(bad)?, time)
        };
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => return Ok(self.unsent(&error)),
        };
        let status = response.status().as_u16();
        let wait = retry_after(&response);
        self.check_status(&response)?;
        let text = match self.text_of(&mut response)? {
            Ok(text) => text,
            Err(failure) => return Ok(Try::Later(failure, None)),
        };
        let body = serde_json::from_slice::<Value>(&text);
        if is_busy(status) && again == Again::Yes {
            let reason = body
                .as_ref()
                .map_or_else(|_| "it is busy".to_owned(), reason_of);
            let failure = self.failed(&format!("{reason} (HTTP {status})"));
            let failure = failure.of(FailureKind::Busy).help("try again later");
            return Ok(Try::Later(failure, wait));
        }
        let body = match body {
            Ok(body) => body,
            Err(_) if text.is_empty() => Value::Null,
            // A door before the engine says why it is busy in its own way.
            Err(_) if is_busy(status) => Value::Null,
            Err(error) => return Err(self.no_json(status, &text, &error)),
        };
        if status >= 500 && !is_busy(status) {
            let reason = reason_of(&body);
            return Err(self.failed(&format!("{reason} (HTTP {status})")));
        }
        Ok(Try::Reply(Reply {
            status,
            body,
            retry_after: wait,
        }))
    }

    /// Runs a request, for so long at most.
    fn run(
        &self,
        request: Request<impl AsSendBody>,
        time: Option<Duration>,
    ) -> std::result::Result<Response<ureq::Body>, ureq::Error> {
        let request = self.agent.configure_request(request);
        self.agent.run(request.timeout_global(time).build())
    }

    /// What came of a request that got no answer.
    fn unsent(&self, error: &ureq::Error) -> Try {
        let later = |why: String| {
            let failure = Failure::new(format!("cannot reach {}: {why}", self.target.engine()));
            Try::Later(
                failure
                    .of(FailureKind::Refused)
                    .help(if self.target.is_secure() {
                        "check that the engine runs and the address is right"
                    } else {
                        "check that the engine runs, and whether the address begins with https://"
                    }),
                None,
            )
        };
        match error {
            ureq::Error::Io(error) => match tls::hidden(error) {
                Some(error) => self.insecure(error),
                None => later(plain_cause(error)),
            },
            ureq::Error::Timeout(_) => later("no answer in time".to_owned()),
            ureq::Error::HostNotFound => later("no such host".to_owned()),
            ureq::Error::Rustls(error) => self.insecure(error),
            other => later(other.to_string()),
        }
    }

    /// A certificate is not better the second time.
    fn insecure(&self, error: &rustls::Error) -> Try {
        let (why, help) = tls::explained(error);
        Try::Later(self.failed(&quoted(&why)).help(help), Some(Duration::MAX))
    }

    /// Refuses what no caller can do anything with.
    fn check_status(&self, response: &Response<ureq::Body>) -> Result<()> {
        let status = response.status().as_u16();
        let failure = |why: &str| self.failed(&format!("{why} (HTTP {status})"));
        Err(match status {
            401 => failure("it asks who you are").help(format!(
                "set {}, or use --auth-file",
                super::access::AUTH_VARIABLE
            )),
            403 => failure("you may not do this").help("ask for the right to use this index"),
            300..=399 => {
                let location = response.headers().get("location");
                let location = location
                    .and_then(|to| to.to_str().ok())
                    .unwrap_or("elsewhere");
                failure(&format!("it points to {}", quoted(location)))
                    .help("use the address that it points to")
            }
            _ => return Ok(()),
        })
    }

    /// The bytes of an answer; the inner error may not come again.
    fn text_of(
        &self,
        response: &mut Response<ureq::Body>,
    ) -> Result<std::result::Result<Vec<u8>, Failure>> {
        let mut text = Vec::new();
        let reader = response.body_mut().as_reader();
        match reader.take(LARGEST + 1).read_to_end(&mut text) {
            Ok(_) if text.len() as u64 > LARGEST => {
                let why = format!("its answer is longer than {} MiB", LARGEST >> 20);
                Err(self.failed(&why).help("ask for less: narrow the query"))
            }
            Ok(_) => Ok(Ok(text)),
            Err(error) => {
                let why = match ureq::Error::from(error) {
                    ureq::Error::Timeout(_) => {
                        let seconds = READ.as_secs();
                        return Err(self.failed(&format!("its answer took over {seconds} s")));
                    }
                    ureq::Error::Io(error) => plain_cause(&error),
                    other => other.to_string(),
                };
                Ok(Err(self.failed(&format!(
                    "its answer broke off: {}",
                    quoted(&why)
                ))))
            }
        }
    }

    /// What is told of an answer that is no JSON.
    fn no_json(&self, status: u16, text: &[u8], error: &serde_json::Error) -> Failure {
        let begin = String::from_utf8_lossy(&text[..text.len().min(1024)]).into_owned();
        let begin = begin.trim_start();
        if begin.starts_with('<') {
            return self
                .failed(&format!("it answers with a web page, no JSON (HTTP {status})"))
                .help("check the address: is it OpenSearch or Elasticsearch, without a login page in front?");
        }
        let why = if error.is_eof() {
            "its answer is cut off".to_owned()
        } else {
            format!("its answer is no JSON: {}", quoted(begin))
        };
        self.failed(&format!("{why} (HTTP {status})"))
    }

    fn failed(&self, why: &dyn std::fmt::Display) -> Failure {
        let engine = self.target.engine();
        Failure::new(format!("{engine}: {why}")).of(FailureKind::Refused)
    }
}

/// Whether a status says that the same request may succeed later.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// How long an engine asks to wait, where it says so in seconds.
fn retry_after(response: &Response<ureq::Body>) -> Option<Duration> {
    let value = response.headers().get("retry-after")?.to_str().ok()?;
    Some(Duration::from_secs(value.trim().parse().ok()?))
}

/// How long to wait after so many tries: half a second, then a second, …, half
/// of it by chance.
fn back_off(tries: u32) -> Duration {
    let whole = Duration::from_millis(500) * 2_u32.saturating_pow(tries.saturating_sub(1)).min(64);
    // A new state hashes nothing to a number of its own.
    let chance = u32::try_from(RandomState::new().hash_one(tries) % 1024).unwrap_or(0);
    whole / 2 + whole / 2 * chance / 1024
}

/// A body as it is sent, and whether it is gzipped.
fn packed(body: Vec<u8>) -> (Vec<u8>, bool) {
    if body.len() < WORTH_PACKING {
        return (body, false);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::fast());
    // Writing to memory does not fail; if it did, the body goes as it is.
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(packed) => (packed, true),
        Err(_) => (body, false),
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufRead;
    use std::net::TcpListener;

    use super::*;

    /// A client of a server that gives these answers, each to one connection.
    fn client_of(answers: Vec<Vec<u8>>) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for answer in answers {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                let mut head = std::io::BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while head.read_line(&mut line).unwrap_or(0) > 2 {
                    let small = line.to_ascii_lowercase();
                    if let Some(value) = small.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let _ = head.take(length).read_to_end(&mut Vec::new());
                let _ = stream.write_all(&answer);
            }
        });
        let target = Target::parse(&format!("http://127.0.0.1:{port}/news")).unwrap();
        Client::new(target, &Access::default()).unwrap()
    }

    fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
            .into_bytes()
    }

    fn error_of(answer: Vec<u8>) -> Failure {
        client_of(vec![answer])
            .ndjson("/_bulk", b"{}\n")
            .unwrap_err()
    }

    #[test]
    fn what_an_engine_refuses_is_one_clear_line() {
        for (status, body, why) in [
            ("401 Unauthorized", "", "asks who you are"),
            ("403 Forbidden", "{}", "may not do this"),
            ("302 Found", "", "points to elsewhere"),
            ("200 OK", " <!DOCTYPE html><p>Log in", "a web page, no JSON"),
            ("200 OK", "{\"hits\": {\"total\"", "cut off"),
            ("200 OK", "ok\u{1b}[2J", "no JSON: ok"),
            (
                "500 Oh",
                "{\"error\":{\"reason\":\"disk\\nfull\"}}",
                "disk full (HTTP 500)",
            ),
        ] {
            let error = error_of(answer(status, "", body)).to_string();
            assert!(
                error.contains(why) && !error.contains('\n'),
                "{status}: {error}"
            );
        }
    }

    #[test]
    fn half_an_answer_is_no_answer() {
        let mut half = answer("200 OK", "", "{\"took\":1}");
        half.truncate(half.len() - 3);
        // What is sent once tells its sender, as who is busy does.
        let reply = client_of(vec![half]).ndjson("/_bulk", b"{}\n").unwrap();
        let reason = reason_of(&reply.body);
        assert!(
            reply.status == 503 && reason.contains("broke off"),
            "{reason}"
        );
    }

    #[test]
    fn who_is_busy_is_asked_again() {
        let busy = answer("429 Too Many Requests", "retry-after: 0\r\n", "");
        let fine = answer("200 OK", "", "{\"ok\":true}");
        let client = client_of(vec![busy.clone(), busy.clone(), fine]);
        let reply = client.get("/").unwrap();
        assert_eq!(
            (reply.body["ok"].as_bool(), client.requests()),
            (Some(true), 3)
        );
        let client = client_of(vec![busy.clone(), busy.clone(), busy.clone()]);
        assert_eq!(client.get("/").unwrap_err().kind(), FailureKind::Busy);
        // What is sent once tells its sender.
        let reply = client_of(vec![busy]).ndjson("/_bulk", b"{}\n").unwrap();
        assert_eq!(
            (reply.status, reply.retry_after),
            (429, Some(Duration::ZERO))
        );
        let long = answer(
            "503 Busy",
            "retry-after: 9999\r\n",
            "{\"error\":\"closed\"}",
        );
        let error = client_of(vec![long]).get("/").unwrap_err();
        assert!(error.to_string().ends_with("closed (HTTP 503)"), "{error}");
    }

    #[test]
    fn an_engine_that_is_not_there_is_named() {
        let target = Target::parse("http://127.0.0.1:9/news").unwrap();
        let client = Client::new(target, &Access::default()).unwrap();
        let error = client.get("/").unwrap_err();
        assert_eq!(client.requests(), 3);
        let expected = "cannot reach http://127.0.0.1:9: connection refused";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn waits_grow_and_are_never_alike_for_all() {
        for tries in 1..4 {
            let whole = Duration::from_millis(250) * 2_u32.pow(tries);
            let wait = back_off(tries);
            assert!(wait >= whole / 2 && wait <= whole, "{tries}: {wait:?}");
        }
    }

    #[test]
    fn what_is_long_is_packed() {
        let long = vec![b'a'; 5000];
        let (sent, is_packed) = packed(long.clone());
        assert!(is_packed && sent.len() < 200);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&sent[..])
            .read_to_end(&mut text)
            .unwrap();
        assert_eq!(text, long);
        assert!(!packed(b"{}".to_vec()).1);
    }
}
