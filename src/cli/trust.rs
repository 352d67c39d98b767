//! `cybersearch trust`

use anyhow::Result;
use cybersearch::library::trust::{distrust, trust, trusted};
use cybersearch::source::absolute;

use super::args::TrustArgs;
use super::{FOUND, NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &TrustArgs) -> Result<u8> {
    if arguments.list {
        let folders = trusted()?;
        return print(|out| {
            folders.iter().try_for_each(|folder| {
                let folder = cybersearch::output::safe::path(folder);
                writeln!(out, "{folder}")
            })
        });
    }
    let folder = match &arguments.folder {
        Some(folder) => absolute(&session.current, folder),
        None => session.library()?.root,
    };
    if arguments.remove {
        let was_trusted = distrust(&folder)?;
        if !was_trusted {
            session.note(&format!("library was not trusted: {}", folder.display()));
        }
        return Ok(if was_trusted { FOUND } else { NOT_FOUND });
    }
    let folder = trust(&folder)?;
    session.note(&format!(
        "library is now trusted: {}; undo with `cybersearch trust --remove`",
        folder.display()
    ));
    Ok(FOUND)
}
