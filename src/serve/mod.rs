//! `serve`: the archive in the browser and as JSON over HTTP.
//!
//! Responsible for who may ask and how much (`doors`, `work`), for following the
//! index (`archive`), and for what each address answers (`routes`). Pages are
//! pure functions of an answer (`pages`, `parts`); a page never shows a number
//! that its JSON (`api`) has not. Imports `output` and all below it. Must not know
//! arguments, stdout or exit statuses. hyper, tokio and maud have no name outside
//! this wing, and no public type of it is one of theirs.
//!
//! The way of a request, each step refusing before the next is tried: connections
//! (256), length of headers, `Host`, `Sec-Fetch` and `Origin`, token, address,
//! method and type, length of body, parameters, a slot, time.
//!
//! The server writes nothing, reads no path that a request names, and asks no
//! other server for anything.

mod api;
mod archive;
mod article;
mod assets;
mod cite;
mod doors;
mod export;
mod openapi;
mod pages;
mod parts;
mod reply;
mod routes;
mod work;

use std::future::{Future, poll_fn};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;

use self::archive::Archive;
use self::doors::Doors;
pub use self::doors::{Token, allowed_host};
use self::reply::{Body, Content, Outcome, Refusal, Reply, Trouble};
use self::routes::{Call, Face, Route, Run, Takes};
use self::work::{Weight, Work};
use crate::failure::{Failure, FailureKind, Result, plain_cause};
use crate::search::parameters::Values;
use crate::search::{Meaning, SharedIndex};
use crate::stop::Stop;

/// How many connections are held at once.
const CONNECTIONS: usize = 256;

/// The longest line and headers of a request together.
const HEADERS: usize = 64 << 10;

/// The longest address.
const ADDRESS: usize = 16 << 10;

/// How long a client may take to ask, and keep a connection without asking.
const ASKING: Duration = Duration::from_secs(10);

/// How long an answer may take, its stream left out.
const ANSWERING: Duration = Duration::from_secs(30);

/// How long a stream may take.
const STREAMING: Duration = Duration::from_mins(5);

/// How long a connection may stay, whatever it does.
const CONNECTION: Duration = Duration::from_mins(10);

/// How long running requests have at the end.
const ENDING: Duration = Duration::from_secs(2);

/// How the archive is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen at.
    pub host: IpAddr,
    /// The port; 0 for a free one.
    pub port: u16,
    /// What lets in; `None`: everybody who reaches the port.
    pub token: Option<Token>,
    /// Other names of the server, as `Host` has them.
    pub allowed: Vec<String>,
    /// How many searches may run at once.
    pub searches: usize,
    /// How long one may take.
    pub time_limit: Option<Duration>,
    /// Whether agents are answered.
    pub mcp: bool,
    /// What puts articles in order by meaning where a request asks for it.
    pub meaning: Option<Meaning>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Site {
    archive: Archive,
    doors: Doors,
    work: Work,
    /// Where the server is reached by its own machine.
    address: String,
    /// Whether agents are answered.
    mcp: bool,
    /// The sentence model, which all requests share with what it remembers.
    meaning: Option<Meaning>,
}

/// Serves the archive of `index` until the process is asked to end (Ctrl-C or
/// SIGTERM). Calls `ready` with the link to open as soon as it answers.
///
/// # Errors
/// When the port cannot be had, or others than this machine could come in
/// without a token.
pub fn serve(
    index: impl Into<SharedIndex>,
    settings: &Settings,
    ready: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    check(settings)?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build();
    let refused = |error: std::io::Error| {
        let why = plain_cause(&error);
        Failure::new(format!("cannot start the server: {why}")).of(FailureKind::Refused)
    };
    let runtime = runtime.map_err(refused)?;
    let served = runtime.block_on(run(index.into(), settings, ready));
    // Searches under way have been asked to stop.
    runtime.shutdown_timeout(ENDING);
    served
}

/// Refuses to let others in by mistake.
fn check(settings: &Settings) -> Result<()> {
    if settings.host.is_loopback() {
        return Ok(());
    }
    let host = settings.host;
    let what = format!("--host {host} can be reached from other machines");
    if settings.token.is_none() {
        return Err(Failure::new(format!("{what}, so it needs a token")).help("drop --no-token"));
    }
    if settings.allowed.is_empty() {
        let what = format!("{what}, so it needs the name that they know it by");
        return Err(Failure::new(what).help("add --allow-host NAME[:PORT]"));
    }
    Ok(())
}

async fn run(
    index: SharedIndex,
    settings: &Settings,
    ready: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    let listeners = listen(settings).await?;
    let port = listeners
        .first()
        .and_then(|listener| listener.local_addr().ok())
        .map_or(settings.port, |address| address.port());
    let address = format!("http://{}", SocketAddr::new(settings.host, port));
    let site = Arc::new(Site {
        archive: Archive::new(index),
        doors: Doors::new(port, &settings.allowed, settings.token.clone()),
        work: Work::new(settings.searches, settings.time_limit),
        address: address.clone(),
        mcp: settings.mcp,
        meaning: settings.meaning.clone(),
    });
    let (close, closing) = watch::channel(false);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let ended = ended()?;
    for listener in listeners {
        let (site, connections) = (Arc::clone(&site), Arc::clone(&connections));
        tokio::spawn(accept(listener, site, connections, closing.clone()));
    }
    drop(closing);
    ready(&match &settings.token {
        Some(token) => format!("{address}/login?token={}", token.text()),
        None => format!("{address}/"),
    })?;
    ended.await;
    let _ = close.send(true);
    // Every connection holds the channel until it has ended.
    let _ = timeout(ENDING, close.closed()).await;
    Ok(())
}

/// Takes the port; on loopback that of both families, if the second can be had.
async fn listen(settings: &Settings) -> Result<Vec<TcpListener>> {
    let Settings { host, port, .. } = settings;
    let refused = |error: std::io::Error| {
        let why = plain_cause(&error);
        Failure::new(format!("cannot listen at {host}:{port}: {why}"))
            .help("choose another port with --port, or --port 0 for a free one")
            .of(FailureKind::Refused)
    };
    let first = TcpListener::bind((*host, *port)).await.map_err(refused)?;
    let port = first.local_addr().map_err(refused)?.port();
    let mut listeners = vec![first];
    if *host == IpAddr::V4(Ipv4Addr::LOCALHOST)
        && let Ok(second) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await
    {
        listeners.push(second);
    }
    Ok(listeners)
}

/// What is ready when the process is asked to end.
fn ended() -> Result<impl Future<Output = ()>> {
    let refused = |error: std::io::Error| Failure::new(format!("cannot handle signals: {error}"));
    #[cfg(unix)]
    let mut ends = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate()]
            .map(signal)
            .into_iter()
            .collect::<std::io::Result<Vec<_>>>()
            .map_err(refused)?
    };
    #[cfg(unix)]
    let ended = poll_fn(move |context| {
        let is_over = ends.iter_mut().any(|end| end.poll_recv(context).is_ready());
        if is_over {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    #[cfg(not(unix))]
    let ended = async {
        let _ = tokio::signal::ctrl_c().await.map_err(refused);
    };
    Ok(ended)
}

/// Does `work` until `end` comes first.
async fn unless<T>(end: impl Future<Output = ()>, work: impl Future<Output = T>) -> Option<T> {
    let (mut end, mut work) = (pin!(end), pin!(work));
    poll_fn(|context| {
        if end.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// Is ready when the server closes.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}

/// Takes connections until the server closes.
async fn accept(
    listener: TcpListener,
    site: Arc<Site>,
    connections: Arc<Semaphore>,
    mut closing: watch::Receiver<bool>,
) {
    while let Some(accepted) = unless(closed(&mut closing), listener.accept()).await {
        let Ok((stream, _)) = accepted else {
            // Out of files, most likely: others end soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // One too many is closed at once.
        if let Ok(permit) = Arc::clone(&connections).try_acquire_owned() {
            let (site, closing) = (Arc::clone(&site), closing.clone());
            tokio::spawn(async move {
                connection(stream, site, closing).await;
                drop(permit);
            });
        }
    }
}

/// Answers the requests of a connection.
async fn connection(stream: TcpStream, site: Arc<Site>, mut closing: watch::Receiver<bool>) {
    // Small answers do not wait for more.
    let _ = stream.set_nodelay(true);
    let answer = |request| {
        let site = Arc::clone(&site);
        async move { handle(&site, request).await }
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASKING)
        .max_buf_size(HEADERS)
        .serve_connection(TokioIo::new(stream), service_fn(answer));
    let mut connection = pin!(connection);
    let whole = unless(
        closed(&mut closing),
        timeout(CONNECTION, connection.as_mut()),
    );
    if whole.await.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(ENDING, connection).await;
    }
}

/// Answers a request, whatever becomes of it.
async fn handle(site: &Arc<Site>, request: Request<Incoming>) -> Outcome {
    let (parts, body) = request.into_parts();
    let route = routes::find(parts.uri.path());
    let route = route.filter(|(route, _)| site.mcp || route.path != routes::MCP);
    let face = route.map_or_else(|| routes::face(parts.uri.path()), |(route, _)| route.face);
    let answered = timeout(ANSWERING, answer(site, &parts, body, route)).await;
    let answered = answered.unwrap_or_else(|_| Err(Refusal::Time.into()));
    Ok(answered.unwrap_or_else(|trouble| {
        let reply = match face {
            Face::Page => pages::trouble::reply(&trouble, &parts),
            Face::Api => api::trouble(&trouble),
            Face::File => trouble.reply(reply::TEXT, trouble.text()),
        };
        let (head, content) = reply.into_response();
        whole(head, content)
    }))
}

/// A response whose content is whole.
fn whole(head: Response<()>, content: Content) -> Response<Body> {
    let bytes = match content {
        Content::Whole(bytes) => bytes,
        Content::Stream(_) => Vec::new(),
    };
    head.map(|()| Body::whole(bytes))
}

/// Lets a request through all doors and answers it.
async fn answer(
    site: &Arc<Site>,
    parts: &Parts,
    body: Incoming,
    found: Option<(&'static Route, &str)>,
) -> std::result::Result<Response<Body>, Trouble> {
    let query = parts.uri.query().unwrap_or_default();
    if let Some(reply) = admit(site, parts, found)? {
        let (head, content) = reply.into_response();
        return Ok(whole(head, content));
    }
    let (route, rest) = found.ok_or(Refusal::Route)?;
    let most = accepts(route, parts)?;
    let run = match &route.run {
        Run::Fixed(run) => {
            let (head, content) = run(rest)?.into_response();
            return Ok(whole(head, content));
        }
        Run::Asked(run) => *run,
    };
    let body = read(body, most).await?;
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let values = Values::read(pairs, route.tables, route.face == Face::Api)?;
    let asked = Asked {
        weight: (route.weight)(&values),
        run,
        values,
        rest: rest.to_owned(),
        body,
        headers: parts.headers.clone(),
    };
    ask(site, asked).await
}

/// Lets a request through the doors that do not depend on what it asks for; the
/// reply is there already where it only asks to be let in.
fn admit(
    site: &Site,
    parts: &Parts,
    found: Option<(&'static Route, &str)>,
) -> std::result::Result<Option<Reply>, Trouble> {
    let query = parts.uri.query().unwrap_or_default();
    if parts.uri.path().len() + query.len() > ADDRESS {
        return Err(Refusal::Address.into());
    }
    site.doors.check_caller(parts)?;
    if parts.uri.path() == routes::LOGIN && is_read(&parts.method) {
        return routes::login(site, query).map(Some);
    }
    // Styles and script hold nothing of the archive, and the page that asks for a
    // token shows them.
    let is_open = found.is_some_and(|(route, _)| route.face == Face::File);
    if !is_open && !site.doors.is_let_in(&parts.headers) {
        return Err(Refusal::Token.into());
    }
    Ok(None)
}

/// What is asked of the archive.
struct Asked {
    weight: Weight,
    run: fn(&Call<'_>) -> Result<Reply>,
    values: Values,
    rest: String,
    body: Vec<u8>,
    headers: HeaderMap,
}

/// Asks the archive, in a slot of its own. The head of the answer is told as soon
/// as it is known; a stream goes on in its slot after that.
async fn ask(site: &Arc<Site>, asked: Asked) -> std::result::Result<Response<Body>, Trouble> {
    let (send, receive) = mpsc::channel(2);
    let (tell, told) = oneshot::channel();
    let handle = Handle::current();
    let (worker, archive) = (Arc::clone(site), Arc::clone(site));
    let weight = asked.weight;
    let job = move |stop: &Stop| {
        let call = Call {
            site: &archive,
            commit: archive.archive.current()?,
            values: asked.values,
            rest: asked.rest,
            body: asked.body,
            headers: &asked.headers,
            stop,
        };
        let (head, content) = (asked.run)(&call)?.into_response();
        // Who has left is told nothing.
        let _ = match content {
            Content::Whole(bytes) => tell.send(head.map(|()| Body::whole(bytes))),
            Content::Stream(stream) => {
                let told = tell.send(head.map(|()| Body::Stream(receive)));
                stream_out(stream, &handle, &send);
                told
            }
        };
        Ok(())
    };
    let mut work = Box::pin(async move { worker.work.run(weight, job).await });
    let (mut told, mut is_told) = (pin!(told), false);
    // Neither may be polled once more after it has ended.
    let mut is_done = false;
    let response = poll_fn(|context| {
        // Told once: a response, or that there is none to be told.
        if !is_told && let Poll::Ready(outcome) = told.as_mut().poll(context) {
            is_told = true;
            if let Ok(response) = outcome {
                return Poll::Ready(Ok(response));
            }
        }
        if is_done {
            return Poll::Pending;
        }
        match work.as_mut().poll(context) {
            Poll::Ready(outcome) => {
                is_done = true;
                // It has told its head, and this is woken for it.
                outcome.map_or_else(|trouble| Poll::Ready(Err(trouble)), |()| Poll::Pending)
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await?;
    if !is_done && matches!(response.body(), Body::Stream(_)) {
        tokio::spawn(work);
    }
    Ok(response)
}

/// Makes a stream and hands its pieces on, as fast as they are taken.
fn stream_out(
    stream: reply::Stream,
    handle: &Handle,
    send: &mpsc::Sender<std::result::Result<hyper::body::Bytes, reply::Cut>>,
) {
    let until = std::time::Instant::now() + STREAMING;
    let mut put = |piece: Vec<u8>| {
        let left = until.saturating_duration_since(std::time::Instant::now());
        let sent = handle.block_on(timeout(left, send.send(Ok(piece.into()))));
        matches!(sent, Ok(Ok(())))
    };
    if stream(&mut put).is_err() {
        let _ = handle.block_on(timeout(ENDING, send.send(Err(reply::Cut))));
    }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether a route takes the method and type of a request; how long its body may
/// be.
fn accepts(route: &Route, parts: &Parts) -> std::result::Result<usize, Refusal> {
    match route.takes {
        Takes::Reading | Takes::Form { .. } if is_read(&parts.method) => Ok(0),
        Takes::Reading => Err(Refusal::Method("GET, HEAD")),
        Takes::Form { kinds, most } | Takes::Posted { kinds, most } => {
            if parts.method != Method::POST {
                let allowed = match route.takes {
                    Takes::Form { .. } => "GET, HEAD, POST",
                    _ => "POST",
                };
                return Err(Refusal::Method(allowed));
            }
            let kind = parts.headers.get(CONTENT_TYPE);
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default().trim();
            if !kinds
                .split(", ")
                .any(|known| known.eq_ignore_ascii_case(kind))
            {
                return Err(Refusal::ContentType(kinds));
            }
            Ok(most)
        }
    }
}

/// Reads a body of at most so many bytes.
async fn read(mut body: Incoming, most: usize) -> std::result::Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let may_be = |size: u64| usize::try_from(size).is_ok_and(|size| size <= most);
    if !may_be(body.size_hint().lower()) {
        return Err(Refusal::Length(most).into());
    }
    loop {
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        let Some(frame) = frame else {
            return Ok(bytes);
        };
        let broken = |_| Trouble::from(Failure::new("the request broke off"));
        if let Ok(data) = frame.map_err(broken)?.into_data() {
            if bytes.len() + data.len() > most {
                return Err(Refusal::Length(most).into());
            }
            bytes.extend_from_slice(&data);
        }
    }
}
