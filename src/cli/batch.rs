//! `cybersearch batch FILE`: many queries, one opening of the index.
//!
//! The queries are answered on all cores, and an answer is printed as soon as
//! it and all before it are done. No more than a few are held at a time.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::output::hits::trec;
use cybersearch::output::{self, AskedQuery, Format, IndexInfo, Style};
use cybersearch::parallel;
use cybersearch::search::{AnyIndex, Request, left_out_note, rank, search};
use cybersearch::source::queries::{BadLine, NamedQuery, Queries};
use cybersearch::source::stream::STDIN;

use super::args::{BatchArgs, FormatArg};
use super::opened::OpenedIndex;
use super::{FOUND, INCOMPLETE, NOT_FOUND, Session, search as one};

/// What answers the queries.
struct QueryBatch<'a> {
    index: AnyIndex<'a>,
    /// What is known of the index's staleness.
    stale: Option<bool>,
    /// The file of the queries, as a problem names it.
    file: String,
    /// All of a request but its text.
    template: Request,
    /// How answers are printed; `None`: a run is.
    format: Option<Format>,
    style: Style,
}

/// What came of a query.
struct Done {
    printed: Vec<u8>,
    /// For stderr, unless the user wants quiet.
    notes: Vec<String>,
    outcome: Hits,
    stale: Option<bool>,
}

enum Hits {
    Some,
    None,
    /// The query, or its line, could not be read, or its answer not be had.
    Problem(String),
}

/// What came of all queries so far.
#[derive(Default)]
struct Tally {
    /// Queries with hits, without, and with a problem.
    hits: usize,
    misses: usize,
    problems: usize,
    is_stale: bool,
    has_printed: bool,
}

pub(super) fn run(session: &Session, arguments: &BatchArgs) -> Result<u8> {
    let options = &arguments.options;
    let template = Request {
        // Queries are answered side by side instead.
        parallel: false,
        ..one::request(session, options, String::new())?
    };
    // Before an index is built: a wrong path must cost nothing.
    let queries = open(session, &arguments.file)?;
    let (index, stale) = OpenedIndex::open(session, options.refresh)?;
    let batch = QueryBatch {
        index: index.any(),
        stale,
        file: arguments.file.to_string_lossy().into_owned(),
        template,
        format: (options.format != Some(FormatArg::Trec)).then(|| one::format(options)),
        style: session.style(options.null),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut tally = Tally::default();
    batch
        .print_head(&mut out)
        .and_then(|()| {
            parallel::in_order(
                parallel::threads(),
                |send| {
                    let mut queries = queries;
                    while queries.next().is_some_and(&mut *send) {}
                },
                |query| batch.answer(query),
                |done: Done| tally.take(session, batch.format, &done, &mut out),
            )
        })
        .and_then(|()| out.flush())
        .context("cannot write the output")?;
    if tally.misses > 0 {
        one::tell_unchecked(session, &index, options.refresh, stale);
    }
    let is_stale = tally.is_stale || stale == Some(true);
    one::tell_stale(session, index.local(), is_stale.then_some(true));
    if tally.hits + tally.misses + tally.problems == 0 {
        session.note(&format!("no queries in {}", batch.file));
    }
    Ok(tally.status())
}

/// Opens the file of queries.
fn open(session: &Session, file: &Path) -> Outcome<Queries<Box<dyn Read + Send>>> {
    if file == Path::new(STDIN) {
        if io::stdin().is_terminal() {
            session.note("reading queries from the terminal, one per line; press Ctrl-D to finish");
        }
        return Ok(Queries::new(Box::new(io::stdin())));
    }
    let what = "cannot read the queries";
    let help = "give a file with one query per line, or - for standard input";
    if file.is_dir() {
        return Err(Failure::at(what, file, "it is a folder").help(help));
    }
    let opened = File::open(file).map_err(|error| Failure::io(what, file, &error).help(help))?;
    Ok(Queries::new(Box::new(opened)))
}

impl QueryBatch<'_> {
    /// Answers one line of the file.
    fn answer(&self, query: Result<NamedQuery, BadLine>) -> Done {
        let NamedQuery { id, text } = match query {
            Ok(query) => query,
            Err(bad) => {
                let place = format!("{}:{}", self.file, bad.line);
                return Done::failed(format!("{place}: {}", bad.why));
            }
        };
        let request = Request {
            text,
            ..self.template.clone()
        };
        let done = request.check_not_empty().and_then(|()| match self.format {
            Some(format) => self.printed(&id, &request, format),
            None => self.ranked(&id, &request),
        });
        done.unwrap_or_else(|failure| {
            let action = failure.action();
            let action = action.map_or(String::new(), |action| format!("; {action}"));
            Done::failed(format!("{id}: {failure}{action}"))
        })
    }

    fn print_head(&self, out: &mut dyn Write) -> io::Result<()> {
        self.format
            .map_or(Ok(()), |format| output::print_head(format, true, out))
    }

    fn printed(&self, id: &str, request: &Request, format: Format) -> Outcome<Done> {
        let answer = search(self.index, request)?;
        let stale = answer.stale(self.stale);
        let asked = AskedQuery {
            id: Some(id),
            text: &request.text,
        };
        let info = IndexInfo::of(self.index, stale);
        let mut printed = Vec::new();
        // A vector takes whatever is written to it.
        let _ = output::print(format, &asked, &answer, &info, &self.style, &mut printed);
        Ok(Done {
            printed,
            notes: with_id(id, answer.notes(request)),
            outcome: Hits::of(answer.has_hit(request)),
            stale,
        })
    }

    /// A run needs ids and scores alone: no text is read, no file checked.
    fn ranked(&self, id: &str, request: &Request) -> Outcome<Done> {
        let run = rank(self.index, request)?;
        let mut printed = Vec::new();
        let _ = trec::print(id, &run, &mut printed);
        let mut notes = run.reading.notes("ranking those that match part of it");
        if run.total + run.total_partial == 0 && !run.reading.is_wordless {
            notes.push(format!("no hits for: {}", run.reading.read_as));
        }
        notes.extend(left_out_note(run.undated_left_out));
        notes.extend(run.reading.help.notes());
        Ok(Done {
            printed,
            notes: with_id(id, notes),
            outcome: Hits::of(!run.articles.is_empty()),
            stale: self.stale,
        })
    }
}

fn with_id(id: &str, notes: Vec<String>) -> Vec<String> {
    let notes = notes.into_iter();
    notes.map(|note| format!("{id}: {note}")).collect()
}

impl Hits {
    fn of(is_any: bool) -> Hits {
        if is_any { Hits::Some } else { Hits::None }
    }
}

impl Done {
    fn failed(problem: String) -> Done {
        Done {
            printed: Vec::new(),
            notes: Vec::new(),
            outcome: Hits::Problem(problem),
            stale: None,
        }
    }
}

impl Tally {
    /// Prints what came of the next query, and remembers it.
    fn take(
        &mut self,
        session: &Session,
        format: Option<Format>,
        done: &Done,
        out: &mut impl Write,
    ) -> io::Result<()> {
        for note in &done.notes {
            session.note(note);
        }
        match &done.outcome {
            Hits::Some => self.hits += 1,
            Hits::None => self.misses += 1,
            Hits::Problem(problem) => {
                session.complain(problem);
                self.problems += 1;
            }
        }
        self.is_stale |= done.stale == Some(true);
        if format == Some(Format::Text) && self.has_printed && !done.printed.is_empty() {
            out.write_all(b"\n")?;
        }
        // A reader at the other end of a pipe sees an answer at once.
        self.has_printed |= !done.printed.is_empty();
        out.write_all(&done.printed)?;
        out.flush()
    }

    fn status(&self) -> u8 {
        if self.problems > 0 {
            INCOMPLETE
        } else if self.hits > 0 {
            FOUND
        } else {
            NOT_FOUND
        }
    }
}
