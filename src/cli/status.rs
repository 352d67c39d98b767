//! `cybersearch status`

use anyhow::Result;
use cybersearch::engine::local::Index;
use cybersearch::failure::Failure;
#[cfg(feature = "remote")]
use cybersearch::output::remote_status::RemoteStatus;
use cybersearch::output::status::Status;

use super::args::{PlainFormat, StatusArgs};
use super::{Session, print};

pub(super) fn run(session: &Session, arguments: &StatusArgs) -> Result<u8> {
    #[cfg(feature = "remote")]
    if let Some(index) = super::opened::remote(session)? {
        if arguments.check || arguments.deep {
            let what = "--check and --deep verify files, and an index elsewhere has none here";
            return Err(Failure::new(what).into());
        }
        let status = RemoteStatus::new(&index)?;
        return print(|out| match arguments.format {
            PlainFormat::Json => status.print_json(out),
            PlainFormat::Text => status.print_text(out),
        });
    }
    let library = session.library()?;
    let missing = || {
        Failure::at("no index", &library.index_dir, "not built yet").help("run `cybersearch index`")
    };
    let index = Index::open_to_read_through(&library)?.ok_or_else(missing)?;
    if arguments.check || arguments.deep {
        index.check(arguments.deep)?;
    }
    let status = Status::new(
        &index,
        index.check_sources()?,
        index.skips()?,
        index.formats()?,
    );
    print(|out| match arguments.format {
        PlainFormat::Json => status.print_json(out),
        PlainFormat::Text => status.print_text(out),
    })
}
