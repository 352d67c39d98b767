//! What the index keeps of an article beside its text and terms.
//!
//! A record is kept as JSON, in lists without names: names would take a third
//! of the room. What most articles have alike is left out, and so is the title,
//! which the text gives again.
//!
//! A record is what a search shows without reading the text, and what is needed
//! to show the text with its place in the file. It reads back as it was, but
//! for the title, which is made of the text by the rule that made it first.
//! `from_kept(to_kept(r))` equals `r` without its title.
//!
//! Example: `["a/1.txt",["2013-05-14","header",[[0,9]],null],["RU"],[],null]`
//! is path, date with method and evidence, countries, people, and nothing of
//! the source. A change of this shape raises the version of the format.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Metadata, Offsets, Origin};
use crate::extract::Published;
use crate::extract::published::{Conflict, Method, Precision, Span};

/// What the index keeps of an article beside its text and terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The source file's key. Not a path of the system: see `source::path_key`.
    pub path: String,
    /// The article's id.
    pub id: String,
    /// The title, on one line.
    pub title: String,
    /// The title where the source states it apart from the text.
    pub given_title: Option<String>,
    /// Where the article begins in the text. In bytes; what stands before is
    /// front matter.
    pub body_start: usize,
    /// From the text to the file.
    pub offsets: Offsets,
    /// Where it stands in the file.
    pub origin: Origin,
    /// The record's line in a file of many. Counted from 1; `None` where the
    /// file is the article.
    pub record_line: Option<u64>,
    /// What the source says beside the text.
    pub metadata: Metadata,
    /// When it was published; spans are offsets in the text.
    pub published: Published,
    /// Codes of the countries it names, in alphabetical order.
    pub countries: Vec<String>,
    /// Codes of those that it is mainly about, in the same order.
    pub main_countries: Vec<String>,
    /// The names of its subjects, in order of mention.
    pub people: Vec<String>,
}

impl Record {
    /// The article again, with the text that the index kept.
    pub fn article(&self, text: String) -> Article {
        Article {
            path: self.path.clone(),
            id: self.id.clone(),
            given_title: self.given_title.clone(),
            text,
            body_start: self.body_start,
            offsets: self.offsets.clone(),
            record_line: self.record_line,
            origin: self.origin.clone(),
            metadata: self.metadata.clone(),
        }
    }

    /// The line of its source at which the text offset `at` stands; `None` where
    /// there are no lines.
    pub fn line_at(&self, text: &str, at: usize) -> Option<u64> {
        self.record_line.or_else(|| self.origin.line_at(text, at))
    }

    /// The record as it is kept.
    pub(crate) fn to_kept(&self) -> String {
        // As a list, which is what `KeptRecord` reads, but nothing is copied.
        let is_main = |code: &&String| self.main_countries.contains(code);
        let (main, others): (Vec<&String>, Vec<&String>) = self.countries.iter().partition(is_main);
        let kept = (
            &self.path,
            KeptDate::of(&self.published),
            main,
            others,
            &self.people,
            RecordSource::of(self),
        );
        // Strings, numbers and lists always serialise.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Reads a record that was kept; its title is to be found in the text.
    pub(crate) fn from_kept(kept: &str) -> serde_json::Result<Record> {
        let KeptRecord(path, published, main, mut countries, people, source) =
            serde_json::from_str(kept)?;
        countries.extend(main.iter().cloned());
        countries.sort_unstable();
        let source = source.unwrap_or_default();
        let usual = || Origin::usual(source.4);
        let origin = source.6.map_or_else(usual, |origin| *origin);
        Ok(Record {
            id: source.0.unwrap_or_else(|| path.clone()),
            path,
            title: String::new(),
            given_title: source.1,
            body_start: source.2,
            offsets: source.3,
            record_line: source.4,
            metadata: source.5,
            origin,
            published: published.map(KeptDate::into_published).unwrap_or_default(),
            countries,
            main_countries: main,
            people,
        })
    }
}

/// Path, date, the countries that it is mainly about, the other ones, people,
/// and how the source gave the article.
#[derive(Deserialize)]
struct KeptRecord(
    String,
    Option<KeptDate>,
    Vec<String>,
    Vec<String>,
    Vec<String>,
    Option<RecordSource>,
);

/// The id where it is not the path, the title where it was given, the start of
/// the article, the offsets, the line, all that was stated, and where it stands if
/// that is not as usual. Left out for an article that is a whole file.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct RecordSource(
    Option<String>,
    Option<String>,
    usize,
    Offsets,
    Option<u64>,
    Metadata,
    #[serde(default, skip_serializing_if = "Option::is_none")] Option<Box<Origin>>,
);

impl RecordSource {
    fn of(record: &Record) -> Option<RecordSource> {
        let is_usual = record.origin == Origin::usual(record.record_line);
        let source = RecordSource(
            (record.id != record.path).then(|| record.id.clone()),
            record.given_title.clone(),
            record.body_start,
            record.offsets.clone(),
            record.record_line,
            record.metadata.clone(),
            (!is_usual).then(|| Box::new(record.origin.clone())),
        );
        (source != RecordSource::default()).then_some(source)
    }
}

/// Value, method, evidence, and what does not follow from these. Left out
/// where nothing is known.
#[derive(Serialize, Deserialize)]
struct KeptDate(
    Option<String>,
    Method,
    Vec<(usize, usize)>,
    Option<Interval>,
);

/// First and last day, precision, and what speaks against the value. Left out
/// of a date that is known to the day.
#[derive(Serialize, Deserialize)]
struct Interval(Option<Date>, Option<Date>, Precision, Vec<Conflict>);

impl KeptDate {
    fn of(published: &Published) -> Option<KeptDate> {
        if *published == Published::default() {
            return None;
        }
        let evidence = published.evidence.iter();
        let is_day = Self::day(
            published.value.as_ref(),
            published.method,
            &published.evidence,
        )
        .is_some_and(|day| day == *published);
        let interval = Interval(
            published.earliest,
            published.latest,
            published.precision,
            published.conflicts.clone(),
        );
        Some(KeptDate(
            published.value.clone(),
            published.method,
            evidence.map(|span| (span.start, span.end)).collect(),
            (!is_day).then_some(interval),
        ))
    }

    /// A date that is known to the day.
    fn day(value: Option<&String>, method: Method, evidence: &[Span]) -> Option<Published> {
        let date = value?.parse().ok()?;
        Some(Published::day(date, method, evidence.to_vec()))
    }

    fn into_published(self) -> Published {
        let KeptDate(value, method, evidence, interval) = self;
        let evidence = evidence.into_iter().map(|(start, end)| Span { start, end });
        let evidence: Vec<Span> = evidence.collect();
        match interval {
            None => Self::day(value.as_ref(), method, &evidence).unwrap_or_default(),
            Some(Interval(earliest, latest, precision, conflicts)) => Published {
                value,
                earliest,
                latest,
                precision,
                method,
                evidence,
                conflicts,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(record: &Record, kept: &str) {
        assert_eq!(record.to_kept(), kept);
        assert_eq!(&Record::from_kept(kept).unwrap(), record);
    }

    #[test]
    fn a_record_is_kept_in_few_bytes() {
        let evidence = vec![Span { start: 0, end: 9 }];
        let mut record = Record {
            path: "a/1.txt".to_owned(),
            id: "a/1.txt".to_owned(),
            published: Published::day(date(2013, 5, 14), Method::Header, evidence),
            countries: ["CN", "RU"].map(str::to_owned).to_vec(),
            main_countries: vec!["RU".to_owned()],
            ..Record::default()
        };
        check(
            &record,
            r#"["a/1.txt",["2013-05-14","header",[[0,9]],null],["RU"],["CN"],[],null]"#,
        );
        record.published = Published::default();
        check(&record, r#"["a/1.txt",null,["RU"],["CN"],[],null]"#);
        record.published = Published::month(date(2011, 7, 1), Method::Inferred, Vec::new());
        record.id = "x".to_owned();
        record.record_line = Some(3);
        record.origin = Origin::usual(Some(3));
        record.metadata.author = Some("Ann".to_owned());
        check(
            &record,
            r#"["a/1.txt",["2011-07","inferred",[],["2011-07-01","2011-07-31","month",[]]],["RU"],["CN"],[],["x",null,0,0,3,{"author":"Ann"}]]"#,
        );
        record = Record {
            path: "a.mbox".to_owned(),
            id: "a.mbox#7".to_owned(),
            ..Record::default()
        };
        record.origin.member = Some("message 7".to_owned());
        record.origin.place.message = Some(7);
        check(
            &record,
            r#"["a.mbox",null,[],[],[],["a.mbox#7",null,0,0,null,{},["file","message 7",[],{"from":1},{"message":7},["line",[]]]]]"#,
        );
    }
}
