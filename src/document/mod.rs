//! The documents of an index: what of an article, and of a source file, is kept
//! and found, whatever engine keeps it.
//!
//! A document is made here alone; each engine has a `DocumentWriter` that takes it.
//! Imports `article`, `layout`, `extract`, `corrections`, `source` and `text`;
//! must not know any engine, nor a query.
//!
//! The way of an article: its layout is read, `extract` finds date, countries
//! and people, `corrections` puts in what the owner knows, the words go to the
//! writer, and what is shown later (`Record`) and the text itself are stored.
//! Each filter of a query has its counterpart here, written by the same
//! function that the plan asks with: `name_term`, `date_terms`, `day_number`.
//!
//! What an article lacks is written as a flag, so that `country:none` is a term
//! like any other. Example: an article of 2013-05-14 on China that names Xi
//! Jinping gets the terms `CN`, the sets `jinping`, `xi`, `jinping xi`, days
//! 15839 to 15839, and the flags `article` and, with no date in it, `no-date`.
//!
//! Pure: the same article and corrections give the same document, on any
//! thread.

pub(crate) mod date_terms;
pub(crate) mod field;
pub(crate) mod minhash;
pub(crate) mod place_name;
mod record;
pub(crate) mod source_file;
pub(crate) mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use self::field::{Field, flags};
use self::minhash::Minhash;
pub use self::record::Record;
use self::source_file::SourceEntry;
use crate::article::{Article, layout_of, title_of};
use crate::corrections::Owner;
use crate::extract::{self, Published, Role};
use crate::layout::Layout;
use crate::text::analyze::Analyzer;
use crate::text::timex;

/// How many words an article added to the statistics of its index. Averages are
/// made of them, so a file remembers its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WordCounts {
    pub(crate) text: u64,
    pub(crate) title: u64,
}

/// Takes what a document consists of. A field is given what its
/// [kind](field::FieldKind) says; anything else is a fault of the program.
/// Called for one document at a time, and in the same order for the same
/// article.
pub(crate) trait DocumentWriter {
    /// What reads words as the writer does.
    fn analyzer(&mut self) -> &mut Analyzer;

    /// The words of an article, for the fields of words and forms; gives the
    /// minhash of its text, `None` for a short one.
    fn words(&mut self, article: &Article, layout: &Layout, title: &str) -> Option<Minhash>;

    /// A term that is taken as it is.
    fn term(&mut self, field: Field, term: &str);

    /// A text for a column.
    fn text(&mut self, column: Field, text: &str);

    /// A number for a column.
    fn number(&mut self, column: Field, number: u64);

    /// A day or a time for a column.
    fn time(&mut self, column: Field, time: i64);

    /// A text that is kept and not looked for.
    fn store(&mut self, field: Field, text: &str);
}

/// Writes the document of `article`, read as `owner` would have it.
pub(crate) fn write_article(writer: &mut impl DocumentWriter, owner: &Owner, mut article: Article) {
    let layout = article.layout();
    let extraction = owner.extract(&mut article, &layout);
    let title = article.title(&layout);
    if let Some(halves) = writer.words(&article, &layout, &title) {
        for (column, half) in [Field::MinhashA, Field::MinhashB].into_iter().zip(halves) {
            writer.number(column, half);
        }
    }
    write_fields(writer, &extraction);
    let record = Record {
        title,
        main_countries: codes(&extraction, true),
        countries: codes(&extraction, false),
        published: extraction.published,
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
        origin: article.origin,
        metadata: article.metadata,
    };
    writer.term(Field::Flag, flags::ARTICLE);
    writer.term(Field::Path, &record.path);
    // The path finds an article whose id it is.
    if record.id != record.path {
        writer.term(Field::Id, &record.id);
    }
    for alias in &record.origin.aliases {
        writer.term(Field::Id, alias);
    }
    writer.text(Field::Key, &key(&record.path, &record.id));
    let stated = record.metadata.source.as_deref();
    writer.text(Field::Folder, stated.unwrap_or_else(|| folder(&record)));
    // One person counts once, however often a source states the name.
    for name in record.people.iter().collect::<BTreeSet<_>>() {
        writer.text(Field::Name, name);
    }
    writer.store(Field::Record, &record.to_kept());
    writer.store(Field::Body, &article.text);
}

/// Codes of the countries that an article names, or is mainly about.
fn codes(extraction: &extract::Extraction, is_main: bool) -> Vec<String> {
    let countries = extraction.countries.iter();
    let countries = countries.filter(|country| country.main || !is_main);
    countries.map(|country| country.code.clone()).collect()
}

/// Path and id as one text that sorts as the pair does.
fn key<'p>(path: &'p str, id: &str) -> Cow<'p, str> {
    if path == id {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(format!("{path}\0{id}"))
    }
}

/// The folder of the article's file in the library, `.` for the library
/// itself; the file of a record.
fn folder(record: &Record) -> &str {
    if record.record_line.is_some() || record.origin.member.is_some() {
        return &record.path;
    }
    match record.path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

/// Writes what was extracted: terms to be found by, and columns to be counted.
fn write_fields(writer: &mut impl DocumentWriter, extraction: &extract::Extraction) {
    for country in &extraction.countries {
        writer.term(Field::Country, &country.code);
        writer.text(Field::Country, &country.code);
        if country.main {
            writer.term(Field::Main, &country.code);
            writer.text(Field::Main, &country.code);
        }
    }
    if extraction.countries.is_empty() {
        writer.term(Field::Flag, flags::NO_COUNTRY);
    }
    if !extraction.countries.iter().any(|country| country.main) {
        writer.term(Field::Flag, flags::NO_MAIN);
    }
    let subjects = extraction
        .people
        .iter()
        .filter(|person| person.role == Role::Subject);
    let mut sets: Vec<String> = subjects
        .flat_map(|person| name_sets(&writer.analyzer().forms(&person.name)))
        .collect();
    sets.sort_unstable();
    sets.dedup();
    if sets.is_empty() {
        writer.term(Field::Flag, flags::NO_PERSON);
    }
    for set in sets {
        writer.term(Field::Person, &set);
    }
    let mentioned = extraction
        .dates
        .iter()
        .filter_map(|date| date.value.as_deref());
    let days: Vec<timex::Days> = mentioned.flat_map(timex::days).collect();
    let terms = date_terms::of_article(&days);
    if terms.is_empty() {
        writer.term(Field::Flag, flags::NO_DATE);
    }
    for term in terms {
        writer.term(Field::Mentioned, &term);
    }
    if extraction.published.is_unknown() {
        writer.term(Field::Flag, flags::UNDATED);
    } else {
        let days = interval(&extraction.published);
        writer.time(Field::Earliest, days.start);
        writer.time(Field::Latest, days.end);
    }
}

/// The days of publication; an open side reaches as far as dates go.
fn interval(published: &Published) -> Range<i64> {
    published.earliest.map_or(FIRST_DAY, day_number)..published.latest.map_or(LAST_DAY, day_number)
}

/// The days that stand for an open side: those of the years -9999 and 9999. No
/// article can be of these days themselves.
pub(crate) const FIRST_DAY: i64 = -4_371_587;
/// See [`FIRST_DAY`].
pub(crate) const LAST_DAY: i64 = 2_932_896;

/// A day, counted from 1970-01-01. Days before have negative numbers.
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

/// The year that both days are of, if it is one and known.
pub(crate) fn year_of(first: i64, last: i64) -> Option<i16> {
    let first = day_of(first)?.year();
    let last = day_of(last)?.year();
    (first == last).then_some(first)
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
fn name_sets(words: &[String]) -> Vec<String> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    let whole = words.join(" ");
    if words.len() > MAX_NAME {
        let single = words.iter().map(|word| (*word).to_owned());
        return single.chain([whole]).collect();
    }
    // Each set as a number with a bit for each of its words.
    let all = (1_u32 << words.len()) - 1;
    let most = if words.len() > MAX_WHOLE_NAME {
        3
    } else {
        all.count_ones()
    };
    let mut sets: Vec<String> = (1..all)
        .filter(|set| set.count_ones() <= most)
        .map(|set| {
            let mut text = String::with_capacity(whole.len());
            for (at, word) in words
                .iter()
                .enumerate()
                .filter(|(at, _)| set >> at & 1 == 1)
            {
                if set.trailing_zeros() as usize != at {
                    text.push(' ');
                }
                text.push_str(word);
            }
            text
        })
        .collect();
    sets.extend((all > 0).then_some(whole));
    sets
}

/// The term that finds the names with all of `words`. Sorted and each once, as
/// the sets of a name are.
pub(crate) fn name_term(words: &[String]) -> String {
    words
        .iter()
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes the document of a source file.
pub(crate) fn write_source(writer: &mut impl DocumentWriter, source: &SourceEntry) {
    let SourceEntry { key, file, skips } = source;
    writer.term(Field::Source, key);
    writer.text(Field::Key, key);
    let numbers = [
        (Field::Size, file.stat.size),
        (Field::Mark, u64::from(file.stat.mark)),
        (Field::Hash, file.hash),
        (Field::Articles, u64::from(file.articles)),
        (Field::Skips, skips.len() as u64),
        (Field::Words, file.words.text),
        (Field::TitleWords, file.words.title),
    ];
    for (column, number) in numbers {
        writer.number(column, number);
    }
    writer.time(Field::ReadAt, file.read_at);
    if !skips.is_empty() {
        let list = serde_json::to_string(skips).unwrap_or_default();
        writer.store(Field::SkipList, &list);
    }
}

/// An article, read from the index. Its layout is not stored, and read anew from the
/// text.
pub(crate) struct ReadArticle {
    pub(crate) record: Record,
    pub(crate) text: String,
    pub(crate) layout: Layout,
}

impl ReadArticle {
    /// Of a record, its title still to be found, and a text.
    pub(crate) fn of((mut record, text): (Record, String)) -> ReadArticle {
        let given_title = record.given_title.as_deref();
        let layout = layout_of(&text, record.body_start, given_title);
        record.title = title_of(&text, &layout, given_title);
        ReadArticle {
            record,
            text,
            layout,
        }
    }
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
        assert_eq!(name_sets(&words), ["jinping", "xi", "jinping xi"]);
        assert_eq!(name_sets(&[]), [""; 0]);
        assert_eq!(name_term(&words), "jinping xi");
        let long = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
        let sets = name_sets(&long);
        let has = |set: &str| sets.iter().any(|known| known == set);
        assert!(has("a c f") && has("a b c d e f") && !has("a b c d"));
        assert_eq!(sets.len(), 6 + 15 + 20 + 1);
        assert_eq!(name_sets(&long[..5]).len(), 31);
    }
}
