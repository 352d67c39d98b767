//! A server that answers as an engine did: with what was recorded, with what it
//! gets from a real one and records, or with what a test says.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::common::project;

/// A request, as far as it matters.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Null where there is none; a list where it is lines.
    pub(crate) body: Value,
    /// Who asks, as the header says it.
    pub(crate) auth: Option<String>,
    text: Vec<u8>,
    kind: String,
}

impl Asked {
    fn name(&self) -> String {
        json!([self.method, self.path, self.body]).to_string()
    }
}

/// What answers a request: whole bytes of an answer, or an endless one.
pub(crate) enum Answered {
    Bytes(Vec<u8>),
    Endless,
}

type Answering = dyn Fn(&Asked) -> Answered + Send + Sync;

/// A server on loopback; its threads end with the test.
pub(crate) struct Stub {
    port: u16,
    unknown: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// One that answers as `answer` says.
    pub(crate) fn answering(answer: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> Stub {
        Stub::with(Arc::default(), Arc::new(answer), None)
    }

    fn with(
        unknown: Arc<Mutex<Vec<String>>>,
        answer: Arc<Answering>,
        tls: Option<Arc<ServerConfig>>,
    ) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has a port").port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, tls) = (Arc::clone(&answer), tls.clone());
                std::thread::spawn(move || match tls {
                    None => serve(stream, &*answer),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).expect("the end is set up");
                        serve(StreamOwned::new(connection, stream), &*answer);
                    }
                });
            }
        });
        Stub { port, unknown }
    }

    /// One that gives the answers of a file. What is not in it is refused and
    /// remembered.
    pub(crate) fn replaying(file: &Path) -> Stub {
        let unknown: Arc<Mutex<Vec<String>>> = Arc::default();
        let answer = replay(file, Arc::clone(&unknown));
        Stub::with(unknown, Arc::new(answer), None)
    }

    /// The same for whoever says `auth`, at the end of a TLS connection that has
    /// a certificate of `tests/fixtures/tls`.
    pub(crate) fn replaying_to(auth: &'static str, certificate: &str, file: &Path) -> Stub {
        let unknown: Arc<Mutex<Vec<String>>> = Arc::default();
        let replay = replay(file, Arc::clone(&unknown));
        let answer = move |asked: &Asked| match asked.auth.as_deref() {
            Some(told) if told == auth => replay(asked),
            _ => Answered::Bytes(raw_answer("401 Unauthorized", "", "{}")),
        };
        let folder = project().join("tests/fixtures/tls");
        let certificate = CertificateDer::from_pem_file(folder.join(certificate));
        let key = PrivateKeyDer::from_pem_file(folder.join("engine-key.pem"));
        let tls = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.expect("a certificate")],
                key.expect("a key"),
            )
            .expect("the certificate is of this key");
        Stub::with(unknown, Arc::new(answer), Some(Arc::new(tls)))
    }

    /// One that asks a real engine, and records what it says.
    pub(crate) fn recording(engine: &str, file: &Path) -> Stub {
        let engine = engine.trim_start_matches("http://").to_owned();
        let _ = std::fs::remove_file(file);
        let file = PathBuf::from(file);
        let recorded: Mutex<Vec<String>> = Mutex::default();
        Stub::answering(move |asked| {
            let (status, body) = passed_on(&engine, asked);
            let name = asked.name();
            let mut recorded = recorded.lock().expect("no test panics in it");
            if !recorded.contains(&name) {
                recorded.push(name);
                let record = json!({
                    "method": asked.method, "path": asked.path, "body": asked.body,
                    "status": status, "response": without_texts(body.clone()),
                });
                let mut out = OpenOptions::new().create(true).append(true).open(&file);
                let out = out.as_mut().expect("the recording can be written");
                writeln!(out, "{record}").expect("the recording can be written");
            }
            Answered::Bytes(json_answer(status, &body))
        })
    }

    /// The address of an index.
    pub(crate) fn url(&self, index: &str) -> String {
        format!("http://127.0.0.1:{}/{index}", self.port)
    }

    /// The same over TLS, by a name of this machine.
    pub(crate) fn secure_url(&self, host: &str, index: &str) -> String {
        format!("https://{host}:{}/{index}", self.port)
    }

    /// The requests that were not recorded.
    pub(crate) fn unknown(&self) -> Vec<String> {
        self.unknown.lock().expect("no test panics in it").clone()
    }
}

/// Answers with what a file has; what is not in it is refused and remembered.
fn replay(
    file: &Path,
    unknown: Arc<Mutex<Vec<String>>>,
) -> impl Fn(&Asked) -> Answered + Send + Sync + 'static {
    let open = File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut known: HashMap<String, (u64, Value)> = HashMap::new();
    for line in BufReader::new(open).lines() {
        let line = line.expect("the file can be read");
        let record: Value = serde_json::from_str(&line).expect("each line is JSON");
        let name = json!([record["method"], record["path"], record["body"]]).to_string();
        let status = record["status"].as_u64().expect("a status");
        known.insert(name, (status, with_texts(record["response"].clone())));
    }
    move |asked: &Asked| {
        let name = asked.name();
        if let Some((status, body)) = known.get(&name) {
            return Answered::Bytes(json_answer(*status, body));
        }
        unknown.lock().expect("no test panics in it").push(name);
        let refusal = json!({"error": {"reason": "this was not recorded"}});
        Answered::Bytes(json_answer(400, &refusal))
    }
}

/// The texts of the seeds stand in their own files.
fn with_texts(value: Value) -> Value {
    each_text(value, &|text| {
        let file = text.strip_prefix("@seeds/")?;
        std::fs::read_to_string(project().join("seeds").join(file)).ok()
    })
}

/// The same the other way round.
fn without_texts(value: Value) -> Value {
    let seeds = std::fs::read_dir(project().join("seeds")).expect("the seeds are there");
    let seeds = seeds.map(|entry| entry.expect("a seed can be listed").path());
    let texts: HashMap<String, String> = seeds
        .map(|path| {
            let name = path
                .file_name()
                .expect("a seed has a name")
                .to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a seed can be read");
            (text, format!("@seeds/{name}"))
        })
        .collect();
    each_text(value, &|text| texts.get(text).cloned())
}

fn each_text(value: Value, change: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(change(&text).unwrap_or(text)),
        Value::Array(values) => values
            .into_iter()
            .map(|value| each_text(value, change))
            .collect(),
        Value::Object(object) => {
            let changed = object.into_iter();
            Value::Object(
                changed
                    .map(|(name, value)| (name, each_text(value, change)))
                    .collect(),
            )
        }
        other => other,
    }
}

/// An answer in JSON.
pub(crate) fn json_answer(status: u64, body: &Value) -> Vec<u8> {
    raw_answer(&format!("{status} As Said"), "", &body.to_string())
}

/// An answer with a status line and more headers.
pub(crate) fn raw_answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn serve(mut stream: impl Read + Write, answer: &Answering) {
    let Some(asked) = read(&mut stream) else {
        // What does not speak HTTP, as an engine answers it.
        let _ = stream.write_all(&raw_answer("400 Bad Request", "", ""));
        return;
    };
    match answer(&asked) {
        Answered::Bytes(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Answered::Endless => {
            let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"took\":1";
            let piece = vec![b' '; 1 << 20];
            // Until the client has enough.
            let mut outcome = stream.write_all(head);
            while outcome.is_ok() {
                outcome = stream.write_all(&piece);
            }
        }
    }
}

fn read(stream: impl Read) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut is_packed, mut kind, mut auth) = (0, false, String::new(), None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "content-encoding" => is_packed = value.trim() == "gzip",
            "authorization" => auth = Some(value.trim().to_owned()),
            "content-type" => value.trim().clone_into(&mut kind),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    let mut text = body;
    if is_packed {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&text[..])
            .read_to_end(&mut unpacked)
            .ok()?;
        text = unpacked;
    }
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_slice(line).unwrap_or_default())
        .collect();
    Some(Asked {
        method,
        path,
        body: match (kind.contains("ndjson"), &lines[..]) {
            (_, []) => Value::Null,
            (true, _) => Value::Array(lines),
            (false, [only, ..]) => only.clone(),
        },
        auth,
        text,
        kind,
    })
}

/// What a real engine answers.
fn passed_on(engine: &str, asked: &Asked) -> (u64, Value) {
    let mut stream = TcpStream::connect(engine).expect("the engine runs");
    let Asked {
        method,
        path,
        text,
        kind,
        ..
    } = asked;
    let kind = if kind.is_empty() {
        String::new()
    } else {
        format!("content-type: {kind}\r\n")
    };
    let length = text.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {engine}\r\nconnection: close\r\n{kind}content-length: {length}\r\n\r\n"
    );
    stream
        .write_all(head.as_bytes())
        .expect("the engine listens");
    stream.write_all(text).expect("the engine listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the engine answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (
        status.expect("a status"),
        serde_json::from_str(body).expect("the engine speaks JSON"),
    )
}
