//! `cybersearch extract [FILE|-]...`

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cybersearch::corrections::Owner;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::output::extract::print_line;
use cybersearch::parallel;
use cybersearch::source::path_key;
use cybersearch::source::stream::{Cutter, InputPiece, STDIN};
use cybersearch::update::read_corrections;

use super::args::ExtractArgs;
use super::{FOUND, INCOMPLETE, Session};

/// What came out of a piece: lines to print, and what was wrong.
#[derive(Default)]
struct PieceOutput {
    lines: Vec<u8>,
    problems: Vec<String>,
    /// What was not understood of the articles.
    remarks: Vec<String>,
}

/// How many remarks are told; the rest is counted.
const MOST_REMARKS: usize = 20;

pub(super) fn run(session: &Session, arguments: &ExtractArgs) -> Result<u8> {
    let cutter = Cutter {
        shape: arguments.input.into(),
        max_bytes: arguments.max_size,
    };
    let owner = owner(arguments)?;
    let mut files = arguments.files.clone();
    if files.is_empty() {
        files.push(PathBuf::from(STDIN));
    }
    if files.iter().any(|file| is_stdin(file)) && io::stdin().is_terminal() {
        session.note("reading text from the terminal; press Ctrl-D to finish");
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut status, mut remarks) = (FOUND, 0);
    parallel::in_order(
        parallel::threads(),
        |send| read(&cutter, &files, send),
        |piece| understand(piece, &owner),
        |found: PieceOutput| {
            for problem in found.problems {
                session.complain(&problem);
                status = INCOMPLETE;
            }
            for remark in found.remarks {
                remarks += 1;
                if remarks <= MOST_REMARKS {
                    session.note(&remark);
                }
            }
            // A reader at the other end of a pipe sees a record at once.
            out.write_all(&found.lines).and_then(|()| out.flush())
        },
    )
    .context("cannot write the output")?;
    if remarks > MOST_REMARKS {
        session.note(&format!("and {} more remarks", remarks - MOST_REMARKS));
    }
    Ok(status)
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new(STDIN)
}

/// Sends the pieces of all files, as long as they are wanted.
fn read(cutter: &Cutter, files: &[PathBuf], send: &mut dyn FnMut(InputPiece) -> bool) {
    for file in files {
        let is_wanted = if is_stdin(file) {
            cutter.pipe(io::stdin().lock(), send)
        } else {
            cutter.file(file, send)
        };
        if !is_wanted {
            return;
        }
    }
}

/// What the user knows better than the texts.
fn owner(arguments: &ExtractArgs) -> Outcome<Owner> {
    let mut owner = Owner {
        assumed_year: arguments.assume_year.and_then(|year| year.0),
        ..Owner::default()
    };
    if let Some(path) = &arguments.corrections {
        let missing = || {
            Failure::at("cannot read the corrections file", path, "no such file")
                .help("check the path")
        };
        owner.corrections = read_corrections(path)?.ok_or_else(missing)?.1;
    }
    Ok(owner)
}

/// Finds who, where and when in the articles of a piece.
fn understand(piece: InputPiece, owner: &Owner) -> PieceOutput {
    let mut found = PieceOutput::default();
    let key = piece.path().to_owned();
    let path = path_key::decode(&key);
    piece.read(|read| match read {
        Ok(mut article) => {
            let layout = article.layout();
            let title = article.title(&layout);
            let extraction = owner.extract(&mut article, &layout);
            // A vector takes whatever is written to it.
            let _ = print_line(&article, &path, &title, extraction, &mut found.lines);
        }
        Err(skip) => {
            let place = skip.place(&path.to_string_lossy());
            let line = format!("{place}: {}", skip.reason);
            if skip.is_remark {
                found.remarks.push(format!("remark: {line}"));
            } else {
                found.problems.push(line);
            }
        }
    });
    found
}
