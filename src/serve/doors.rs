//! Who may come in: the doors that every request passes before it is looked at.
//!
//! A server on 127.0.0.1 is reached by every web page that the same browser
//! shows, and by every other user of the machine. Three doors, in this order:
//!
//! 1. `Host` names us, with our port. A page whose own name was made to point to
//!    127.0.0.1 (DNS rebinding) comes with that name.
//! 2. `Sec-Fetch-*` and `Origin`. Another site may lead here by a link that
//!    somebody follows (`navigate` to a `document`) and by nothing else: an
//!    image, a frame or a fetch is enough to learn from its time whether a name
//!    is in the archive. Programs send neither header and pass.
//! 3. The token, as a cookie or `Authorization: Bearer`.
//!
//! Everything is compared as a whole, never by a beginning or a pattern.

use hyper::Method;
use hyper::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use subtle::ConstantTimeEq;

use super::reply::Refusal;
use crate::failure::{Failure, Result};

/// A secret that lets its bearer in.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The fewest characters of a token that was thought of by somebody.
const LEAST_TOKEN: usize = 20;

impl Token {
    /// A new one of 256 bits.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Token> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::new(format!("no random bytes: {error}")))?;
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Token(digits.collect()))
    }

    /// The one that a file holds.
    ///
    /// # Errors
    /// When it is short, or has characters that a header cannot hold.
    pub fn read(text: &str) -> Result<Token> {
        let text = text.trim();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        if text.len() < LEAST_TOKEN || !text.chars().all(is_plain) {
            let help =
                format!("expected one line of at least {LEAST_TOKEN} letters, digits, and - _ . ~");
            return Err(Failure::new("invalid token").help(help));
        }
        Ok(Token(text.to_owned()))
    }

    /// Its characters.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether `given` is it. Takes as long for every text of its length.
    pub(super) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// The doors of a server.
#[derive(Debug, Clone)]
pub(super) struct Doors {
    /// What `Host` may be.
    hosts: Vec<String>,
    /// What `Origin` may be.
    origins: Vec<String>,
    token: Option<Token>,
    /// Cookies are shared by all ports of a machine: ours has its port in its
    /// name.
    cookie: String,
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

impl Doors {
    /// Those of a server at `port`, which is also known by the names `allowed`,
    /// each with a port or without.
    pub(super) fn new(port: u16, allowed: &[String], token: Option<Token>) -> Doors {
        let own = ["127.0.0.1", "[::1]", "localhost"];
        let mut hosts: Vec<String> = own.iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            hosts.extend(own.map(str::to_owned));
        }
        let mut origins: Vec<String> = hosts.iter().map(|host| format!("http://{host}")).collect();
        for name in allowed {
            hosts.push(name.clone());
            origins.extend(["http", "https"].map(|scheme| format!("{scheme}://{name}")));
        }
        Doors {
            hosts,
            origins,
            token,
            cookie: format!("cybersearch-{port}"),
        }
    }

    /// Lets a request through the first two doors, or says why not.
    pub(super) fn check_caller(&self, request: &Parts) -> std::result::Result<(), Refusal> {
        let headers = &request.headers;
        let is_known = |host: &str| self.hosts.iter().any(|known| known == host);
        // A request to a proxy names the host in its first line as well.
        let named = request
            .uri
            .authority()
            .map(hyper::http::uri::Authority::as_str);
        let host = one(headers, &HOST).flatten();
        if !host.is_some_and(is_known) || named.is_some_and(|named| !is_known(named)) {
            return Err(Refusal::Host);
        }
        let is_own = |origin: &str| self.origins.iter().any(|known| known == origin);
        match one(headers, &ORIGIN) {
            None => {}
            Some(Some(origin)) if is_own(origin) => {}
            Some(_) => return Err(Refusal::Caller),
        }
        if headers.contains_key(PURPOSE) || !may_fetch(&request.method, headers) {
            return Err(Refusal::Caller);
        }
        Ok(())
    }

    /// Whether a request bears the token.
    pub(super) fn is_let_in(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let bearer = one(headers, &AUTHORIZATION).flatten();
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let cookies = headers.get_all(COOKIE).into_iter();
        let cookies = cookies.filter_map(|value| value.to_str().ok());
        let cookie = cookies
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .filter(|(name, _)| *name == self.cookie)
            .map(|(_, value)| value);
        bearer
            .into_iter()
            .chain(cookie)
            .any(|given| token.is(given))
    }

    /// The cookie that lets its browser in from now on, for who gives the right
    /// token.
    pub(super) fn cookie_for(&self, given: &str) -> Option<String> {
        let token = self.token.as_ref()?;
        let cookie = &self.cookie;
        let is_right = token.is(given);
        is_right.then(|| {
            format!(
                "{cookie}={}; Path=/; HttpOnly; SameSite=Strict",
                token.text()
            )
        })
    }
}

/// The value of a header that stands there once: `None` where there is none,
/// `Some(None)` where there are several or it is no text.
#[expect(
    clippy::option_option,
    reason = "none, and none that can be read, are refused apart"
)]
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<Option<&'h str>> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    Some(match values.next() {
        Some(_) => None,
        None => first.to_str().ok(),
    })
}

/// Whether a page may ask so, as far as its browser says where it comes from.
fn may_fetch(method: &Method, headers: &HeaderMap) -> bool {
    let site = FETCH_SITE;
    match one(headers, &site) {
        None | Some(Some("same-origin" | "none")) => true,
        Some(Some("same-site" | "cross-site")) => {
            let is = |name: HeaderName, wanted| one(headers, &name) == Some(Some(wanted));
            *method == Method::GET && is(FETCH_MODE, "navigate") && is(FETCH_DEST, "document")
        }
        Some(_) => false,
    }
}

/// Reads a name that the server is also known by: `NAME` or `NAME:PORT`.
///
/// # Errors
/// When it is no name, such as an address with a path.
pub fn allowed_host(text: &str) -> Result<String> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !text.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._[]:".contains(c);
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if name.is_empty() || !name.chars().all(is_part) || !port.is_none_or(is_port) {
        let help = "expected a name in small letters, such as archive.example.org or \
                    archive.example.org:8443";
        return Err(Failure::new(format!("invalid host “{text}”")).help(help));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn request(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri("/search?q=oil");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn doors() -> Doors {
        Doors::new(7117, &["archive.example.org".to_owned()], None)
    }

    fn comes_from(headers: &[(&str, &str)]) -> std::result::Result<(), Refusal> {
        let own = [("host", "127.0.0.1:7117")];
        let headers: Vec<_> = own.iter().chain(headers).copied().collect();
        doors().check_caller(&request("GET", &headers))
    }

    #[test]
    fn the_host_is_ours_to_the_letter() {
        for host in [
            "127.0.0.1:7117",
            "[::1]:7117",
            "localhost:7117",
            "archive.example.org",
        ] {
            let asked = request("GET", &[("host", host)]);
            assert_eq!(doors().check_caller(&asked), Ok(()), "{host}");
        }
        for host in [
            "evil.test",
            "evil.test:7117",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:71170",
            "127.0.0.1.evil:7117",
            "127.0.0.1.:7117",
            "localhost.:7117",
            "LOCALHOST:7117",
            "localhost.evil:7117",
            "[::1].evil:7117",
            "user@127.0.0.1:7117",
            "archive.example.org:7117",
            "archive.example.org.evil",
            "0.0.0.0:7117",
            "",
        ] {
            let asked = request("GET", &[("host", host)]);
            assert_eq!(doors().check_caller(&asked), Err(Refusal::Host), "{host}");
        }
        assert_eq!(
            doors().check_caller(&request("GET", &[])),
            Err(Refusal::Host)
        );
        let twice = [("host", "127.0.0.1:7117"), ("host", "127.0.0.1:7117")];
        let asked = request("GET", &twice);
        assert_eq!(doors().check_caller(&asked), Err(Refusal::Host));
        let mut asked = request("GET", &[("host", "127.0.0.1:7117")]);
        asked.uri = "http://evil.test/search".parse().unwrap();
        assert_eq!(doors().check_caller(&asked), Err(Refusal::Host));
    }

    #[test]
    fn other_sites_come_by_a_followed_link_alone() {
        let from = |mode, dest| {
            comes_from(&[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ])
        };
        assert_eq!(from("navigate", "document"), Ok(()));
        for (mode, dest) in [
            ("no-cors", "image"),
            ("navigate", "iframe"),
            ("navigate", "object"),
            ("no-cors", "empty"),
            ("cors", "empty"),
            ("no-cors", "script"),
        ] {
            assert_eq!(from(mode, dest), Err(Refusal::Caller), "{mode} {dest}");
        }
        assert_eq!(
            comes_from(&[("sec-fetch-site", "cross-site")]),
            Err(Refusal::Caller)
        );
        assert_eq!(comes_from(&[("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(comes_from(&[("sec-fetch-site", "none")]), Ok(()));
        assert_eq!(
            comes_from(&[("sec-fetch-site", "other")]),
            Err(Refusal::Caller)
        );
        assert_eq!(
            comes_from(&[("sec-purpose", "prefetch")]),
            Err(Refusal::Caller)
        );
        let posted = request(
            "POST",
            &[
                ("host", "127.0.0.1:7117"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
        );
        assert_eq!(doors().check_caller(&posted), Err(Refusal::Caller));
    }

    #[test]
    fn an_origin_is_compared_whole() {
        for origin in ["http://127.0.0.1:7117", "https://archive.example.org"] {
            assert_eq!(comes_from(&[("origin", origin)]), Ok(()), "{origin}");
        }
        for origin in [
            "null",
            "http://127.0.0.1",
            "http://127.0.0.1:7117.evil",
            "http://127.0.0.1:7117/",
            "https://127.0.0.1:7117",
            "http://evil.test",
            "http://127.0.0.1:71170",
            "HTTP://127.0.0.1:7117",
        ] {
            let refused = comes_from(&[("origin", origin)]);
            assert_eq!(refused, Err(Refusal::Caller), "{origin}");
        }
    }

    #[test]
    fn a_token_is_borne_as_cookie_or_header() {
        let token = Token::random().unwrap();
        assert_eq!(token.text().len(), 64);
        assert_eq!(format!("{token:?}"), "Token(…)");
        let doors = Doors::new(7117, &[], Some(token.clone()));
        let with = |name: &str, value: String| {
            doors.is_let_in(&request("GET", &[(name, value.as_str())]).headers)
        };
        let text = token.text();
        assert!(with("authorization", format!("Bearer {text}")));
        assert!(with("cookie", format!("a=b; cybersearch-7117={text}")));
        assert!(!with("cookie", format!("cybersearch-7118={text}")));
        assert!(!with("cookie", "cybersearch-7117=".to_owned()));
        assert!(!with("authorization", text.to_owned()));
        assert!(!with("authorization", format!("Bearer {}", &text[1..])));
        assert!(!doors.is_let_in(&HeaderMap::new()));
        let cookie = doors.cookie_for(text).unwrap();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict"), "{cookie}");
        assert_eq!(doors.cookie_for("no"), None);
        assert!(Doors::new(7117, &[], None).is_let_in(&HeaderMap::new()));
    }

    #[test]
    fn what_people_think_of_is_long_enough() {
        assert!(Token::read(" a-long.token_of-26~letters\n").is_ok());
        for bad in [
            "",
            "short",
            "a token with spaces in it, long",
            "a\nb-long-token-of-lines",
        ] {
            assert!(Token::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn allowed_hosts_are_names() {
        for good in [
            "archive.example.org",
            "archive:8443",
            "[fe80::1]:7117",
            "10.0.0.2",
        ] {
            assert_eq!(allowed_host(good).unwrap(), good);
        }
        for bad in ["", "http://a", "a/b", "A", "a:0", "a:x", "*", "a b", ":1"] {
            assert!(allowed_host(bad).is_err(), "{bad}");
        }
    }
}
