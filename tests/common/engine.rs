//! Real nodes of a search engine, started for tests from jars of Maven Central
//! (`tests/opensearch/`), each a process of its own.
//!
//! `CYBERSEARCH_ENGINE` chooses the engine (`opensearch-2.19.6`,
//! `opensearch-3.9.0` with a `JAVA_HOME` of Java 21 or newer,
//! `elasticsearch-7.17.28`). Without Java or Maven the tests say that they are
//! skipped; with `CYBERSEARCH_ENGINE_TEST=required` they fail instead.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The engine that is tested unless another is asked for.
const USUAL: &str = "opensearch-2.19.6";

/// How long a node may take to start, on a machine with other work.
const START: Duration = Duration::from_mins(2);

/// The folder with the jars of the engine; `None` where they cannot be had, which
/// is told.
///
/// # Panics
/// When they are required.
fn jars() -> Option<&'static Path> {
    static JARS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let jars = JARS.get_or_init(|| {
        let fetched = fetch();
        let is_required =
            std::env::var_os("CYBERSEARCH_ENGINE_TEST").is_some_and(|it| it == "required");
        match fetched {
            Ok(folder) => Some(folder),
            Err(why) => {
                assert!(!is_required, "a real engine is required: {why}");
                eprintln!("skipped: no real engine: {why}");
                None
            }
        }
    });
    jars.as_deref()
}

/// Lets Maven fetch the jars, once for all tests.
fn fetch() -> Result<PathBuf, String> {
    let engine = std::env::var("CYBERSEARCH_ENGINE").unwrap_or_else(|_| USUAL.to_owned());
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engine");
    let project = super::common::project().join("tests/opensearch");
    let folder = made.join(&engine);
    let node = folder.join("node.jar");
    let changed = |path: PathBuf| path.metadata().and_then(|meta| meta.modified()).ok();
    let sources = ["pom.xml", "src/main/java/Node.java"];
    let latest = sources
        .into_iter()
        .filter_map(|name| changed(project.join(name)));
    if changed(node.clone()).is_some_and(|made| latest.max().is_none_or(|latest| latest < made)) {
        return Ok(folder);
    }
    let output = Command::new("mvn")
        .args(["-q", "-B", &format!("-P{engine}"), "package"])
        .arg(format!("-Dmade={}", made.display()))
        .current_dir(&project)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("Maven does not start: {error}"))?;
    if !output.status.success() || !node.exists() {
        let told = String::from_utf8_lossy(&output.stdout);
        let first = told.lines().find(|line| line.contains("ERROR"));
        return Err(format!("Maven: {}", first.unwrap_or("no jars")));
    }
    Ok(folder)
}

/// One node that runs. It ends with what started it.
pub struct Node {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    http: u16,
    number: usize,
    transport: Vec<u16>,
    settings: Vec<String>,
}

impl Node {
    /// Starts a node in `folder`, as one of as many as `transport` has ports.
    fn start(
        jars: &Path,
        folder: &Path,
        http: u16,
        number: usize,
        transport: &[u16],
        settings: &[String],
    ) -> Node {
        let java = std::env::var_os("JAVA_HOME").map_or_else(
            || PathBuf::from("java"),
            |home| Path::new(&home).join("bin/java"),
        );
        let mut command = Command::new(java);
        command
            .args(["-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1"])
            .args(settings.iter().map(|setting| format!("-Dnode.{setting}")))
            .arg("-cp")
            .arg(jars.join("*"))
            .arg("Node")
            .arg(folder.join(format!("node-{number}")))
            .arg(http.to_string());
        if transport.len() > 1 {
            command.arg(number.to_string());
            command.args(transport.iter().map(ToString::to_string));
        }
        let log = std::fs::File::create(folder.join(format!("node-{number}.log")));
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.expect("a log can be made"))
            .spawn()
            .expect("Java starts");
        Node {
            child,
            address: String::new(),
            http,
            number,
            transport: transport.to_vec(),
            settings: settings.to_vec(),
        }
    }

    /// Waits until it takes requests. The first line of JSON is our own; a node
    /// may print before it.
    fn wait(&mut self) {
        let stdout = self.child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let told = lines.find_map(|line| {
            let told: Value = serde_json::from_str(&line.ok()?).ok()?;
            told["http"].as_u64()
        });
        let port = told.expect("the node starts; its log says why not");
        self.http = u16::try_from(port).expect("a port");
        self.address = format!("http://127.0.0.1:{port}");
        // Its output must go somewhere, or it stops.
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// Kills it, as a power failure does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The answer to a request; its body is null where there is none.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        ask(&self.address, method, path, body).expect("the node answers")
    }

    /// The body of an answer that must be one of success.
    pub fn ok(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.ask(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {answer}");
        answer
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

fn ask(
    address: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<(u16, Value), ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(2)))
        .proxy(None)
        .build()
        .into();
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{address}{path}"))
        .header("content-type", "application/json");
    let mut response = match body {
        Some(body) => agent.run(request.body(body.to_string()).expect("a request"))?,
        None => agent.run(request.body(()).expect("a request"))?,
    };
    let text = response.body_mut().read_to_string()?;
    let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok((response.status().as_u16(), answer))
}

/// An engine of one node or more.
pub struct Engine {
    pub nodes: Vec<Node>,
    folder: TempDir,
    jars: &'static Path,
}

impl Engine {
    /// Starts so many nodes as one cluster, with settings such as
    /// `http.max_content_length=1mb`; `None` where there is no engine to start.
    pub fn start(nodes: usize, settings: &[&str]) -> Option<Engine> {
        let jars = jars()?;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let listeners: Vec<TcpListener> = (0..nodes)
            .map(|_| TcpListener::bind("127.0.0.1:0").expect("a port is free"))
            .collect();
        let transport: Vec<u16> = listeners
            .iter()
            .map(|listener| listener.local_addr().expect("it is bound").port())
            .collect();
        drop(listeners);
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let mut nodes: Vec<Node> = (0..nodes)
            .map(|number| Node::start(jars, folder.path(), 0, number, &transport, &settings))
            .collect();
        nodes.iter_mut().for_each(Node::wait);
        let engine = Engine {
            nodes,
            folder,
            jars,
        };
        engine.wait();
        Some(engine)
    }

    /// The first node.
    pub fn node(&self) -> &Node {
        &self.nodes[0]
    }

    /// The address of an index of the first node.
    pub fn url(&self, index: &str) -> String {
        format!("{}/{index}", self.node().address)
    }

    /// Starts a node again that was killed, at its old ports.
    pub fn restart(&mut self, number: usize) {
        let old = &self.nodes[number];
        let mut node = Node::start(
            self.jars,
            self.folder.path(),
            old.http,
            old.number,
            &old.transport,
            &old.settings,
        );
        node.wait();
        self.nodes[number] = node;
        self.wait();
    }

    /// Waits until all nodes are one cluster.
    fn wait(&self) {
        let begin = Instant::now();
        let nodes = self.nodes.len();
        let path = format!("/_cluster/health?wait_for_nodes={nodes}&timeout=60s");
        loop {
            match ask(&self.node().address, "GET", &path, None) {
                Ok((200, _)) => return,
                told => assert!(begin.elapsed() < START, "no cluster: {told:?}"),
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// How many articles an index has, as a search counts them.
    pub fn articles(&self, index: &str) -> u64 {
        let asked = json!({"query": {"term": {"flag": "article"}}});
        let node = self.node();
        node.ok("POST", &format!("/{index}/_refresh"), None);
        let told = node.ok("POST", &format!("/{index}/_count"), Some(&asked));
        told["count"].as_u64().expect("a count")
    }
}
