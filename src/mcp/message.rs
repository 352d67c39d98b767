//! The messages of the protocol: JSON-RPC 2.0, and the two lives of MCP.
//!
//! Up to 2025-11-25 a client says once, in `initialize`, which version it speaks;
//! since 2026-07-28 each request says so in its `_meta`, and an answer tells
//! whether it is complete and how long it may be kept.

use serde_json::{Map, Value, json};

/// The versions whose sessions begin with `initialize`, the latest first.
pub(super) const WITH_INITIALIZE: [&str; 4] =
    ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The versions whose requests stand alone.
pub(super) const STATELESS: [&str; 1] = ["2026-07-28"];

/// A message has at most so many bytes.
pub const LONGEST_MESSAGE: usize = 256 << 10;

/// Where a request says which version it speaks.
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// Codes of errors, as JSON-RPC and the protocol number them.
pub(super) const PARSE_ERROR: i64 = -32700;
pub(super) const INVALID_REQUEST: i64 = -32600;
pub(super) const METHOD_NOT_FOUND: i64 = -32601;
pub(super) const INVALID_PARAMS: i64 = -32602;
pub(super) const NO_SUCH_RESOURCE: i64 = -32002;
pub(super) const HEADER_MISMATCH: i64 = -32020;
pub(super) const UNSUPPORTED_VERSION: i64 = -32022;

/// What went wrong with a request, beside what its tool says.
#[derive(Debug, Clone, PartialEq)]
pub struct ProtocolError {
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) data: Option<Value>,
}

impl ProtocolError {
    pub(super) fn new(code: i64, message: impl Into<String>) -> ProtocolError {
        ProtocolError {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// The answer that tells it.
    pub fn answer(self, id: &Value) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = self.data {
            error["data"] = data;
        }
        json!({ "jsonrpc": "2.0", "id": id, "error": error })
    }
}

/// A message from a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// `None` for a notification.
    pub(super) id: Option<Value>,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
}

impl Message {
    /// Reads a message; `None` for an answer to something, which we never asked.
    ///
    /// # Errors
    /// With the whole answer, when it is no JSON, or no message.
    pub fn read(text: &str) -> Result<Option<Message>, Value> {
        let refuse = |id: &Value, code, why: &str| Err(ProtocolError::new(code, why).answer(id));
        if text.len() > LONGEST_MESSAGE {
            let why = format!("a message may have at most {LONGEST_MESSAGE} bytes");
            return refuse(&Value::Null, INVALID_REQUEST, &why);
        }
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return refuse(&Value::Null, PARSE_ERROR, "this is not JSON");
        };
        let Value::Object(mut message) = value else {
            let why = "expected one JSON object: batches are no part of the protocol";
            return refuse(&Value::Null, INVALID_REQUEST, why);
        };
        let id = message.remove("id");
        let is_id = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
        if id.as_ref().is_some_and(|id| !is_id(id)) {
            let why = "an id must be a string or an integer";
            return refuse(&Value::Null, INVALID_REQUEST, why);
        }
        let told = id.clone().unwrap_or(Value::Null);
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return refuse(&told, INVALID_REQUEST, "expected \"jsonrpc\": \"2.0\"");
        }
        let Some(Value::String(method)) = message.remove("method") else {
            let is_answer = message.contains_key("result") || message.contains_key("error");
            if is_answer {
                return Ok(None);
            }
            return refuse(&told, INVALID_REQUEST, "the method is missing");
        };
        let params = match message.remove("params") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(params)) => params,
            Some(_) => return refuse(&told, INVALID_PARAMS, "params must be an object"),
        };
        Ok(Some(Message { id, method, params }))
    }

    /// Its id; `None` for a notification.
    pub fn id(&self) -> Option<&Value> {
        self.id.as_ref()
    }

    /// Whether answering it may take long.
    pub fn is_work(&self) -> bool {
        matches!(self.method.as_str(), "tools/call" | "resources/read")
    }

    /// The id of the request that it takes back.
    pub fn cancels(&self) -> Option<&Value> {
        let is_cancel = self.method == "notifications/cancelled";
        is_cancel.then(|| self.params.get("requestId")).flatten()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.params.get(name).and_then(Value::as_str)
    }

    /// The version that it says it speaks; `None` in a session that began with
    /// `initialize`.
    pub(super) fn version(&self) -> Option<&str> {
        self.params.get("_meta")?.get(VERSION)?.as_str()
    }

    /// Whether its answer is read by itself.
    pub(super) fn is_stateless(&self) -> bool {
        self.version()
            .is_some_and(|version| STATELESS.contains(&version))
    }

    /// # Errors
    /// When it speaks a version that we do not.
    pub(super) fn check_version(&self) -> Result<(), ProtocolError> {
        let Some(requested) = self.version() else {
            return Ok(());
        };
        if STATELESS.contains(&requested) || WITH_INITIALIZE.contains(&requested) {
            return Ok(());
        }
        Err(ProtocolError {
            data: Some(json!({ "supported": STATELESS, "requested": requested })),
            ..ProtocolError::new(UNSUPPORTED_VERSION, "unsupported protocol version")
        })
    }

    /// The answer with a result. Where requests stand alone, it is told to be
    /// complete, and some may be kept for `kept` milliseconds.
    pub(super) fn result(&self, mut result: Value, kept: Option<u64>) -> Option<Value> {
        let id = self.id.as_ref()?;
        if self.is_stateless() {
            result["resultType"] = json!("complete");
            result["_meta"] = json!({ "io.modelcontextprotocol/serverInfo": super::server_info() });
            if let Some(kept) = kept {
                result["ttlMs"] = json!(kept);
                result["cacheScope"] = json!("private");
            }
        }
        Some(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_refused_with_its_code() {
        let code = |text: &str| Message::read(text).unwrap_err()["error"]["code"].clone();
        assert_eq!(code("{"), PARSE_ERROR);
        assert_eq!(code("[]"), INVALID_REQUEST);
        assert_eq!(code("1"), INVALID_REQUEST);
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1}"#), INVALID_REQUEST);
        assert_eq!(code(r#"{"id":1,"method":"ping"}"#), INVALID_REQUEST);
        assert_eq!(
            code(r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#),
            INVALID_REQUEST
        );
        let params = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#;
        assert_eq!(code(params), INVALID_PARAMS);
        assert_eq!(
            Message::read(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
            Ok(None)
        );
    }

    #[test]
    fn a_version_is_of_one_request() {
        let read = |version: &str| {
            let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping",
                "params": { "_meta": { VERSION: version } } });
            Message::read(&message.to_string()).unwrap().unwrap()
        };
        assert!(read("2026-07-28").is_stateless());
        assert!(read("2026-07-28").check_version().is_ok());
        assert!(!read("2025-11-25").is_stateless());
        let error = read("2031-01-01").check_version().unwrap_err();
        assert_eq!(error.code, UNSUPPORTED_VERSION);
        assert_eq!(error.data.unwrap()["supported"], json!(STATELESS));
    }
}
