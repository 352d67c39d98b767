//! `cybersearch push URL`

use anyhow::Result;
use cybersearch::engine::remote::Target;
use cybersearch::output::push::{created, finished, removed, summary};
use cybersearch::push::{Push, PushReport, create, finish, push, remove};

use super::index;
use crate::cli::args::PushArgs;
use crate::cli::progress::Progress;
use crate::cli::{FOUND, INCOMPLETE, Session, print};

pub(in crate::cli) fn run(session: &Session, arguments: &PushArgs) -> Result<u8> {
    let target = Target::parse(&arguments.url)?;
    let access = session.access()?;
    let mut request = Push {
        sources: Vec::new(),
        shards: arguments.shards,
        replicas: arguments.replicas,
        part: arguments.shard,
        dry_run: arguments.dry_run,
        threads: arguments.threads,
        memory: arguments.memory,
    };
    if arguments.remove {
        let names = remove(target, &access)?;
        return print(|out| writeln!(out, "{}", removed(&names)));
    }
    if arguments.create {
        let report = create(target, &access, &request)?;
        return print(|out| writeln!(out, "{}", created(&report)));
    }
    if arguments.finish {
        let report = finish(target, &access)?;
        return told(&report, &finished(&report));
    }
    let library = index::library(session, &arguments.from)?;
    request.sources = index::keys(session, &library, &arguments.from);
    let progress = Progress::new(session);
    let report = push(&library, target, &access, &request, &|event| {
        progress.event(&event);
    })?;
    for (file, why) in &report.refused {
        session.note(&format!("the engine refuses a part of {file}: {why}"));
    }
    if !report.is_dry {
        index::tell(session, &report.update);
    }
    told(&report, &summary(&report))
}

/// The last line, and whether everything is there.
fn told(report: &PushReport, line: &str) -> Result<u8> {
    print(|out| writeln!(out, "{line}"))?;
    Ok(if report.is_whole() { FOUND } else { INCOMPLETE })
}
