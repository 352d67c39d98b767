//! The program `cybersearch`: reads its arguments, runs the command, and turns
//! the outcome into an exit status.
//!
//! 0: hits; 1: no hit; 2: an error, told in one line on stderr. A reader that
//! closes the pipe early is no error.

mod cli;

use std::io::{self, Write};
use std::process::ExitCode;

use cybersearch::failure::Failure;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(on_panic));
    match cli::run(std::env::args_os()) {
        Ok(status) => ExitCode::from(status),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

/// Whether the reader of stdout has left.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Tells a panic in one line and ends the program: it would abort otherwise,
/// with a trace, where it happens in a thread of tantivy's.
fn on_panic(info: &std::panic::PanicHookInfo<'_>) {
    if cybersearch::panics::is_guarded() {
        return;
    }
    let message = info.payload_as_str().unwrap_or("no reason given");
    let place = info.location().map_or(String::new(), |place| {
        format!(" ({}:{})", place.file(), place.line())
    });
    report(&cybersearch::engine::local::unguarded_panic(&format!("{message}{place}")).into());
    #[expect(
        clippy::exit,
        reason = "after a panic of a thread that nobody waits for there is no way back"
    )]
    std::process::exit(2);
}

/// Prints what failed and the action that helps, on one line.
fn report(error: &anyhow::Error) -> ExitCode {
    let failure = error.downcast_ref::<Failure>();
    let action = failure
        .and_then(Failure::action)
        .map_or(String::new(), |action| format!("; {action}"));
    let line = format!("cybersearch: {error:#}{action}");
    // With stderr closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", cybersearch::output::safe::line(&line));
    ExitCode::from(2)
}
