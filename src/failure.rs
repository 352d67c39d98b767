//! The one shape of an error: what, which path, why, what to do.

use std::fmt;
use std::io;
use std::path::Path;

/// What sort of thing went wrong: what a program decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// What was asked for makes no sense: another request may.
    BadRequest,
    /// There is no such library, index, article or file.
    NotFound,
    /// Another process is at work; later it may succeed.
    Busy,
    /// A search was stopped by its limits or by who asked.
    Stopped,
    /// A file of the index is not what was written.
    Corrupt,
    /// The system refused.
    Refused,
    /// A fault of the program.
    Internal,
}

/// Something that went wrong, told so that its reader can act.
///
/// Prints as one line, `what: path: why`; [`Failure::help`] is the line after.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Option<String>,
    kind: FailureKind,
}

impl Failure {
    /// What failed, without a path: a bad request, unless [`Failure::kind`] says
    /// otherwise.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            help: None,
            kind: FailureKind::BadRequest,
        }
    }

    /// What failed, where and why.
    pub fn at(what: &str, path: &Path, why: impl fmt::Display) -> Failure {
        Failure::new(format!("{what}: {}: {why}", path.display()))
    }

    /// What the system refused, where and why.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Failure {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => FailureKind::NotFound,
            _ => FailureKind::Refused,
        };
        Failure::at(what, path, plain_cause(error)).of(kind)
    }

    /// The same of another kind.
    #[must_use]
    pub fn of(self, kind: FailureKind) -> Failure {
        Failure { kind, ..self }
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> FailureKind {
        self.kind
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_has_a_kind_and_an_action() {
        let failure = Failure::new("unknown option").help("see --help");
        assert_eq!(failure.kind(), FailureKind::BadRequest);
        assert_eq!(failure.action(), Some("see --help"));
        let missing = io::Error::from(io::ErrorKind::NotFound);
        let failure = Failure::io("cannot read", Path::new("a.txt"), &missing);
        assert_eq!(failure.kind(), FailureKind::NotFound);
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let failure = Failure::io("cannot read", Path::new("a.txt"), &refused);
        assert_eq!(failure.kind(), FailureKind::Refused);
        assert_eq!(failure.of(FailureKind::Busy).kind(), FailureKind::Busy);
    }
}
