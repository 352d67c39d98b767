//! The one shape of an error: what, which path, why, what to do.

use std::fmt;
use std::io;
use std::path::Path;

/// Something that went wrong, told so that its reader can act.
///
/// Prints as one line, `what: path: why`; [`Failure::help`] is the line after.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    /// What failed, without a path.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            help: None,
        }
    }

    /// What failed, where and why.
    pub fn at(what: &str, path: &Path, why: impl fmt::Display) -> Failure {
        Failure::new(format!("{what}: {}: {why}", path.display()))
    }

    /// What the system refused, where and why.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Failure {
        Failure::at(what, path, plain_cause(error))
    }

    /// Adds the one action that helps.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }

    /// The action that helps, if there is one.
    pub fn action(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// The system's word for an error, without Rust's "(os error 2)".
pub fn plain_cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// The result of whatever may fail for a reason that a person should read.
pub type Result<T> = std::result::Result<T, Failure>;
