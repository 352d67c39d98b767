//! One message over HTTP, as far as that is no matter of sockets: a body is
//! posted, and its answer or nothing comes back.
//!
//! Since 2026-07-28 the headers repeat what the body says, so that what stands
//! between can route by them; where they differ, nothing is answered, since one
//! of the two would be believed wrongly.

use serde_json::{Value, json};

use super::Server;
use super::message::{
    HEADER_MISMATCH, Message, ProtocolError, STATELESS, UNSUPPORTED_VERSION, WITH_INITIALIZE,
};
use crate::stop::Stop;

/// The headers of a request that belong to the protocol.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headers<'h> {
    /// `MCP-Protocol-Version`.
    pub version: Option<&'h str>,
    /// `Mcp-Method`.
    pub method: Option<&'h str>,
    /// `Mcp-Name`.
    pub name: Option<&'h str>,
}

/// What is answered to a posted body.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// 200 with an answer, 202 without, 400 for what is refused.
    pub status: u16,
    /// One JSON object.
    pub body: Option<Value>,
}

/// Answers a posted body. `stop` ends it, as when the client has left.
pub fn post(server: &Server<'_>, body: &str, headers: &Headers<'_>, stop: &Stop) -> Posted {
    let refused = |body: Value| Posted {
        status: 400,
        body: Some(body),
    };
    let message = match Message::read(body) {
        Ok(Some(message)) => message,
        Ok(None) => {
            return Posted {
                status: 202,
                body: None,
            };
        }
        Err(answer) => return refused(answer),
    };
    let agrees = agree(&message, headers).and_then(|()| message.check_version());
    if let Err(error) = agrees {
        return refused(error.answer(message.id().unwrap_or(&Value::Null)));
    }
    let body = server.answer(&message, stop);
    Posted {
        status: if body.is_some() { 200 } else { 202 },
        body,
    }
}

/// # Errors
/// When the headers and the body differ.
fn agree(message: &Message, headers: &Headers<'_>) -> Result<(), ProtocolError> {
    let Some(version) = message.version() else {
        // A session that began with `initialize`; of old, without the header.
        return match headers.version {
            Some(told) if STATELESS.contains(&told) => Err(mismatch("MCP-Protocol-Version")),
            Some(told) if !WITH_INITIALIZE.contains(&told) => Err(ProtocolError {
                data: Some(json!({ "supported": STATELESS, "requested": told })),
                ..ProtocolError::new(UNSUPPORTED_VERSION, "unsupported protocol version")
            }),
            _ => Ok(()),
        };
    };
    let name = match message.method.as_str() {
        "tools/call" => message.text("name"),
        "resources/read" => message.text("uri"),
        _ => None,
    };
    let pairs = [
        ("MCP-Protocol-Version", headers.version, Some(version)),
        ("Mcp-Method", headers.method, Some(message.method.as_str())),
        ("Mcp-Name", headers.name, name),
    ];
    match pairs
        .iter()
        .find(|(_, told, meant)| meant.is_some() && told != meant)
    {
        Some((header, ..)) => Err(mismatch(header)),
        None => Ok(()),
    }
}

fn mismatch(header: &str) -> ProtocolError {
    let why = format!("the header {header} does not say what the body says");
    ProtocolError::new(HEADER_MISMATCH, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn posted(body: &Value, version: &str, method: &str, name: &str) -> (u16, Value) {
        let nothing = || Err(Failure::new("no index"));
        let server = Server::new(&nothing);
        let told = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let headers = Headers {
            version: told(version),
            method: told(method),
            name: told(name),
        };
        let posted = post(&server, &body.to_string(), &headers, &Stop::default());
        (posted.status, posted.body.unwrap_or_default())
    }

    #[test]
    fn headers_must_say_what_the_body_says() {
        let version = "2026-07-28";
        let meta = json!({ "io.modelcontextprotocol/protocolVersion": version });
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "status", "_meta": meta } });
        let (status, answer) = posted(&call, version, "tools/call", "status");
        assert_eq!((status, &answer["result"]["isError"]), (200, &json!(true)));
        for (version, method, name, header) in [
            ("", "tools/call", "status", "MCP-Protocol-Version"),
            ("2025-11-25", "tools/call", "status", "MCP-Protocol-Version"),
            (version, "tools/list", "status", "Mcp-Method"),
            (version, "", "status", "Mcp-Method"),
            (version, "tools/call", "search", "Mcp-Name"),
            (version, "tools/call", "", "Mcp-Name"),
        ] {
            let (status, answer) = posted(&call, version, method, name);
            assert_eq!(
                (status, &answer["error"]["code"]),
                (400, &json!(HEADER_MISMATCH))
            );
            assert!(
                answer["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains(header)
            );
        }
    }

    #[test]
    fn a_session_has_no_such_headers_and_a_notification_no_answer() {
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        for version in ["", "2025-11-25"] {
            assert_eq!(posted(&ping, version, "", "").0, 200);
        }
        let (status, answer) = posted(&ping, "2026-07-28", "ping", "");
        assert_eq!(
            (status, &answer["error"]["code"]),
            (400, &json!(HEADER_MISMATCH))
        );
        let (status, answer) = posted(&ping, "1999-01-01", "", "");
        assert_eq!(
            (status, &answer["error"]["code"]),
            (400, &json!(UNSUPPORTED_VERSION))
        );
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(posted(&done, "2025-11-25", "", ""), (202, Value::Null));
        assert_eq!(posted(&json!([]), "", "", "").0, 400);
    }
}
