//! Where a remote index is: the address that a user gives, taken apart.
//!
//! `https://search.example.org/es/news` is the engine `https://search.example.org`
//! behind the path `/es`, and there the index `news`. The last segment of the
//! path is always the name of an index; what stands before it is kept in front of
//! every request.
//!
//! What could do harm is refused before anything is sent: a password in the
//! address (other users see it in the list of processes), names that engines
//! read as patterns, and plain HTTP to another machine unless the user says so.

use std::fmt;
use std::net::IpAddr;

use crate::failure::{Failure, Result};

/// The most bytes of an index's name: engines allow 255, and what we add to it
/// takes the rest.
const LONGEST_NAME: usize = 200;

/// The address of an index in an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Scheme, host and port: `http://127.0.0.1:9200`.
    origin: String,
    /// What stands before the index's name: empty, or `/es`.
    prefix: String,
    index: String,
    is_secure: bool,
    is_loopback: bool,
}

impl Target {
    /// Takes an address apart: `http://127.0.0.1:9200/news`.
    ///
    /// # Errors
    /// When it is no address of an index, or has a password in it.
    pub fn parse(url: &str) -> Result<Target> {
        let bad = |why: &str| {
            Failure::new(format!(
                "not the address of an index: {}: {why}",
                shown(url)
            ))
            .help("expected an address such as https://search.example.org:9200/news")
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("no scheme"))?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(bad("only http and https are spoken")),
        };
        let (authority, path) = rest
            .split_once('/')
            .ok_or_else(|| bad("no index is named"))?;
        if authority.contains('@') {
            return Err(
                Failure::new("a password does not belong in the address of an index")
                    .help("set CYBERSEARCH_AUTH, or use --auth-file"),
            );
        }
        if path.contains(['?', '#', '%', '\\']) || url.contains(char::is_whitespace) {
            return Err(bad(
                "it has characters that the path to an index cannot have",
            ));
        }
        let host = host_of(authority).ok_or_else(|| bad("no host, or no such port"))?;
        let path = path.trim_end_matches('/');
        let (prefix, index) = path.rsplit_once('/').unwrap_or(("", path));
        check_name(index).map_err(|why| bad(&why))?;
        if !prefix.is_empty()
            && prefix
                .split('/')
                .any(|part| matches!(part, "" | "." | ".."))
        {
            return Err(bad("an empty or relative folder in its path"));
        }
        Ok(Target {
            origin: format!("{}://{authority}", scheme.to_ascii_lowercase()),
            prefix: match prefix {
                "" => String::new(),
                prefix => format!("/{prefix}"),
            },
            index: index.to_owned(),
            is_secure,
            is_loopback: is_loopback(host),
        })
    }

    /// The index's name, as the user gave it.
    pub fn index(&self) -> &str {
        &self.index
    }

    /// The address of the engine, without the index.
    pub(crate) fn engine(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }

    /// The whole address of a path of the engine, which begins with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.prefix)
    }

    /// Whether TLS is spoken.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether nobody but this machine hears what is sent.
    pub(crate) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// # Errors
    /// When requests would travel to another machine as plain text and the user
    /// did not say that they may.
    pub(crate) fn check_secure(&self, allows_plain: bool) -> Result<()> {
        if self.is_secure || self.is_loopback || allows_plain {
            return Ok(());
        }
        let why = "plain HTTP to another machine can be read and changed on the way";
        Err(Failure::new(format!("{self}: {why}"))
            .help("use https://, or --insecure-http in a network that you trust"))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}/{}", self.origin, self.prefix, self.index)
    }
}

/// An address as an error may show it: without what stands before an `@`.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => url.to_owned(),
    }
}

/// The host of an authority; `None` where there is none, or a port that is no
/// number.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        (
            host,
            after
                .strip_prefix(':')
                .map_or(Some(None), |port| Some(Some(port)))
                .filter(|port| port.is_some() || after.is_empty())?,
        )
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    (!host.is_empty() && port.is_none_or(is_port)).then_some(host)
}

/// Whether a host is this machine, by its name or its number alone: no name is
/// looked up.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// What engines take for the name of an index. Stars and commas would name
/// several.
fn check_name(name: &str) -> std::result::Result<(), String> {
    if name.is_empty() {
        return Err("no index is named".to_owned());
    }
    let is_allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if let Some(c) = name.chars().find(|c| !is_allowed(*c)) {
        return Err(format!("the name of an index cannot have {c:?}"));
    }
    if name.starts_with(['-', '_', '.']) {
        return Err("the name of an index begins with a letter or a digit".to_owned());
    }
    if name.len() > LONGEST_NAME {
        return Err(format!(
            "the name of an index has at most {LONGEST_NAME} letters"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_engine_a_path_and_an_index() {
        let target = Target::parse("http://127.0.0.1:9200/news").unwrap();
        assert_eq!((target.index(), target.is_loopback()), ("news", true));
        assert_eq!(
            target.url("/news/_search"),
            "http://127.0.0.1:9200/news/_search"
        );
        let target = Target::parse("https://search.example.org/es/v2/news/").unwrap();
        assert_eq!(target.engine(), "https://search.example.org/es/v2");
        assert_eq!(target.to_string(), "https://search.example.org/es/v2/news");
        assert!(
            Target::parse("http://[::1]:9200/news")
                .unwrap()
                .is_loopback()
        );
    }

    #[test]
    fn what_is_no_address_of_an_index_is_refused() {
        for (url, why) in [
            ("ftp://a/news", "only http and https"),
            ("http://a", "no index is named"),
            ("http://a/", "no index is named"),
            ("http:///news", "no host"),
            ("http://a:99999/news", "no such port"),
            ("http://[::1/news", "no host"),
            ("http://a/news*", "cannot have '*'"),
            ("http://a/News", "cannot have 'N'"),
            ("http://a/_all", "begins with"),
            ("http://a/x/../news", "relative folder"),
            ("http://a/news?x=1", "characters"),
        ] {
            let error = Target::parse(url).unwrap_err().to_string();
            assert!(error.contains(why), "{url}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_neither_taken_nor_shown() {
        let error = Target::parse("https://ann:secret@a/news").unwrap_err();
        assert!(error.to_string().contains("password"));
        for url in [
            "https://ann:secret@a/news",
            "https://ann:secret@a",
            "ftp://ann:secret@a/x",
        ] {
            let error = Target::parse(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_told() {
        let check = |url: &str, told| Target::parse(url).unwrap().check_secure(told).is_ok();
        assert!(check("http://localhost:9200/news", false));
        assert!(check("https://a/news", false));
        assert!(!check("http://10.0.0.1/news", false));
        assert!(!check("http://127.0.0.1.example.org/news", false));
        assert!(check("http://10.0.0.1/news", true));
    }
}
