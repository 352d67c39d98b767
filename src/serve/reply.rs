//! What goes out: replies with the headers that all of them have, bodies that
//! are whole or come as they are made, and refusals.
//!
//! A stream that ends before its end is cut, so that no client takes a part for
//! the whole.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;

use crate::failure::{Failure, FailureKind};

/// What pages may do: show our own styles, scripts and pictures, send forms to
/// us, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a file of the archive may do: nothing.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// HTML pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// JSON documents.
pub(super) const JSON: &str = "application/json";
/// Plain text.
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// How long a reply may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cache {
    /// Nowhere: it holds what is in the archive.
    Never,
    /// As long as a question shows that it is the same still.
    Asked,
    /// For ever: its address changes with it.
    Forever,
}

/// Hands on a piece of a stream; false when nobody wants more.
pub(super) type Send<'s> = dyn FnMut(Vec<u8>) -> bool + 's;

/// Makes the rest of a stream. An error cuts it.
pub(super) type Stream = Box<dyn FnOnce(&mut Send<'_>) -> Result<(), Failure> + std::marker::Send>;

/// What a reply holds.
pub(super) enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// What is made while it is sent.
    Stream(Stream),
}

/// A reply, before it is one of HTTP.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) cache: Cache,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) content: Content,
}

impl Reply {
    /// A reply with all of its content.
    pub(super) fn of(kind: &'static str, content: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status: StatusCode::OK,
            kind,
            cache: Cache::Never,
            headers: Vec::new(),
            content: Content::Whole(content.into()),
        }
    }

    /// The same with another header.
    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// Its head, and what makes its body.
    pub(super) fn into_response(self) -> (Response<()>, Content) {
        let mut response = Response::new(());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let cache = match self.cache {
            Cache::Never => "no-store",
            Cache::Asked => "private, no-cache",
            Cache::Forever => "public, max-age=31536000, immutable",
        };
        let is_file = self.kind == FILE;
        let fixed = [
            (CONTENT_TYPE, self.kind),
            (CACHE_CONTROL, cache),
            (
                CONTENT_SECURITY_POLICY,
                if is_file { SANDBOX } else { POLICY },
            ),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "same-origin"),
            (RESOURCE_POLICY, "same-origin"),
            (OPENER_POLICY, "same-origin"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in self.headers {
            // What no header can hold is left out: none of ours is so.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        (response, self.content)
    }
}

/// The original of an article: bytes of whatever kind, never shown.
pub(super) const FILE: &str = "application/octet-stream";

/// Why a stream was cut.
#[derive(Debug)]
pub(super) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer could not be made to its end")
    }
}

impl std::error::Error for Cut {}

/// A body of HTTP.
pub(super) enum Body {
    /// All of it; `None` once it is handed over.
    Whole(Option<Bytes>),
    /// Pieces as they come.
    Stream(mpsc::Receiver<Result<Bytes, Cut>>),
}

impl Body {
    /// One that is whole.
    pub(super) fn whole(bytes: Vec<u8>) -> Body {
        Body::Whole(Some(Bytes::from(bytes)).filter(|bytes| !bytes.is_empty()))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.get_mut() {
            Body::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Body::Stream(pieces) => {
                let piece = pieces.poll_recv(context);
                piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Body::Stream(_) => SizeHint::default(),
        }
    }
}

/// Why a request is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It asks for another server.
    Host,
    /// Another site sends it.
    Caller,
    /// It bears no token.
    Token,
    /// There is no such address.
    Route,
    /// The address takes other methods.
    Method(&'static str),
    /// The address takes other types of content.
    ContentType(&'static str),
    /// Its address is too long.
    Address,
    /// Its body is too long.
    Length(usize),
    /// Too many wait already.
    Queue,
    /// It took too long.
    Time,
}

/// What is told of a request that came to nothing.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    /// A word for programs.
    pub(super) kind: &'static str,
    pub(super) failure: Failure,
    /// The methods that the address takes, where it was the method.
    allow: Option<&'static str>,
}

impl Refusal {
    /// The status of HTTP, and the kind of error that programs decide by.
    fn status(self) -> (StatusCode, &'static str) {
        match self {
            Refusal::Host => (StatusCode::MISDIRECTED_REQUEST, "forbidden"),
            Refusal::Caller => (StatusCode::FORBIDDEN, "forbidden"),
            Refusal::Token => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Refusal::Route => (StatusCode::NOT_FOUND, "not_found"),
            Refusal::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "bad_request"),
            Refusal::ContentType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_request"),
            Refusal::Address => (StatusCode::URI_TOO_LONG, "too_long"),
            Refusal::Length(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_long"),
            Refusal::Queue => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Refusal::Time => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
        }
    }

    /// What is wrong, and what to do.
    fn failure(self) -> Failure {
        let help = |text: &str| text.to_owned();
        let (what, help) = match self {
            Refusal::Host => (
                "this server has another name",
                help("use the address that it printed, or start it with --allow-host NAME"),
            ),
            Refusal::Caller => ("another site asks", help("open the address yourself")),
            Refusal::Token => (
                "this archive is private",
                help(
                    "open the link that `cybersearch serve` printed, or send its token as \
                     `Authorization: Bearer TOKEN`",
                ),
            ),
            Refusal::Route => ("no such page", help("start at /")),
            Refusal::Method(allowed) => ("wrong method", format!("use {allowed}")),
            Refusal::ContentType(taken) => ("wrong type of content", format!("send {taken}")),
            Refusal::Address => ("the address is too long", help("use fewer words")),
            Refusal::Length(most) => {
                let help = format!("send at most {most} bytes");
                ("the text is too long", help)
            }
            Refusal::Queue => ("too many searches wait", help("try again in a moment")),
            Refusal::Time => ("it took too long", help("ask for less")),
        };
        Failure::new(what).help(help)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        let (status, kind) = refusal.status();
        let allow = match refusal {
            Refusal::Method(allowed) => Some(allowed),
            _ => None,
        };
        Trouble {
            status,
            kind,
            failure: refusal.failure(),
            allow,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        let (status, kind) = match failure.kind() {
            FailureKind::BadRequest => (StatusCode::BAD_REQUEST, "bad_request"),
            FailureKind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            FailureKind::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            FailureKind::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
            FailureKind::Corrupt => (StatusCode::INTERNAL_SERVER_ERROR, "corrupt"),
            FailureKind::Refused => (StatusCode::INTERNAL_SERVER_ERROR, "refused"),
            FailureKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        Trouble {
            status,
            kind,
            failure,
            allow: None,
        }
    }
}

impl Trouble {
    /// The reply that tells it, as `kind` of content.
    pub(super) fn reply(&self, kind: &'static str, content: Vec<u8>) -> Reply {
        let mut reply = Reply::of(kind, content);
        reply.status = self.status;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            reply = reply.with(RETRY_AFTER, "1");
        }
        match self.allow {
            Some(allowed) => reply.with(ALLOW, allowed),
            None => reply,
        }
    }

    /// It in two lines, for whoever is shown no page.
    pub(super) fn text(&self) -> Vec<u8> {
        let help = self.failure.action().unwrap_or_default();
        format!("{}\n{help}\n", self.failure).into_bytes()
    }
}

/// The outcome of a request, always an answer.
pub(super) type Outcome = Result<Response<Body>, Infallible>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_has_the_headers_that_keep_it_in() {
        let (response, _) = Reply::of(HTML, "").into_response();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin")
        );
        let (response, _) = Reply::of(FILE, "").into_response();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.contains("sandbox"), "{policy}");
    }

    #[test]
    fn a_failure_has_a_status_by_its_kind() {
        let status = |kind| Trouble::from(Failure::new("x").of(kind)).status.as_u16();
        assert_eq!(status(FailureKind::BadRequest), 400);
        assert_eq!(status(FailureKind::NotFound), 404);
        assert_eq!(status(FailureKind::Stopped), 503);
        assert_eq!(status(FailureKind::Corrupt), 500);
        let busy = Trouble::from(Refusal::Queue);
        let (response, _) = busy.reply(TEXT, busy.text()).into_response();
        assert_eq!(response.headers()["retry-after"], "1");
        let method = Trouble::from(Refusal::Method("GET, HEAD"));
        let (response, _) = method.reply(TEXT, method.text()).into_response();
        assert_eq!(response.headers()["allow"], "GET, HEAD");
        assert_eq!(response.status(), 405);
    }
}
