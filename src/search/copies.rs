//! Folds copies of one story into one hit.
//!
//! Wire services send a story several times: again, corrected, cut, under
//! another headline. Two articles are the same story if they share most runs of
//! three words of the shorter one, and all numbers of the one that has fewer:
//! stories of one form (dividends, exchange rates, money market reports) differ
//! in their numbers. Word shingles and their containment are Broder's (1997).

use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};

use super::rank::POOL;
use super::score::ArticleScore;
use crate::article::layout_of;
use crate::calendar;
use crate::index::{Index, Record};
use crate::layout::BlockKind;

/// How many words make a shingle.
const SHINGLE: usize = 3;

/// The share of the shorter article's shingles that the other must have.
///
/// On the copies of Reuters-21578 (636 judged pairs), with the other limits:
///
/// | share | precision | recall |
/// |---|---|---|
/// | 0.9, no numbers, 60 words | .983 | .677 |
/// | 0.8 | .992 | .741 |
/// | 0.7, dates unknown | .989 | .764 |
/// | **0.6** | .987 | .789 |
/// | 0.6, no numbers | .895 | .862 |
const SHARE: f32 = 0.6;

/// The same where a date is unknown.
const UNDATED_SHARE: f32 = 0.7;

/// Shorter articles are never folded: identical notices are sent on many days.
const MIN_WORDS: u32 = 50;

/// Copies are sent within so many days.
const MAX_DAYS: i64 = 3;

/// An article of the ranking, with its text if it was read to compare it.
pub(super) struct Story {
    pub(super) score: ArticleScore,
    pub(super) read: Option<(Record, String)>,
}

/// A story and its copies, in order.
pub(super) struct Group {
    pub(super) story: Story,
    pub(super) copies: Vec<Story>,
}

impl Group {
    pub(super) fn alone(score: ArticleScore) -> Group {
        Group {
            story: Story { score, read: None },
            copies: Vec::new(),
        }
    }
}

/// What of an article is compared.
#[derive(Default)]
struct Sketch {
    shingles: FxHashSet<u64>,
    numbers: HashSet<String>,
}

/// Takes the first hundred of `articles` and folds the copies among them.
pub(super) fn fold(index: &Index, articles: &mut Vec<ArticleScore>) -> tantivy::Result<Vec<Group>> {
    let rest = articles.split_off(articles.len().min(POOL));
    let first = std::mem::replace(articles, rest);
    let mut folding = Folding {
        index,
        groups: Vec::with_capacity(first.len()),
        days: Vec::with_capacity(first.len()),
        sketches: Vec::with_capacity(first.len()),
    };
    for score in first {
        folding.add(score)?;
    }
    Ok(folding.groups)
}

struct Folding<'a> {
    index: &'a Index,
    groups: Vec<Group>,
    /// The first and last day of publication of each group's story.
    days: Vec<Option<(i64, i64)>>,
    /// What of each group's story is compared, once it was.
    sketches: Vec<Option<Sketch>>,
}

impl Folding<'_> {
    fn add(&mut self, score: ArticleScore) -> tantivy::Result<()> {
        let days = self.index.days_of(score.address)?;
        let mut story = Story { score, read: None };
        let mut sketch = None;
        if story.score.length >= MIN_WORDS {
            for group in 0..self.groups.len() {
                if !self.may_be_copies(group, days) {
                    continue;
                }
                self.sketch_group(group)?;
                if sketch.is_none() {
                    sketch = Some(sketch_of(self.index, &mut story)?);
                }
                if let (Some(own), Some(other)) = (&sketch, &self.sketches[group])
                    && own.is_copy_of(other, days.is_some() && self.days[group].is_some())
                {
                    self.groups[group].copies.push(story);
                    return Ok(());
                }
            }
        }
        self.groups.push(Group {
            story,
            copies: Vec::new(),
        });
        self.days.push(days);
        self.sketches.push(sketch);
        Ok(())
    }

    /// Whether date and length leave it open.
    fn may_be_copies(&self, group: usize, days: Option<(i64, i64)>) -> bool {
        let is_long = self.groups[group].story.score.length >= MIN_WORDS;
        let is_near = match (self.days[group], days) {
            (Some((from, to)), Some((other_from, other_to))) => {
                from - MAX_DAYS <= other_to && other_from - MAX_DAYS <= to
            }
            _ => true,
        };
        is_long && is_near
    }

    fn sketch_group(&mut self, group: usize) -> tantivy::Result<()> {
        if self.sketches[group].is_none() {
            let sketch = sketch_of(self.index, &mut self.groups[group].story)?;
            self.sketches[group] = Some(sketch);
        }
        Ok(())
    }
}

/// Words that stand for a number in a notice.
const NUMBER_WORDS: [&str; 15] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "nil",
    "unchanged",
];

/// A dateline ends within so many words: the day in it is that of sending.
const DATELINE_WORDS: usize = 12;

fn sketch_of(index: &Index, story: &mut Story) -> tantivy::Result<Sketch> {
    if story.read.is_none() {
        story.read = Some(index.read_article(story.score.address)?);
    }
    Ok(story
        .read
        .as_ref()
        .map_or_else(Sketch::default, |(record, text)| Sketch::of(record, text)))
}

impl Sketch {
    /// What is compared of an article: its title and body, without date lines
    /// and page furniture.
    fn of(record: &Record, text: &str) -> Sketch {
        let layout = layout_of(text, record.body_start, record.given_title.as_deref());
        let blocks = layout
            .blocks
            .iter()
            .filter(|block| block.kind.is_body() || block.kind == BlockKind::Headline)
            .map(|block| &text[block.span.clone()]);
        let mut words: Vec<String> = Vec::new();
        let mut sketch = Sketch::default();
        let mut in_body = 0;
        for (block, span) in blocks.enumerate() {
            let is_body = block > 0;
            for word in tokens(span) {
                in_body += usize::from(is_body);
                let is_sent = in_body <= DATELINE_WORDS
                    && words.last().is_some_and(|before| is_month(before));
                let is_number = word.starts_with(|c: char| c.is_ascii_digit())
                    || NUMBER_WORDS.contains(&word.as_str());
                if is_number && !is_sent {
                    sketch.numbers.insert(word.clone());
                }
                words.push(word);
            }
        }
        for shingle in words.windows(SHINGLE) {
            let mut hasher = FxHasher::default();
            shingle.hash(&mut hasher);
            sketch.shingles.insert(hasher.finish());
        }
        sketch
    }

    fn is_copy_of(&self, other: &Sketch, is_dated: bool) -> bool {
        let is_within = |few: &HashSet<String>, many: &HashSet<String>| few.is_subset(many);
        let has_numbers = if self.numbers.len() <= other.numbers.len() {
            is_within(&self.numbers, &other.numbers)
        } else {
            is_within(&other.numbers, &self.numbers)
        };
        let share = if is_dated { SHARE } else { UNDATED_SHARE };
        has_numbers && self.contained(other) >= share
    }

    /// The share of the shorter one's shingles that the other has.
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn contained(&self, other: &Sketch) -> f32 {
        let (few, many) = if self.shingles.len() <= other.shingles.len() {
            (&self.shingles, &other.shingles)
        } else {
            (&other.shingles, &self.shingles)
        };
        let shared = few.iter().filter(|shingle| many.contains(shingle)).count();
        shared as f32 / few.len().max(1) as f32
    }
}

fn is_month(word: &str) -> bool {
    calendar::month(word).is_some() || calendar::short_month(word).is_some()
}

/// Words in lower case; a number with its marks (`1.84`, `3/4`, `9:30`) is one.
fn tokens(text: &str) -> impl Iterator<Item = String> {
    let is_mark = |c: char| matches!(c, '.' | ',' | '/' | ':' | '-');
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let is_number = first.is_ascii_digit();
        let goes_on = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == is_number;
        let end = rest
            .find(|c: char| !(goes_on(c) || (is_number && is_mark(c))))
            .unwrap_or(rest.len());
        let (word, left) = rest.split_at(end.max(first.len_utf8()));
        rest = left;
        Some(word.trim_end_matches(is_mark).to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Sketch {
        let record = Record {
            path: String::new(),
            id: String::new(),
            title: String::new(),
            given_title: None,
            body_start: 0,
            offsets: crate::article::Offsets::default(),
            record_line: None,
            metadata: crate::article::Metadata::default(),
            published: crate::extract::Published::default(),
            countries: Vec::new(),
            people: Vec::new(),
        };
        Sketch::of(&record, text)
    }

    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(sketch(one).is_copy_of(&sketch(other), true), expected);
        assert_eq!(sketch(other).is_copy_of(&sketch(one), true), expected);
    }

    const STORY: &str = "TALKS BEGIN\n\nLONDON, Feb 26 - Talks on 12 treaties began on Tuesday, \
        officials said, and both sides hoped that they would end before the summer.";

    #[test]
    fn words_and_numbers_are_told_apart() {
        let words: Vec<String> = tokens("It rose 1.84 mln, 3/4 of a US-mark; 1,000.").collect();
        assert_eq!(
            words,
            [
                "it", "rose", "1.84", "mln", "3/4", "of", "a", "us", "mark", "1,000"
            ]
        );
    }

    #[test]
    fn a_cut_copy_of_another_day_is_a_copy() {
        check(STORY, STORY, true);
        check(STORY, &STORY.replace("Feb 26", "Feb 27"), true);
        check(
            STORY,
            &format!("{STORY} The minister will travel to Geneva for 3 days."),
            true,
        );
    }

    #[test]
    fn other_numbers_or_words_are_another_story() {
        check(STORY, &STORY.replace("12 treaties", "14 treaties"), false);
        check(
            STORY,
            "TALKS BEGIN\n\nLONDON, Feb 26 - Quite another text that speaks of 12 other matters \
             and shares no run of words with the first one at all.",
            false,
        );
    }
}
