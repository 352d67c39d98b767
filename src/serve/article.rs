//! Articles by their ids, and their originals.

use hyper::header::CONTENT_DISPOSITION;

use super::archive::Commit;
use super::reply::{FILE, Reply};
use super::routes::{Call, missing};
use crate::document::Record;
use crate::failure::{Failure, FailureKind, Result};
use crate::search::parameters::Values;
use crate::search::{self, LikeArticle, Marks, WholeArticle, whole_article};
use crate::update::FileState;

/// The article that `id` and `path` name, with its text.
fn named(commit: &Commit, id: &str, path: Option<&str>) -> Result<(Record, String)> {
    let index = commit.index.any();
    let mut found = index.articles_named(id, path.unwrap_or(id))?;
    if let Some(path) = path {
        found.retain(|(record, _)| record.path == path);
    }
    if found.len() > 1 {
        return Err(search::ambiguous(id, &found, Record::place_name));
    }
    found.pop().ok_or_else(|| {
        Failure::new(format!("no such article: {id}"))
            .help("search for it again: it may have been removed")
            .of(FailureKind::NotFound)
    })
}

/// The article that a call asks for.
fn asked(call: &Call<'_>) -> Result<(Record, String)> {
    let id = call.values.one("id");
    let id = id.ok_or_else(|| missing("id", "give the id of a hit"))?;
    named(&call.commit, id, call.values.one("path"))
}

/// The article that a call asks for, with its fields and what says so.
pub(super) fn whole(call: &Call<'_>) -> Result<WholeArticle> {
    let (record, text) = asked(call)?;
    whole_article(&call.commit.index, record, text, call.values.named("names"))
}

/// What answers the query of a call in its article; `None` without a query.
pub(super) fn marks(call: &Call<'_>, whole: &WholeArticle) -> Result<Option<Marks>> {
    if call.values.one("q").is_none() {
        return Ok(None);
    }
    let request = call.request()?;
    let text = &whole.article.text;
    search::marks(&call.commit.index, &whole.record, text, &request).map(Some)
}

/// The article that others shall be like.
pub(super) fn like(commit: &Commit, values: &Values) -> Result<Option<LikeArticle>> {
    let Some(id) = values.one("like") else {
        return Ok(None);
    };
    let (record, _) = named(commit, id, None)?;
    Ok(Some(LikeArticle {
        path: record.path,
        id: record.id,
    }))
}

/// The bytes that an article was read from, as a file to keep: whatever they
/// are, no browser shows them.
pub(super) fn original(call: &Call<'_>) -> Result<Reply> {
    let (record, _) = asked(call)?;
    let missing = || {
        let location = call.commit.shown(&record.path);
        let why = "it has no such member any more";
        Failure::at("cannot read", &location, why)
            .help("run `cybersearch index`")
            .of(FailureKind::NotFound)
    };
    let index = call.commit.index.local().ok_or_else(|| {
        Failure::new("the originals of an index elsewhere are not here")
            .help("ask whoever keeps the archive")
            .of(FailureKind::NotFound)
    })?;
    if index.file_states(&[&record.path])?.first() == Some(&FileState::Deleted) {
        return Err(
            Failure::new(format!("the file of {} is not there any more", record.id))
                .help("the article's page shows what the index keeps of it")
                .of(FailureKind::NotFound),
        );
    }
    let bytes = index.raw(&record)?.ok_or_else(missing)?;
    let name = file_name(record.origin.member.as_deref().unwrap_or(&record.path));
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(Reply::of(FILE, bytes).with(CONTENT_DISPOSITION, disposition))
}

/// The last part of a path, of characters that no header and no system takes
/// amiss.
fn file_name(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = last.chars().map(plain).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() {
        "article".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_harmless_name() {
        assert_eq!(file_name("seeds/a.txt"), "a.txt");
        assert_eq!(file_name("a\"b\r\nc/..\\ d;é.pdf"), "_d__.pdf");
        assert_eq!(file_name("../.."), "article");
        assert_eq!(file_name("message 17"), "message_17");
    }
}
