//! What an archivist writes beside a file: `NAME.meta.json` beside `NAME`.
//!
//! A JSON object with the keys of a record (`date`, `title`, `author`, `url`,
//! `countries`, `people`, and others that are kept). It goes before what the
//! file says itself, and is no article. A file of records needs none.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Skip, SourceFormat, decode, keys};
use crate::article::Article;
use crate::files::{self, SMALL_FILE};
use crate::text::stated_date;

/// What a sidecar's name has more than its file's.
pub(super) const ENDING: &str = ".meta.json";

/// A sidecar's content, or why there is none although the sidecar is there.
pub(super) type Sidecar = Result<Vec<u8>, String>;

/// Whether `path` is the sidecar of a file that may be an article.
pub(super) fn is_one(path: &Path) -> bool {
    let name = path.to_str().and_then(|path| path.strip_suffix(ENDING));
    name.is_some_and(|name| SourceFormat::of(Path::new(name)).is_some_and(may_have_one))
}

fn may_have_one(format: SourceFormat) -> bool {
    format != SourceFormat::JsonLines
}

/// The place of the sidecar of the file at `location`, if it may have one.
pub(super) fn place(location: &Path) -> Option<PathBuf> {
    if !SourceFormat::of(location).is_none_or(may_have_one) {
        return None;
    }
    let mut name = OsString::from(location);
    name.push(ENDING);
    Some(PathBuf::from(name))
}

/// The name of the sidecar of the file `name`, if it may have one.
pub(super) fn name_beside(name: &OsStr) -> Option<OsString> {
    place(Path::new(name)).map(PathBuf::into_os_string)
}

/// Reads an open sidecar.
pub(super) fn read(file: impl io::Read) -> io::Result<Vec<u8>> {
    files::read_all(file, 0, SMALL_FILE)
}

/// The `hash` of a file's content together with its sidecar's.
pub(super) fn with_hash(hash: u64, sidecar: Option<&Sidecar>) -> u64 {
    match sidecar {
        Some(Ok(bytes)) => hash.rotate_left(1) ^ xxhash_rust::xxh3::xxh3_64(bytes),
        _ => hash,
    }
}

/// Adds to `article` what its sidecar states. Returns what of that was not
/// understood.
///
/// # Errors
/// Why the sidecar is not used; the article is whole without it.
pub(super) fn apply(article: &mut Article, sidecar: Sidecar) -> Result<Vec<String>, Skip> {
    let not_used = |why: String| {
        let why = format!("its {ENDING} is not used: {why}; the article is indexed without it");
        Skip::told(None, why)
    };
    let bytes = sidecar.map_err(not_used)?;
    let text = decode::decode(bytes).map_err(|reason| not_used(reason.to_string()))?;
    let value: Value =
        serde_json::from_str(&text.text).map_err(|error| not_used(format!("not JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(not_used("not a JSON object".to_owned()));
    };
    let keys::Stated {
        title,
        metadata: stated,
        remarks,
        ..
    } = keys::take(fields);
    let own = &mut article.metadata;
    article.given_title = title.or(article.given_title.take());
    // One that nobody can read does not hide what the file says.
    let is_unread = |date: &String| stated_date::read(date).is_none();
    if own.date.as_ref().is_none_or(is_unread) || !stated.date.as_ref().is_none_or(is_unread) {
        if stated.date.is_some() {
            own.date_at = None;
        }
        own.date = stated.date.or(own.date.take());
    }
    own.url = stated.url.or(own.url.take());
    own.author = stated.author.or(own.author.take());
    own.source = stated.source.or(own.source.take());
    own.countries = stated.countries.or(own.countries.take());
    own.people = stated.people.or(own.people.take());
    own.other.extend(stated.other);
    let remarks = remarks.into_iter();
    Ok(remarks
        .map(|remark| format!("its {ENDING}: {remark}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Metadata;

    #[test]
    fn a_sidecar_goes_before_the_file_and_keeps_what_it_leaves_out() {
        let mut article = Article {
            given_title: Some("Own".to_owned()),
            metadata: Metadata {
                date: Some("2012".to_owned()),
                author: Some("Ada".to_owned()),
                ..Metadata::default()
            },
            ..Article::default()
        };
        let sidecar = br#"{"date":"2013-05-20","countries":["RU"],"box":7}"#;
        apply(&mut article, Ok(sidecar.to_vec())).unwrap();
        assert_eq!(article.given_title.as_deref(), Some("Own"));
        assert_eq!(article.metadata.date.as_deref(), Some("2013-05-20"));
        assert_eq!(article.metadata.author.as_deref(), Some("Ada"));
        assert_eq!(article.metadata.other["box"], 7);
        for bad in ["", "[1]", "{"] {
            assert!(apply(&mut article, Ok(bad.into())).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_and_hides_nothing() {
        let mut article = Article::default();
        article.metadata.date = Some("2012".to_owned());
        article.metadata.countries = Some(vec!["RU".to_owned()]);
        let sidecar = br#"{"date":"soon","countries":"Narnia","published":true}"#;
        let remarks = apply(&mut article, Ok(sidecar.to_vec())).unwrap();
        assert_eq!(
            remarks,
            [
                "its .meta.json: date not understood: “soon”",
                "its .meta.json: country not understood: “Narnia” (key “countries”)"
            ]
        );
        assert_eq!(article.metadata.date.as_deref(), Some("2012"));
        assert_eq!(article.metadata.countries, Some(vec!["RU".to_owned()]));
    }

    #[test]
    fn names_tell_a_sidecar() {
        let names = [
            "a.txt.meta.json",
            "b.md.meta.json",
            "a.meta.json",
            "a.jsonl.meta.json",
            "a.json",
        ];
        let found = names.map(|name| is_one(Path::new(name)));
        assert_eq!(found, [true, true, false, false, false]);
    }
}
