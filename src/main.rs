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
    match cli::run(std::env::args_os()) {
        Ok(status) => ExitCode::from(status),
        Err(cli::Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(cli::Error::Output(error)) => {
            report(&Failure::new(format!("cannot write the output: {error}")))
        }
        Err(cli::Error::Failure(failure)) => report(&failure),
    }
}

/// Prints what failed and the action that helps, on one line.
fn report(failure: &Failure) -> ExitCode {
    let action = failure
        .action()
        .map_or(String::new(), |action| format!("; {action}"));
    let line = format!("cybersearch: {failure}{action}");
    // With stderr closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", cybersearch::output::safe::line(&line));
    ExitCode::from(2)
}
