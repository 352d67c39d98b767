//! `cybersearch serve`

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::library::Library;
use cybersearch::parallel;
use cybersearch::serve::{Settings, Token, serve};
use cybersearch::update::Update;
use cybersearch::update::watch::{EventQueue, Pace, QUIET, WatchEvent, watch};
use tempfile::NamedTempFile;

use super::args::ServeArgs;
use super::opened::OpenedIndex;
use super::{FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &ServeArgs) -> Result<u8> {
    let settings = Settings {
        host: arguments.host,
        port: arguments.port,
        token: token(arguments)?,
        allowed: arguments.allow_host.clone(),
        searches: arguments
            .searches
            .map_or_else(parallel::threads, NonZeroUsize::get),
        time_limit: Some(arguments.time_limit).filter(|time| !time.is_zero()),
        mcp: !arguments.no_mcp,
        // Before an index is built: what is wrong with a model costs nothing.
        #[cfg(feature = "meaning")]
        meaning: super::model::for_requests(&arguments.model)?,
        #[cfg(not(feature = "meaning"))]
        meaning: None,
    };
    let (index, stale) = OpenedIndex::open(session, arguments.refresh)?;
    if !arguments.watch {
        super::search::tell_stale(session, index.local(), stale);
    }
    // What is kept fresh is a folder; an index elsewhere refuses.
    let library = arguments.watch.then(|| session.library()).transpose()?;
    outlive_panics();
    let queue = Arc::new(EventQueue::default());
    let mut page = None;
    let served = thread::scope(|scope| {
        if let Some(library) = &library {
            scope.spawn(|| keep_fresh(session, library, &queue));
        }
        let served = serve(index.shared(), &settings, |link| {
            // A reader that has left needs no link.
            let _ = print(|out| writeln!(out, "{link}"));
            if arguments.open {
                page = show(link, settings.token.is_some())
                    .inspect_err(|failure| session.complain(&failure.to_string()))
                    .ok()
                    .flatten();
            }
            Ok(())
        });
        queue.stop();
        served
    });
    drop(page);
    served?;
    Ok(FOUND)
}

/// The token that lets in: of a file, or a new one.
fn token(arguments: &ServeArgs) -> Outcome<Option<Token>> {
    if arguments.no_token {
        return Ok(None);
    }
    let Some(path) = &arguments.token_file else {
        return Token::random().map(Some);
    };
    let refused = |error| Failure::io("cannot read the token", path, &error);
    let text = std::fs::read_to_string(path).map_err(refused)?;
    let token = Token::read(&text).map_err(|failure| {
        let help = failure.action().unwrap_or_default();
        Failure::at("cannot use the token", path, &failure).help(help)
    })?;
    Ok(Some(token))
}

/// Keeps the index up to date until the server ends.
fn keep_fresh(session: &Session, library: &Library, queue: &Arc<EventQueue>) {
    let pace = Pace {
        quiet: QUIET,
        poll: None,
    };
    let mut tell = |news: WatchEvent<'_>| {
        if let WatchEvent::Failed(failure) = news {
            session.complain(&failure.to_string());
        }
        ControlFlow::Continue(())
    };
    if let Err(failure) = watch(library, Update::default(), pace, queue, &|_| {}, &mut tell) {
        session.complain(&format!("the index is not kept up to date: {failure}"));
    }
}

/// Tells a panic in one line and goes on: it is the end of one request.
fn outlive_panics() {
    std::panic::set_hook(Box::new(|info| {
        let said = info.payload_as_str().unwrap_or("no reason given");
        let place = info.location().map_or(String::new(), |place| {
            format!(" ({}:{})", place.file(), place.line())
        });
        let line = format!("cybersearch: internal error: {said}{place}");
        // With stderr closed there is nobody left to tell.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("{}\n", cybersearch::output::safe::line(&line)),
        );
    }));
}

/// Opens `link` in the browser. Other users can see the arguments of a program,
/// so a link with a token is handed over in a file that they cannot read; it is
/// gone with what is returned.
fn show(link: &str, is_secret: bool) -> Outcome<Option<NamedTempFile>> {
    if !is_secret {
        return browse(Path::new(link)).map(|()| None);
    }
    let refused = |error| {
        Failure::io("cannot open the browser", &std::env::temp_dir(), &error)
            .help("open the link yourself")
    };
    let mut file = tempfile::Builder::new()
        .prefix("cybersearch-")
        .suffix(".html")
        .tempfile()
        .map_err(refused)?;
    let page = format!(
        "<!DOCTYPE html><title>cybersearch</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={link}\"><a href=\"{link}\">cybersearch</a>\n"
    );
    std::io::Write::write_all(&mut file, page.as_bytes()).map_err(refused)?;
    browse(file.path())?;
    Ok(Some(file))
}

/// Has the system open an address or a file.
fn browse(place: &Path) -> Outcome<()> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(opener);
    command
        .arg(place)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = command.spawn();
    let mut child = started.map_err(|error| {
        Failure::io("cannot open the browser", Path::new(opener), &error)
            .help("open the link yourself")
    })?;
    // It hands over and ends; nobody waits for it otherwise.
    thread::spawn(move || {
        let _ = child.wait();
    });
    Ok(())
}
