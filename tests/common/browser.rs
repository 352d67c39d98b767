//! A real browser, driven over its debugging protocol.
//!
//! Messages are JSON texts that end with a zero byte, over two pipes
//! (`--remote-debugging-pipe`), so that no port is open. The browser has its own
//! profile in a temporary folder, and one page.

#![allow(
    clippy::print_stderr,
    unreachable_pub,
    reason = "what is skipped is said, and a test file is a crate of its own"
)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The browsers that are looked for.
const BROWSERS: [&str; 3] = ["chromium-headless-shell", "chromium", "google-chrome"];

/// How long a browser may be silent while it is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser with a page.
pub struct Browser {
    child: Child,
    to: File,
    from: Receiver<Value>,
    asked: u64,
    session: Option<String>,
    events: Vec<Value>,
    _profile: TempDir,
}

/// The program: the one that `CYBERSEARCH_BROWSER` names, or one of the usual
/// names. `None` where there is none and the variable is not `required`.
fn program() -> Option<PathBuf> {
    let named = std::env::var("CYBERSEARCH_BROWSER").unwrap_or_default();
    if !named.is_empty() && named != "required" {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = BROWSERS.iter().find_map(|name| {
        let places = std::env::split_paths(&path).map(|folder| folder.join(name));
        places.into_iter().find(|place| place.is_file())
    });
    if found.is_none() {
        assert!(named.is_empty(), "a browser is required, and none is here");
        eprintln!("skipped: there is no browser ({})", BROWSERS.join(", "));
    }
    found
}

impl Browser {
    /// One with an empty page, or `None` where there is no browser. The name
    /// `evil.test` leads to this machine.
    pub fn start() -> Option<Browser> {
        let program = program()?;
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let pipes = ["in", "out"].map(|name| profile.path().join(name));
        let made = Command::new("mkfifo").args(&pipes).status();
        assert!(made.expect("mkfifo starts").success());
        // The sandbox refuses root, whom the tests may run as; every page is ours.
        let child = Command::new("sh")
            .args([
                "-c",
                "in=$1 out=$2; shift 2; exec \"$@\" 3<\"$in\" 4>\"$out\"",
                "sh",
            ])
            .args(&pipes)
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--remote-debugging-pipe", "--disable-dev-shm-usage"])
            .arg(
                "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            )
            .arg(format!(
                "--user-data-dir={}",
                profile.path().join("profile").display()
            ))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let to = OpenOptions::new().write(true).open(&pipes[0]);
        let from = File::open(&pipes[1]);
        let mut browser = Browser {
            child,
            to: to.expect("the browser reads"),
            from: messages(from.expect("the browser writes")),
            asked: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let page = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let target = page["targetId"].clone();
        let attached = browser.ask(
            "Target.attachToTarget",
            &json!({"targetId": target, "flatten": true}),
        );
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// The next message; waiting for `what` ends the test some time.
    fn read(&mut self, what: &str) -> Value {
        let message = self.from.recv_timeout(PATIENCE);
        let message = message.unwrap_or_else(|_| panic!("the browser is silent: {what}"));
        if message["method"] == "Page.javascriptDialogOpening" {
            // Nothing goes on before it is answered.
            self.send("Page.handleJavaScriptDialog", &json!({"accept": true}));
        }
        message
    }

    fn send(&mut self, method: &str, parameters: &Value) -> u64 {
        self.asked += 1;
        let mut message = json!({"id": self.asked, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let written = self.to.write_all(format!("{message}\0").as_bytes());
        written.expect("the browser reads");
        self.asked
    }

    /// Asks the browser for something; what happens meanwhile is kept.
    pub fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        let id = self.send(method, parameters);
        loop {
            let message = self.read(method);
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            if message["id"].is_null() {
                self.events.push(message);
            }
        }
    }

    /// Waits until a page is loaded that was not waited for yet.
    pub fn arrive(&mut self) {
        let is_loaded = |seen: &Value| seen["method"] == "Page.loadEventFired";
        while !self.events.iter().any(is_loaded) {
            let message = self.read("a page is loaded");
            self.events.push(message);
        }
        let at = self.events.iter().position(is_loaded);
        self.events.remove(at.expect("it was just seen"));
    }

    /// What has happened since it was last asked for.
    pub fn events(&mut self) -> Vec<Value> {
        // What came before this answer has been read with it.
        self.eval("1");
        std::mem::take(&mut self.events)
    }

    /// Forgets pages that were loaded and not waited for.
    fn set_out(&mut self) {
        self.events
            .retain(|event| event["method"] != "Page.loadEventFired");
    }

    /// Opens an address and waits until it is loaded.
    pub fn open(&mut self, address: &str) {
        self.set_out();
        let went = self.ask("Page.navigate", &json!({"url": address}));
        assert!(went["errorText"].is_null(), "{address}: {went}");
        // Another part of the same page is no other page.
        if went["loaderId"].is_string() {
            self.arrive();
        }
    }

    /// Does something that leads to another page, and waits for it.
    pub fn follow(&mut self, script: &str) {
        self.set_out();
        self.eval(script);
        self.arrive();
    }

    /// Clicks on the first that a selector finds, which leads to another page.
    pub fn click(&mut self, selector: &str) {
        let selector = json!(selector);
        self.follow(&format!(
            "document.querySelector({selector}).dispatchEvent(\
             new MouseEvent('click', {{bubbles: true, cancelable: true}})); 1"
        ));
    }

    /// The value of an expression, waited for if it is a promise.
    pub fn eval(&mut self, script: &str) -> Value {
        let answer = self.ask(
            "Runtime.evaluate",
            &json!({"expression": script, "returnByValue": true, "awaitPromise": true}),
        );
        let wrong = &answer["exceptionDetails"];
        assert!(
            wrong.is_null(),
            "{}: {wrong}",
            &script[..script.len().min(200)]
        );
        answer["result"]["value"].clone()
    }

    /// The same, as text.
    pub fn text(&mut self, script: &str) -> String {
        let value = self.eval(script);
        value
            .as_str()
            .unwrap_or_else(|| panic!("{script}: {value}"))
            .to_owned()
    }

    /// Presses a key.
    pub fn key(&mut self, key: &str) {
        self.ask(
            "Input.dispatchKeyEvent",
            &json!({"type": "keyDown", "key": key, "text": key}),
        );
        self.ask(
            "Input.dispatchKeyEvent",
            &json!({"type": "keyUp", "key": key}),
        );
    }

    /// The width of the window in pixels of pages, and how many of the screen's
    /// are one of them.
    pub fn width(&mut self, width: u32, scale: u32) {
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": 800, "deviceScaleFactor": scale, "mobile": false}),
        );
    }

    /// `screen` or `print`, and whether dark is preferred.
    pub fn medium(&mut self, medium: &str, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask(
            "Emulation.setEmulatedMedia",
            &json!({"media": medium, "features": features}),
        );
    }

    /// Whether scripts of pages run.
    pub fn scripts(&mut self, run: bool) {
        self.ask(
            "Emulation.setScriptExecutionDisabled",
            &json!({"value": !run}),
        );
    }

    /// Writes a picture of the window.
    pub fn picture(&mut self, file: &Path) {
        let picture = self.ask("Page.captureScreenshot", &json!({"format": "png"}));
        let text = picture["data"].as_str().expect("a picture is text");
        std::fs::write(file, from_base64(text)).expect("a picture can be written");
    }
}

/// Reads messages until the browser ends.
fn messages(from: File) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for message in BufReader::new(from).split(0) {
            let bytes = message.expect("the browser writes");
            let message = serde_json::from_slice(&bytes).expect("a message is JSON");
            // Nobody waits for the last ones.
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Complaints among events: scripts that failed, what a policy forbade, dialogs,
/// and requests to anywhere but `origin`.
pub fn complaints(events: &[Value], origin: &str) -> Vec<String> {
    let told = events.iter().filter_map(|event| {
        let given = &event["params"];
        let method = event["method"].as_str().unwrap_or_default();
        match method {
            "Page.javascriptDialogOpening" | "Runtime.exceptionThrown" => Some(event.to_string()),
            "Runtime.consoleAPICalled" if given["type"] == "error" => Some(event.to_string()),
            "Log.entryAdded" if given["entry"]["level"] == "error" => Some(event.to_string()),
            "Network.requestWillBeSent" => {
                let address = given["request"]["url"].as_str().unwrap_or_default();
                let is_own = address.starts_with(origin) || address.starts_with("data:");
                (!is_own).then(|| format!("a request to {address}"))
            }
            _ => None,
        }
    });
    told.collect()
}

/// The bytes of a text in base 64 (RFC 4648).
fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for digit in text.bytes() {
        let Some(value) = DIGITS.iter().position(|known| *known == digit) else {
            continue;
        };
        held = held << 6 | u32::try_from(value).expect("a digit is small");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}
