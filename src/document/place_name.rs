//! Articles by the place that a search prints for them.
//!
//! A place is a file, the way to a member, where in it, and which record:
//! `seeds/a.txt:21`, `talks.zip!/a.html:2`, `inbox.mbox (message 17):4`,
//! `report.pdf:p3`, `talks.docx:paragraph 8 (record 2 of 161)`. What is printed
//! can be given back. Which file is meant is not told by the text alone, since a
//! name may hold any of its marks: so all beginnings that may be one are tried,
//! and each article of theirs is asked whether it stands there.

use std::borrow::Cow;

use super::Record;
use crate::article::{INSIDE, with_member};

/// So many beginnings of a place are tried, the longest first.
const MOST_FILES: usize = 12;

/// The names of files with which a place may begin, the longest first: none where
/// it has no mark, and can be no more than the name of a file.
pub(crate) fn files_of(place: &str) -> Vec<&str> {
    let marks = [" (", INSIDE, ":", "@"];
    let ends = marks.iter().flat_map(|mark| place.match_indices(mark));
    let mut ends: Vec<usize> = ends.map(|(at, _)| at).filter(|at| *at > 0).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    ends.truncate(MOST_FILES);
    ends.into_iter().map(|end| &place[..end]).collect()
}

/// Of the articles that a name may mean keeps the one whose id it is: an id goes
/// before what is only another name of an article.
pub(crate) fn prefer_id(named: &mut Vec<(Record, String)>, id: &str) {
    let has_id = |(record, _): &(Record, String)| record.id == id;
    if named.iter().filter(|one| has_id(one)).count() == 1 {
        named.retain(has_id);
    }
}

impl Record {
    /// The file by its key, and the way to the article inside it.
    fn file_and_member(&self) -> String {
        self.within(&self.path, Cow::Borrowed)
    }

    /// The way to the article inside its file, which is called `path`; what tells
    /// it is made fit to be shown by `shown`.
    pub(crate) fn within<'r>(
        &'r self,
        path: &str,
        shown: impl Fn(&'r str) -> Cow<'r, str>,
    ) -> String {
        match (&self.origin.member, &self.origin.place.uri) {
            (Some(member), Some(uri)) if member.starts_with('@') => {
                format!("{path} ({})", shown(uri))
            }
            (Some(member), _) => with_member(path, &shown(member)),
            (None, _) => path.to_owned(),
        }
    }

    /// Which of several records of its file or member it is, as a search prints
    /// it: ` (record 2 of 161)`; empty where nothing tells.
    pub(crate) fn number(&self) -> String {
        match (self.origin.place.record, self.origin.place.of) {
            (Some(number), Some(of)) => format!(" (record {number} of {of})"),
            (Some(number), None) => format!(" (record {number})"),
            _ => String::new(),
        }
    }

    /// A name that means this article alone, but for the records of one line.
    pub fn place_name(&self) -> String {
        let line = self.record_line.map(|line| format!(":{line}"));
        self.file_and_member() + &line.unwrap_or_default() + &self.number()
    }

    /// Whether a search may print `place` for a passage of this article.
    pub(crate) fn stands_at(&self, place: &str) -> bool {
        let in_member = place.strip_prefix(&self.file_and_member());
        let by_number = self.origin.member.as_deref().and_then(|member| {
            // An address stands for a number, which does as well.
            place.strip_prefix(&with_member(&self.path, member))
        });
        in_member
            .into_iter()
            .chain(by_number)
            .any(|rest| self.is_within(rest))
    }

    /// Whether the rest of a place, behind file and member, is in this article.
    fn is_within(&self, rest: &str) -> bool {
        let number = self.number();
        let rest = if number.is_empty() {
            // Behind a record of a line stands its id, behind a chapter its name.
            rest.split_once(" (").map_or(rest, |(position, _)| position)
        } else if let Some(position) = rest.strip_suffix(&number) {
            position
        } else if rest.contains(" (record ") {
            return false;
        } else {
            rest
        };
        if rest.is_empty() {
            return true;
        }
        let Some(position) = rest.strip_prefix(':') else {
            return false;
        };
        if let Ok(line) = position.parse::<u64>() {
            return self.record_line.is_none_or(|own| own == line);
        }
        let number = ["paragraph ", "p"]
            .iter()
            .find_map(|unit| position.strip_prefix(unit));
        number.is_some_and(|number| number.parse::<u64>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str, member: Option<&str>) -> Record {
        let mut record = Record {
            path: path.to_owned(),
            ..Record::default()
        };
        record.origin.member = member.map(str::to_owned);
        record
    }

    #[test]
    fn what_is_printed_leads_back() {
        let plain = record("seeds/a (b).txt", None);
        let message = record("in.mbox", Some("message 17"));
        let attached = record("in.mbox", Some("message 1!/n.txt"));
        let mut exported = record("x.docx", None);
        exported.origin.place.record = Some(2);
        exported.origin.place.of = Some(3);
        let mut page = record("w.warc", Some("@812"));
        page.origin.place.uri = Some("https://a.org/b:1".to_owned());
        for (record, place) in [
            (&plain, "seeds/a (b).txt:21"),
            (&message, "in.mbox (message 17):4"),
            (&message, "in.mbox (message 17)"),
            (&attached, "in.mbox (message 1)!/n.txt:1"),
            (&exported, "x.docx:paragraph 8 (record 2 of 3)"),
            (&exported, "x.docx:paragraph 8"),
            (&page, "w.warc (https://a.org/b:1):3"),
            (&page, "w.warc@812"),
        ] {
            assert!(record.stands_at(place), "{place}");
            assert!(files_of(place).contains(&&*record.path), "{place}");
            assert!(record.stands_at(&record.place_name()), "{place}");
        }
        for (record, place) in [
            (&message, "in.mbox (message 1):4"),
            (&message, "in.mbox"),
            (&exported, "x.docx:paragraph 8 (record 1 of 3)"),
            (&exported, "x.docx:tail"),
            (&attached, "in.mbox (message 1):1"),
        ] {
            assert!(!record.stands_at(place), "{place}");
        }
        let mut of_line = record("a.jsonl", None);
        of_line.record_line = Some(4);
        assert!(of_line.stands_at("a.jsonl:4 (r1)") && !of_line.stands_at("a.jsonl:5"));
        assert_eq!(of_line.place_name(), "a.jsonl:4");
    }
}
