//! What an engine answered, and the reason that it gives for an error.
//!
//! Engines put reasons in several places, and other things than engines (proxies)
//! answer as well: what an error quotes of them is cut, and on one line.

use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, FailureKind, Result};

/// The most characters of an answer that an error quotes.
const QUOTED: usize = 200;

/// What an engine answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status of HTTP: of those that mean an error only such as tell the
    /// caller something (400, 404, 409, …).
    pub(crate) status: u16,
    /// Null where there was none.
    pub(crate) body: Value,
    /// How long the engine asks to wait.
    pub(crate) retry_after: Option<Duration>,
}

impl Reply {
    /// What stands for an answer that did not come, and may come another time.
    pub(super) fn unreached(failure: &Failure) -> Reply {
        Reply {
            status: 503,
            body: serde_json::json!({"error": {"reason": failure.to_string()}}),
            retry_after: None,
        }
    }

    /// Whether the engine did what it was asked.
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of a request that succeeded.
    ///
    /// # Errors
    /// When it did not: `what` failed, with the engine's reason.
    pub(crate) fn ok(self, what: &str) -> Result<Value> {
        if self.is_ok() {
            return Ok(self.body);
        }
        let kind = match self.status {
            404 => FailureKind::NotFound,
            429 | 503 => FailureKind::Busy,
            _ => FailureKind::Refused,
        };
        let reason = reason_of(&self.body);
        let failure = Failure::new(format!("{what}: {reason} (HTTP {})", self.status));
        Err(failure.of(kind))
    }
}

/// The reason that an engine gives for an error, on one line.
pub(crate) fn reason_of(body: &Value) -> String {
    let error = &body["error"];
    let root = &error["root_cause"][0]["reason"];
    let reason = [
        &error["caused_by"]["reason"],
        root,
        &error["reason"],
        error,
        &body["message"],
        // Some errors have a name alone.
        &error["type"],
    ]
    .into_iter()
    .find_map(Value::as_str);
    match reason {
        Some(reason) => quoted(reason),
        None if body.is_null() => "no reason given".to_owned(),
        None => quoted(&body.to_string()),
    }
}

/// A text of others as an error may quote it: short, and on one line.
pub(super) fn quoted(text: &str) -> String {
    let line = crate::article::one_line(text);
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_where_engines_put_them() {
        let body = serde_json::json!({"error": {"root_cause": [{"reason": "no such index [x]"}]}});
        assert_eq!(reason_of(&body), "no such index [x]");
        let nameless = serde_json::json!({"error": {"reason": null, "type": "cluster_manager_not_discovered_exception"}});
        assert_eq!(
            reason_of(&nameless),
            "cluster_manager_not_discovered_exception"
        );
        let reply = Reply {
            status: 404,
            body,
            retry_after: None,
        };
        let error = reply.ok("cannot search").unwrap_err();
        assert_eq!(error.kind(), FailureKind::NotFound);
        assert_eq!(
            error.to_string(),
            "cannot search: no such index [x] (HTTP 404)"
        );
    }
}
