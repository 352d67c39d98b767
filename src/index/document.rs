//! An article or a source file as an index document, and back.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::buckets;
use super::schema::{Fields, flags};
use super::sketch::Sketcher;
use super::tokenizer::TermLines;
use crate::analyze::Analyzer;
use crate::article::{Article, Metadata, Offsets};
use crate::extract::{self, Published, Role};
use crate::layout::{BlockKind, Layout};
use crate::owner::Owner;
use crate::source::{Outcome, Stat};
use crate::timex;

/// What the index keeps of an article beside its text and terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The source file's key.
    pub path: String,
    /// The article's id.
    pub id: String,
    /// The title, on one line.
    pub title: String,
    /// The title where the source states it apart from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_title: Option<String>,
    /// Where the article begins in the text.
    #[serde(default)]
    pub body_start: usize,
    /// From the text to the file.
    pub offsets: Offsets,
    /// The record's line in a file of many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_line: Option<u64>,
    /// What the source says beside the text.
    pub metadata: Metadata,
    /// When it was published; spans are offsets in the text.
    pub published: Published,
    /// Codes of the countries it names, in alphabetical order.
    pub countries: Vec<String>,
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
            metadata: self.metadata.clone(),
        }
    }
}

/// How many words an article added to the statistics of its index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WordCounts {
    pub(crate) text: u64,
    pub(crate) title: u64,
}

/// The analysed fields of one article.
#[derive(Default)]
struct Terms {
    text: TermLines,
    title: TermLines,
    furniture: TermLines,
    forms: BTreeSet<String>,
    sketcher: Sketcher,
}

impl Terms {
    fn add(&mut self, analyzer: &mut Analyzer, text: &str, kind: BlockKind) {
        let is_title = kind == BlockKind::Headline;
        let is_text = is_title || kind.is_body();
        let main = if is_text {
            &mut self.text
        } else {
            &mut self.furniture
        };
        main.gap();
        analyzer.words(text, |word| {
            main.push(word.term());
            if is_text {
                self.sketcher.push(word.term());
            }
            if is_title {
                self.title.push(word.term());
            }
            if let Some(capital) = word.capital() {
                main.push_same_place(capital);
                if is_title {
                    self.title.push_same_place(capital);
                }
            }
            if !self.forms.contains(word.form()) {
                self.forms.insert(word.form().to_owned());
            }
        });
    }
}

/// Makes the document of `article`, read as `owner` would have it.
pub(crate) fn of_article(
    fields: &Fields,
    analyzer: &mut Analyzer,
    owner: &Owner,
    mut article: Article,
) -> (TantivyDocument, WordCounts) {
    let layout = article.layout();
    let extraction = owner.extract(&mut article, &layout);
    let title = article.title(&layout);
    let terms = analyse(analyzer, &article, &layout, &title);
    let counts = WordCounts {
        text: terms.text.count(),
        title: terms.title.count(),
    };

    let mut document = TantivyDocument::default();
    for (field, half) in fields
        .sketch
        .into_iter()
        .zip(terms.sketcher.finish().into_iter().flatten())
    {
        document.add_u64(field, half);
    }
    add_terms(fields, &mut document, terms);
    add_fields(fields, &mut document, analyzer, &extraction);
    let record = Record {
        title,
        published: extraction.published,
        countries: extraction
            .countries
            .into_iter()
            .map(|country| country.code)
            .collect(),
        people: extraction
            .people
            .into_iter()
            .filter(|person| person.role == Role::Subject)
            .map(|person| person.name)
            .collect(),
        path: article.path,
        id: article.id,
        given_title: article.given_title,
        body_start: article.body_start,
        offsets: article.offsets,
        record_line: article.record_line,
        metadata: article.metadata,
    };
    document.add_text(fields.flag, flags::ARTICLE);
    document.add_text(fields.path, &record.path);
    document.add_text(fields.id, &record.id);
    document.add_text(fields.key, key(&record.path, &record.id));
    document.add_text(fields.folder, folder(&record));
    // One person counts once, however often a source states the name.
    for name in record.people.iter().collect::<BTreeSet<_>>() {
        document.add_text(fields.name, name);
    }
    // A record of plain strings, numbers and lists always serialises.
    document.add_text(
        fields.record,
        serde_json::to_string(&record).unwrap_or_default(),
    );
    document.add_text(fields.body, article.text);
    (document, counts)
}

/// The terms of an article's fields.
fn analyse(analyzer: &mut Analyzer, article: &Article, layout: &Layout, title: &str) -> Terms {
    let mut terms = Terms::default();
    // A headline is one of the blocks; a title given apart, or taken from the
    // first sentence, is added here.
    let has_headline = layout
        .blocks
        .iter()
        .any(|block| block.kind == BlockKind::Headline);
    if article.given_title.is_some() && !has_headline {
        terms.add(analyzer, title, BlockKind::Headline);
    }
    for block in &layout.blocks {
        terms.add(analyzer, &article.text[block.span.clone()], block.kind);
    }
    if let Some(author) = &article.metadata.author {
        terms.add(analyzer, author, BlockKind::Prose);
    }
    if terms.title.count() == 0 {
        analyzer.words(title, |word| {
            terms.title.push(word.term());
            if let Some(capital) = word.capital() {
                terms.title.push_same_place(capital);
            }
        });
    }
    terms
}

/// Path and id as one text that sorts as the pair does.
fn key(path: &str, id: &str) -> String {
    if path == id {
        path.to_owned()
    } else {
        format!("{path}\0{id}")
    }
}

/// The folder of the article's file in the library, `.` for the library
/// itself; the file of a record.
fn folder(record: &Record) -> &str {
    if record.record_line.is_some() {
        return &record.path;
    }
    match record.path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

fn add_terms(fields: &Fields, document: &mut TantivyDocument, terms: Terms) {
    let mut forms = TermLines::default();
    for form in &terms.forms {
        forms.push(form);
    }
    let values = [
        (fields.text, terms.text),
        (fields.title, terms.title),
        (fields.furniture, terms.furniture),
        (fields.form, forms),
    ];
    for (field, lines) in values {
        if let Some(value) = lines.into_value() {
            document.add_text(field, value);
        }
    }
}

fn add_fields(
    fields: &Fields,
    document: &mut TantivyDocument,
    analyzer: &mut Analyzer,
    extraction: &extract::Extraction,
) {
    for country in &extraction.countries {
        document.add_text(fields.country, &country.code);
        if country.main {
            document.add_text(fields.main, &country.code);
        }
    }
    if extraction.countries.is_empty() {
        document.add_text(fields.flag, flags::NO_COUNTRY);
    }
    if !extraction.countries.iter().any(|country| country.main) {
        document.add_text(fields.flag, flags::NO_MAIN);
    }
    let mut names = TermLines::default();
    let subjects = extraction
        .people
        .iter()
        .filter(|person| person.role == Role::Subject);
    for set in subjects
        .flat_map(|person| name_sets(&analyzer.forms(&person.name)))
        .collect::<BTreeSet<_>>()
    {
        names.push(&set);
    }
    match names.into_value() {
        Some(value) => document.add_text(fields.person, value),
        None => document.add_text(fields.flag, flags::NO_PERSON),
    }
    let mentioned = extraction
        .dates
        .iter()
        .filter_map(|date| date.value.as_deref());
    let days: Vec<timex::Days> = mentioned.flat_map(timex::days).collect();
    let terms = buckets::of_article(&days);
    if terms.is_empty() {
        document.add_text(fields.flag, flags::NO_DATE);
    }
    for term in terms {
        document.add_text(fields.mentioned, term);
    }
    if extraction.published.is_unknown() {
        document.add_text(fields.flag, flags::UNDATED);
    } else {
        let days = interval(&extraction.published);
        document.add_i64(fields.earliest, days.start);
        document.add_i64(fields.latest, days.end);
    }
}

/// The days of publication; an open side reaches as far as dates go.
fn interval(published: &Published) -> Range<i64> {
    published.earliest.map_or(FIRST_DAY, day_number)..published.latest.map_or(LAST_DAY, day_number)
}

/// The days that stand for an open side: those of the years -9999 and 9999.
pub(crate) const FIRST_DAY: i64 = -4_371_587;
pub(crate) const LAST_DAY: i64 = 2_932_896;

/// A day, counted from 1970-01-01.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(
        day.since(date(1970, 1, 1))
            .map_or(0, |span| span.get_days()),
    )
}

/// The day with this number; `None` for those that stand for an open side.
pub(crate) fn day_of(number: i64) -> Option<Date> {
    let is_known = FIRST_DAY < number && number < LAST_DAY;
    is_known
        .then(|| date(1970, 1, 1).checked_add(number.days()).ok())
        .flatten()
}

/// Names of at most this many words are found by any set of their words.
const MAX_WHOLE_NAME: usize = 5;

/// What has more words than this is no name: only its words and the whole are
/// found, since the sets of three grow with the third power.
const MAX_NAME: usize = 12;

/// All sets of the words of a name, each sorted and joined by spaces, so that
/// `person:"Xi Jinping"` finds both words in one name, in any order.
///
/// Of longer names: each word, each pair, each three, and the whole.
fn name_sets(words: &[String]) -> BTreeSet<String> {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let is_long = words.len() > MAX_WHOLE_NAME;
    if words.len() > MAX_NAME {
        let single = words.iter().map(|word| (*word).to_owned());
        return single.chain([words.join(" ")]).collect();
    }
    let mut sets = BTreeSet::new();
    let mut open: Vec<(String, usize, usize)> = vec![(String::new(), 0, 0)];
    while let Some((set, size, next)) = open.pop() {
        for (index, word) in words.iter().enumerate().skip(next) {
            let larger = if set.is_empty() {
                (*word).to_owned()
            } else {
                format!("{set} {word}")
            };
            if size + 1 < if is_long { 3 } else { MAX_WHOLE_NAME } {
                open.push((larger.clone(), size + 1, index + 1));
            }
            sets.insert(larger);
        }
    }
    if is_long {
        sets.insert(words.join(" "));
    }
    sets
}

/// The term that finds the names with all of `words`.
pub(crate) fn name_term(words: &[String]) -> String {
    words
        .iter()
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Makes the document of a source file.
pub(crate) fn of_source(
    fields: &Fields,
    key: &str,
    stat: Stat,
    read_at: i64,
    outcome: &Outcome,
    counts: WordCounts,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.source, key);
    document.add_u64(fields.size, stat.size);
    document.add_i64(fields.modified, stat.modified);
    document.add_u64(fields.hash, outcome.hash);
    document.add_i64(fields.read_at, read_at);
    document.add_u64(fields.articles, outcome.articles);
    document.add_u64(fields.skips, outcome.skipped.len() as u64);
    document.add_u64(fields.words, counts.text);
    document.add_u64(fields.title_words, counts.title);
    if !outcome.skipped.is_empty() {
        document.add_text(
            fields.skip_list,
            serde_json::to_string(&outcome.skipped).unwrap_or_default(),
        );
    }
    document
}

/// The record and text that a document keeps.
pub(crate) fn read_record(
    fields: &Fields,
    document: &TantivyDocument,
) -> tantivy::Result<(Record, String)> {
    let record = serde_json::from_str(stored_text(document, fields.record)).map_err(|error| {
        tantivy::TantivyError::SystemError(format!("a record cannot be read: {error}"))
    })?;
    Ok((record, stored_text(document, fields.body).to_owned()))
}

/// The text of a stored field, empty when the document has none.
pub(crate) fn stored_text(document: &TantivyDocument, field: tantivy::schema::Field) -> &str {
    document
        .get_first(field)
        .and_then(|value| value.as_str())
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_number(date(1970, 1, 2)), 1);
        assert_eq!(day_number(Date::MIN), FIRST_DAY);
        assert_eq!(day_number(Date::MAX), LAST_DAY);
        let day = date(2013, 5, 14);
        assert_eq!(day_of(day_number(day)), Some(day));
        assert_eq!([day_of(FIRST_DAY), day_of(LAST_DAY)], [None, None]);
    }

    #[test]
    fn a_name_is_found_by_any_of_its_words_in_any_order() {
        let words = ["xi", "jinping"].map(str::to_owned);
        let sets = name_sets(&words);
        assert_eq!(
            sets.into_iter().collect::<Vec<_>>(),
            ["jinping", "jinping xi", "xi"]
        );
        assert_eq!(name_term(&words), "jinping xi");
        let long = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
        let sets = name_sets(&long);
        assert!(
            sets.contains("a c f") && sets.contains("a b c d e f") && !sets.contains("a b c d")
        );
        assert_eq!(name_sets(&long[..5]).len(), 31);
    }
}
