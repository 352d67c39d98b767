//! The index that a command asks: in a folder, or elsewhere where `--index` is a
//! URL.

use cybersearch::engine::local::Index;
#[cfg(feature = "remote")]
use cybersearch::engine::remote::{RemoteIndex, Target};
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::search::AnyIndex;
#[cfg(feature = "serve")]
use cybersearch::search::SharedIndex;
use cybersearch::update::Refresh;

use super::Session;
use super::search::open_local;

/// An index, open for reading.
#[cfg_attr(
    feature = "remote",
    expect(
        clippy::large_enum_variant,
        reason = "there is one, for as long as the program runs"
    )
)]
pub(super) enum OpenedIndex {
    Local(Index),
    #[cfg(feature = "remote")]
    Remote(RemoteIndex),
}

impl OpenedIndex {
    /// Opens what the user named, or the library found from here, as fresh as asked
    /// for; with what is known of its staleness.
    pub(super) fn open(
        session: &Session,
        refresh: Refresh,
    ) -> Outcome<(OpenedIndex, Option<bool>)> {
        #[cfg(feature = "remote")]
        if let Some(index) = remote(session)? {
            if index.info().articles == 0 {
                session.note("the index contains no articles");
            }
            return Ok((OpenedIndex::Remote(index), None));
        }
        let (index, stale) = open_local(session, refresh)?;
        Ok((OpenedIndex::Local(index), stale))
    }

    /// The index, wherever it is.
    pub(super) fn any(&self) -> AnyIndex<'_> {
        match self {
            OpenedIndex::Local(index) => index.into(),
            #[cfg(feature = "remote")]
            OpenedIndex::Remote(index) => index.into(),
        }
    }

    /// The index, to be shared.
    #[cfg(feature = "serve")]
    pub(super) fn shared(self) -> SharedIndex {
        match self {
            OpenedIndex::Local(index) => index.into(),
            #[cfg(feature = "remote")]
            OpenedIndex::Remote(index) => index.into(),
        }
    }

    /// The index of a folder.
    #[cfg_attr(
        not(feature = "remote"),
        expect(clippy::unnecessary_wraps, reason = "as the other program has it")
    )]
    pub(super) fn local(&self) -> Option<&Index> {
        match self {
            OpenedIndex::Local(index) => Some(index),
            #[cfg(feature = "remote")]
            OpenedIndex::Remote(_) => None,
        }
    }
}

/// The index elsewhere that the user named; `None` where that is a folder.
#[cfg(feature = "remote")]
pub(super) fn remote(session: &Session) -> Outcome<Option<RemoteIndex>> {
    let Some(url) = session.named_url() else {
        return Ok(None);
    };
    RemoteIndex::open(Target::parse(&url)?, &session.access()?).map(Some)
}

/// Whether a text that names an index is an address and no folder.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// What is told by a command that needs a folder.
pub(super) fn no_folder(url: &str) -> Failure {
    // It may have a password in it, which is told where it is read.
    let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
    if cfg!(feature = "remote") {
        Failure::new(format!(
            "this command works on a folder, and --index is a URL: {place}"
        ))
        .help("search, batch, facets, show, status, serve and mcp take a URL; `push` fills such an index")
    } else {
        Failure::new(format!(
            "this program was built without remote indexes: {place}"
        ))
        .help("name a folder, or build it with `--features remote`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_no_address() {
        for (text, expected) in [
            ("http://a/b", true),
            ("index", false),
            ("/a://b", false),
            ("C:/x", false),
        ] {
            assert_eq!(is_url(text), expected, "{text}");
        }
    }
}
