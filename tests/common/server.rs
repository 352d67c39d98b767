//! A server over real HTTP, in a world.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "each test file uses a part of it, and requests are put together as they are read"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::common::World;

/// A server that runs in a world.
pub struct Server {
    pub child: Child,
    pub port: u16,
    pub token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the answer is UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }
}

impl Server {
    /// Starts one at a free port and waits for its link.
    pub fn start(world: &World, arguments: &[&str]) -> Server {
        let arguments: Vec<&str> = ["serve", "--port", "0", "-q"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let mut child = world
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut link = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut link)
            .expect("a link is printed");
        let link = link.trim();
        let rest = link
            .strip_prefix("http://127.0.0.1:")
            .unwrap_or_else(|| panic!("a link: {link}"));
        let (port, path) = rest.split_once('/').expect("a path");
        Server {
            child,
            port: port.parse().expect("a port"),
            token: path.strip_prefix("login?token=").map(str::to_owned),
        }
    }

    /// One that lets everybody in.
    pub fn open(world: &World) -> Server {
        Server::start(world, &["--no-token"])
    }

    /// Sends bytes and reads what comes until the server closes.
    pub fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        // A server that refuses early may not take all.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    /// A request with these headers besides `Connection`.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        request += "\r\n";
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        parse(&self.raw(&bytes))
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A request with the right host and, if there is one, the token.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub fn get_with(&self, path: &str, more: &[(&str, &str)]) -> Answer {
        let (host, bearer) = (self.host(), self.bearer());
        let mut headers = vec![("Host", host.as_str())];
        if self.token.is_some() {
            headers.push(("Authorization", &bearer));
        }
        headers.extend(more);
        self.ask("GET", path, &headers, &[])
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token.as_deref().unwrap_or_default())
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes an answer apart; chunks are put together.
pub fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut answer = Answer {
        status: status
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(&answer.body);
    }
    answer
}

pub fn unchunked(mut chunks: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let line = chunks
            .windows(2)
            .position(|two| two == b"\r\n")
            .expect("a chunk has a size");
        let size = std::str::from_utf8(&chunks[..line]).expect("a size is text");
        let size = usize::from_str_radix(size, 16).expect("a size is a number");
        if size == 0 {
            return whole;
        }
        let begin = line + 2;
        whole.extend_from_slice(&chunks[begin..begin + size]);
        chunks = &chunks[begin + size + 2..];
    }
}

/// Every address of the server, with something to ask.
pub const ADDRESSES: [&str; 25] = [
    "/",
    "/search?q=hotline",
    "/article?id=seeds/001_a8fd6759c55bd904.txt",
    "/original?id=seeds/001_a8fd6759c55bd904.txt",
    "/people",
    "/person?name=Barack+Obama",
    "/countries",
    "/country/RU",
    "/timeline?q=cyber&vs=Moscow",
    "/timeline.csv?q=cyber&vs=Moscow",
    "/together?q=cyber",
    "/extract",
    "/status",
    "/help",
    "/export?q=hotline",
    "/feed?q=hotline",
    "/opensearch.xml",
    "/favicon.ico",
    "/api/v1/search?q=hotline",
    "/api/v1/facets",
    "/api/v1/pairs?q=cyber",
    "/api/v1/article?id=seeds/001_a8fd6759c55bd904.txt",
    "/api/v1/status",
    "/api/v1/schema/search-2",
    "/api/v1/openapi.json",
];

/// Texts that would act where a page does not treat them as text.
pub const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "'-alert(1)-'",
    "<svg onload=alert(1)>",
    "{{7*7}}${7*7}",
    "]]><b>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
];

/// An archive whose articles have such texts everywhere; each has `oil` in it,
/// and its id is its number and its text.
pub fn hostile() -> World {
    let world = World::empty();
    let mut lines = String::new();
    for (at, text) in HOSTILE.iter().enumerate() {
        let record = serde_json::json!({
            "id": format!("{at}{text}"),
            "title": format!("{text} oil"),
            "text": format!("Oil {text} and {text}. Oil rose on May 3, 2013."),
            "url": text,
            "author": text,
            "source": text,
            "people": [text],
            "other\u{202e}": text,
        });
        lines += &format!("{record}\n");
    }
    world.write("seeds/<b>\"'&.jsonl", lines.as_bytes());
    world
}
