//! The members of containers, whatever the container is.
//!
//! Responsible for what a member is called, for which members are looked at, and
//! for going on behind one that is broken.
//!
//! A name is whatever somebody wrote into an archive. Nothing is ever unpacked to
//! a place of that name, so `../../etc/passwd` is a name as any other. It becomes
//! a part of ids: bytes that are no text and control characters are shown as
//! U+FFFD, `!/`, which divides the parts of an id, as `%21/`, and the second
//! member of one name gets `#2`.
//!
//! Example: `./talks/a.html`, `talks/a.html` and `a!/b.txt` are the members
//! `talks/a.html`, `talks/a.html#2` and `a%21/b.txt`; `.git/x.txt` and
//! `__MACOSX/a.html` are passed over.

use std::path::Path;

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use crate::article::INSIDE;
use crate::source::input::About;
#[cfg(feature = "archives")]
use crate::source::input::Input;
use crate::source::kind::SourceFormat;
use crate::source::reading::Reading;
use crate::source::reading::budget::MOST_NAME;
use crate::source::reading::outcome::SkipReason;
#[cfg(feature = "archives")]
use crate::source::reading::{Result, Stop};
use crate::source::sidecar;

/// The members of one container, as far as they were seen.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Hashes of the ways that are taken.
    ways: FxHashSet<u128>,
    /// How many were looked at.
    read: u64,
    /// How many were passed over.
    others: u64,
}

impl Members {
    /// What is known of the member of this name; `None` for one that is passed
    /// over, and for one that is told instead.
    pub(super) fn named(
        &mut self,
        name: &[u8],
        outer: &About,
        reading: &mut Reading<'_>,
    ) -> Option<About> {
        if name.len() > MOST_NAME {
            self.others += 1;
            let start = shown(name.get(..80).unwrap_or(name));
            let about = outer.member(&format!("{start}…"));
            let why = format!("its name has more than {MOST_NAME} bytes");
            reading.skip(about.member.as_deref(), &SkipReason::Unread(why));
            return None;
        }
        let name = shown(name);
        if !is_read(&name) {
            self.others += 1;
            return None;
        }
        self.read += 1;
        Some(self.taken(&name, outer))
    }

    /// What is known of a member that is looked at whatever its name.
    pub(super) fn taken(&mut self, name: &str, outer: &About) -> About {
        let mut way = name.to_owned();
        let mut number = 1_u64;
        while !self.ways.insert(xxh3_128(way.as_bytes())) {
            number += 1;
            way = format!("{name}#{number}");
        }
        About {
            name: name.to_owned(),
            ..outer.member(&way)
        }
    }

    /// Says so where a source file holds nothing that is read.
    pub(super) fn finish(&self, outer: &About, reading: &mut Reading<'_>) {
        if self.read == 0 && self.others > 0 && outer.member.is_none() {
            let why = format!("none of its {} members is of a format read", self.others);
            reading.skip(None, &SkipReason::Unread(why));
        }
    }
}

/// A name as it is shown, without `./` before it.
pub(super) fn shown(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let mut rest = &*name;
    while let Some(inner) = rest.strip_prefix("./") {
        rest = inner;
    }
    let is_control = |c: char| c.is_control();
    rest.replace(is_control, "\u{fffd}").replace(INSIDE, "%21/")
}

/// Whether a member of this name is looked at: neither it nor a folder that it
/// lies in is hidden, and its ending is one that is read.
fn is_read(name: &str) -> bool {
    let is_hidden =
        |part: &str| part == "__MACOSX" || part.starts_with('.') && part != ".." && part.len() > 1;
    let path = Path::new(name);
    SourceFormat::of(path).is_some()
        && !name.ends_with('/')
        && !sidecar::is_one(path)
        && !name.split(['/', '\\']).any(is_hidden)
}

/// Hands a member on. One that is broken is told, and the next may be whole.
#[cfg(feature = "archives")]
pub(super) fn hand_on(reading: &mut Reading<'_>, input: Input<'_>) -> Result {
    let member = input.about.member.clone();
    match reading.input(input) {
        Err(Stop::Broken(error)) => {
            reading.damaged(member.as_deref(), &error);
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_never_followed() {
        let names: [(&[u8], &str); 6] = [
            (b"./a/b.txt", "a/b.txt"),
            (b"../../x.txt", "../../x.txt"),
            (b"/etc/x.txt", "/etc/x.txt"),
            (b"a\0\x1b[1mb.txt", "a\u{fffd}\u{fffd}[1mb.txt"),
            (b"caf\xe9.txt", "caf\u{fffd}.txt"),
            (b"a!/b.txt", "a%21/b.txt"),
        ];
        for (name, expected) in names {
            assert_eq!(shown(name), expected);
        }
    }

    #[test]
    fn what_is_hidden_or_of_no_known_kind_is_passed_over() {
        for name in ["a.txt", "../a.txt", "b/a.TXT", "./x/y.txt"] {
            assert!(is_read(name), "{name}");
        }
        for name in [
            "a.png",
            "a",
            ".a.txt",
            "x/.git/a.txt",
            "__MACOSX/a.txt",
            "a.txt/",
            "a.txt.meta.json",
        ] {
            assert!(!is_read(name), "{name}");
        }
    }

    #[test]
    fn two_of_one_name_are_two() {
        let outer = About::file("a.zip");
        let mut members = Members::default();
        let ids: Vec<String> = ["a.txt", "a.txt", "a.txt#2", "a.txt"]
            .map(|name| members.taken(name, &outer).id)
            .to_vec();
        let expected = ["a.txt", "a.txt#2", "a.txt#2#2", "a.txt#3"];
        assert_eq!(ids, expected.map(|way| format!("a.zip!/{way}")));
    }
}
