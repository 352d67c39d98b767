//! How a remote engine is reached: who asks, whom to trust, and what may be
//! sent in plain text.
//!
//! Who asks comes from a file or the environment and never from the command
//! line, which other users of the machine can see. It is sent as it is, but for
//! `Basic user:password`, which is encoded. It is never shown: `Debug` leaves it
//! out.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// The variable that says who asks.
pub const AUTH_VARIABLE: &str = "CYBERSEARCH_AUTH";

/// What a user says of the way to an engine.
#[derive(Debug, Clone, Default)]
pub struct AccessOptions {
    /// A file with the line that says who asks.
    pub auth_file: Option<PathBuf>,
    /// A file with the certificates to trust, in PEM; instead of the usual ones.
    pub ca: Option<PathBuf>,
    /// Whether plain HTTP may be spoken with another machine.
    pub allows_plain: bool,
}

/// How an engine is reached.
#[derive(Clone, Default)]
pub struct Access {
    /// The header that says who asks.
    pub(crate) auth: Option<String>,
    /// Certificates in PEM.
    pub(crate) ca: Option<Vec<u8>>,
    pub(crate) allows_plain: bool,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("has_auth", &self.auth.is_some())
            .field("has_ca", &self.ca.is_some())
            .field("allows_plain", &self.allows_plain)
            .finish()
    }
}

impl Access {
    /// Reads the files that the options name, and the environment.
    ///
    /// # Errors
    /// When a file cannot be read, or what says who asks is malformed.
    pub fn of(options: &AccessOptions) -> Result<Access> {
        let auth = match &options.auth_file {
            Some(file) => {
                let text = read(file, "cannot read --auth-file")?;
                let text = String::from_utf8(text)
                    .map_err(|_| Failure::at("bad --auth-file", file, "it is no text"))?;
                Some(header_of(&text, "--auth-file")?)
            }
            None => match std::env::var(AUTH_VARIABLE) {
                Ok(text) if !text.trim().is_empty() => Some(header_of(&text, AUTH_VARIABLE)?),
                Ok(_) | Err(std::env::VarError::NotPresent) => None,
                Err(_) => return Err(Failure::new(format!("{AUTH_VARIABLE}: it is no text"))),
            },
        };
        let ca = options.ca.as_deref();
        Ok(Access {
            auth,
            ca: ca.map(|file| read(file, "cannot read --ca")).transpose()?,
            allows_plain: options.allows_plain,
        })
    }
}

fn read(file: &Path, what: &str) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| Failure::io(what, file, &error))
}

/// The header that a line stands for.
fn header_of(text: &str, place: &str) -> Result<String> {
    let bad = |why: &str| {
        Failure::new(format!("{place}: {why}"))
            .help("expected `ApiKey KEY`, `Bearer TOKEN` or `Basic USER:PASSWORD`")
    };
    let line = text.trim();
    let (scheme, rest) = line.split_once(' ').ok_or_else(|| bad("no scheme"))?;
    let rest = rest.trim();
    if rest.is_empty() || line.chars().any(char::is_control) {
        return Err(bad("it is not one line with a key"));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "basic" if rest.contains(':') => Ok(format!("Basic {}", base64(rest.as_bytes()))),
        // A header takes ASCII alone; only passwords may be more, encoded.
        _ if !line.is_ascii() => Err(bad("a key is of plain letters and digits")),
        "basic" => Ok(format!("Basic {rest}")),
        "apikey" => Ok(format!("ApiKey {rest}")),
        "bearer" => Ok(format!("Bearer {rest}")),
        _ => Err(bad("unknown scheme")),
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() {
                letter as char
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_is_one_line() {
        let header = |text| header_of(text, "here").unwrap();
        assert_eq!(
            header("Basic elastic:changeme\n"),
            "Basic ZWxhc3RpYzpjaGFuZ2VtZQ=="
        );
        assert_eq!(header("apikey abc="), "ApiKey abc=");
        assert_eq!(header("Bearer  x"), "Bearer x");
        for bad in [
            "secret",
            "Digest x",
            "Bearer ",
            "Bearer a\r\nX: y",
            "Bearer ключ",
        ] {
            let error = header_of(bad, "here").unwrap_err().to_string();
            assert!(
                error.starts_with("here: ") && !error.contains("secret"),
                "{error}"
            );
        }
    }

    #[test]
    fn base64_is_padded() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let access = Access {
            auth: Some("Bearer secret".to_owned()),
            ..Access::default()
        };
        assert!(!format!("{access:?}").contains("secret"));
    }
}
