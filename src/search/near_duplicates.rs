//! Collapses near-duplicates into one hit.
//!
//! Wire services send a story several times: again, corrected, cut, under
//! another headline. Two articles are the same story if they share most runs of
//! three words of the shorter one, and all numbers of the one that has fewer:
//! stories of one form (dividends, exchange rates, money market reports) differ
//! in their numbers. Word shingles and their containment are Broder's (1997).
//!
//! Three steps, each for fewer pairs. By what the index knows
//! (`may_be_copies`): within three days, and minhashes that share a run of
//! words which few of the hundred have. By numbers: all of the one that has
//! fewer must be in the other. By shingles: 60 % of the shorter one's, 70 %
//! where a date is unknown. Containment and not resemblance, because a cut
//! story is as much the same as a whole one.
//!
//! Example: "a b c d" has the shingles abc and bcd; "x a b c d" has both, so
//! the first is contained by 1.0. A story "12 treaties" and one "14 treaties"
//! differ in a number and stay apart, whatever else they share.
//!
//! Stories are tried in the order of the ranking against the heads of groups
//! before them, so the best one heads its group. Cost: for each of the hundred
//! a few bytes compared with each story of the page, and at most a hundred
//! texts. Not transitive: two cut versions may each be near the whole and not
//! near each other.

use std::cell::OnceCell;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::rank::POOL;
use super::score::ArticleScore;
use crate::document::ReadArticle;
use crate::document::minhash::MinhashRuns;
use crate::engine::{Address, ArticleTraits, Engine};
use crate::failure::Result;
use crate::layout::BlockKind;
use crate::stop::Budget;
use crate::text::calendar;
use crate::text::division;

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

/// Near-duplicates are sent within so many days.
const MAX_DAYS: i64 = 3;

/// A run of words that more of the compared articles have belongs to a form or
/// an agency, and raises no suspicion by itself.
///
/// Of the pairs among the first hundred of 430 searches in 23,808 articles that
/// have but one run of their minhashes in common, by how many of the hundred
/// have it:
///
/// | | 2 | 3 | 4 | 5 and more |
/// |---|---|---|---|---|
/// | pairs | 390 | 329 | 164 | 444 |
/// | copies of them | 1 | 0 | 0 | 0 |
///
/// Of the 400 pairs with two or more, 237 are copies.
const MAX_SHARED: u32 = 2;

/// An article of the ranking, with its text if it was read to compare it. What
/// was read to compare is not read again to show.
pub(crate) struct Story {
    pub(crate) score: ArticleScore,
    pub(crate) read: Option<ReadArticle>,
}

/// A story and its near-duplicates, in order. The story is the first of the
/// ranking.
pub(crate) struct Group {
    pub(crate) story: Story,
    pub(crate) copies: Vec<Story>,
}

impl Group {
    /// An article that nothing was folded into.
    pub(crate) fn alone(score: ArticleScore) -> Group {
        Group {
            story: Story { score, read: None },
            copies: Vec::new(),
        }
    }
}

/// What of two articles is compared at last. Hashes stand for words: a false
/// match would need many collisions.
struct ComparedText {
    /// The hashes of its words.
    words: Vec<u64>,
    /// The hashes of its runs of words, made where the numbers do not decide.
    shingles: OnceCell<FxHashSet<u64>>,
    /// The hashes of its numbers.
    numbers: FxHashSet<u64>,
}

/// Whether two articles may be near-duplicates, by what the index knows.
fn may_be_copies(one: ArticleTraits, other: ArticleTraits, shared: &CommonRuns) -> bool {
    // Intervals of days, three days apart at most; unknown ones may be near.
    let is_near = match (one.days, other.days) {
        (Some((from, to)), Some((other_from, other_to))) => {
            from - MAX_DAYS <= other_to && other_from - MAX_DAYS <= to
        }
        _ => true,
    };
    let are_alike = |(one, other): (MinhashRuns, MinhashRuns)| shared.are_alike(&one, &other);
    is_near && one.minhash.zip(other.minhash).is_some_and(are_alike)
}

/// How many of the compared articles have a run of words in their minhashes.
/// Counted once a search, over the first hundred.
struct CommonRuns(FxHashMap<u16, u32>);

impl CommonRuns {
    /// Articles without a minhash count nothing.
    fn of(traits: &[ArticleTraits]) -> CommonRuns {
        let mut shared = FxHashMap::default();
        for part in traits.iter().filter_map(|traits| traits.minhash).flatten() {
            *shared.entry(part).or_default() += 1;
        }
        CommonRuns(shared)
    }

    /// Whether two of them have more in common than what many have.
    ///
    /// One run in common is enough where at most two articles of the hundred
    /// have it.
    fn are_alike(&self, one: &MinhashRuns, other: &MinhashRuns) -> bool {
        let mut common = one.iter().filter(|part| other.contains(part));
        let Some(part) = common.next() else {
            return false;
        };
        common.next().is_some() || self.0.get(part).is_none_or(|count| *count <= MAX_SHARED)
    }
}

/// Takes the first hundred of `articles` and folds the near-duplicates of the
/// first `wanted` stories among them. Stories after those are not compared with each
/// other: they are not shown.
pub(crate) fn fold(
    engine: &dyn Engine,
    budget: &Budget,
    articles: &mut Vec<ArticleScore>,
    wanted: usize,
) -> Result<Vec<Group>> {
    let rest = articles.split_off(articles.len().min(POOL));
    let first = std::mem::replace(articles, rest);
    let addresses: Vec<Address> = first.iter().map(|score| score.address).collect();
    let traits = engine.traits(&addresses)?;
    let mut folding = Folding {
        engine,
        budget,
        wanted,
        groups: Vec::with_capacity(first.len()),
        traits: Vec::with_capacity(first.len()),
        contents: Vec::with_capacity(first.len()),
        shared: CommonRuns::of(&traits),
    };
    for (score, traits) in first.into_iter().zip(traits) {
        folding.add(score, traits)?;
    }
    Ok(folding.groups)
}

/// The groups so far; three lists run alongside each other.
struct Folding<'a> {
    engine: &'a dyn Engine,
    budget: &'a Budget,
    wanted: usize,
    groups: Vec<Group>,
    /// The traits of each group's story.
    traits: Vec<ArticleTraits>,
    /// What of each group's story is compared, once it was.
    contents: Vec<Option<ComparedText>>,
    shared: CommonRuns,
}

impl Folding<'_> {
    /// Puts an article into the first group whose story it is near, or in one
    /// of its own.
    fn add(&mut self, score: ArticleScore, traits: ArticleTraits) -> Result<()> {
        let mut story = Story { score, read: None };
        let mut content = None;
        // Stories beyond the page are not shown, and need no comparison.
        for group in 0..self.groups.len().min(self.wanted) {
            let other = self.traits[group];
            if !may_be_copies(traits, other, &self.shared) {
                continue;
            }
            // No more than a hundred texts are read.
            self.budget.ask()?;
            let are_dated = traits.days.is_some() && other.days.is_some();
            let own = content_of(self.engine, &mut content, &mut story)?;
            let known = &mut self.contents[group];
            let known = content_of(self.engine, known, &mut self.groups[group].story)?;
            if own.is_copy_of(known, are_dated) {
                self.groups[group].copies.push(story);
                return Ok(());
            }
        }
        self.groups.push(Group {
            story,
            copies: Vec::new(),
        });
        self.traits.push(traits);
        self.contents.push(content);
        Ok(())
    }
}

/// What of a story is compared, read when first asked for.
fn content_of<'c>(
    engine: &dyn Engine,
    known: &'c mut Option<ComparedText>,
    story: &mut Story,
) -> Result<&'c ComparedText> {
    if let Some(content) = known {
        return Ok(content);
    }
    let article = match &mut story.read {
        Some(article) => article,
        unread => unread.insert(engine.read(story.score.address)?),
    };
    Ok(known.insert(ComparedText::of(article)))
}

/// Words that stand for a number in a notice. They stand where another story of
/// the same form has digits.
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

impl ComparedText {
    /// What is compared of an article: its title and body, without date lines
    /// and boilerplate.
    fn of(article: &ReadArticle) -> ComparedText {
        let blocks = article
            .layout
            .blocks
            .iter()
            .filter(|block| block.kind.is_body() || block.kind == BlockKind::Headline)
            .map(|block| &article.text[block.span.clone()]);
        let mut content = ComparedText {
            words: Vec::new(),
            shingles: OnceCell::new(),
            numbers: FxHashSet::default(),
        };
        let mut is_after_month = false;
        let mut in_body = 0;
        for (block, text) in blocks.enumerate() {
            each_token(&division::whole(text), |word| {
                in_body += usize::from(block > 0);
                let hash = hash_of(word);
                content.words.push(hash);
                // "Feb 26" and "Feb 27" above the same story do not tell them
                // apart.
                let is_sent = in_body <= DATELINE_WORDS && is_after_month;
                let is_number = word.as_bytes()[0].is_ascii_digit() || is_number_word(word);
                if is_number && !is_sent {
                    content.numbers.insert(hash);
                }
                is_after_month = in_body <= DATELINE_WORDS && is_month(word);
            });
        }
        content
    }

    /// Made once: most pairs are decided by their numbers.
    fn shingles(&self) -> &FxHashSet<u64> {
        self.shingles
            .get_or_init(|| self.words.windows(SHINGLE).map(hash_of).collect())
    }

    /// Symmetric. Numbers are compared first: they are few and decide most.
    ///
    /// | the other text | verdict |
    /// |---|---|
    /// | the same, sent a day later | the same story |
    /// | the same with a sentence more | the same story |
    /// | the same with another number | another story |
    /// | another text with the same numbers | another story |
    fn is_copy_of(&self, other: &ComparedText, is_dated: bool) -> bool {
        // The fewer among the more: a cut copy has lost some.
        let has_numbers = if self.numbers.len() <= other.numbers.len() {
            self.numbers.is_subset(&other.numbers)
        } else {
            other.numbers.is_subset(&self.numbers)
        };
        let share = if is_dated { SHARE } else { UNDATED_SHARE };
        has_numbers && self.contained(other) >= share
    }

    /// The share of the shorter one's shingles that the other has. From 0 to 1;
    /// 0 for texts shorter than a shingle.
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn contained(&self, other: &ComparedText) -> f32 {
        let (own, others) = (self.shingles(), other.shingles());
        let (few, many) = if own.len() <= others.len() {
            (own, others)
        } else {
            (others, own)
        };
        let shared = few.iter().filter(|shingle| many.contains(shingle)).count();
        shared as f32 / few.len().max(1) as f32
    }
}

/// Good within one run of the program; nothing of it is stored.
fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A month by its name or short name, in small letters.
fn is_month(word: &str) -> bool {
    calendar::month(word).is_some() || calendar::short_month(word).is_some()
}

/// Whether a word in small letters stands for a number.
fn is_number_word(lower: &str) -> bool {
    let initial = lower.as_bytes()[0];
    NUMBER_WORDS
        .iter()
        .any(|word| word.as_bytes()[0] == initial && *word == lower)
}

/// Calls `sink` for the words, in small letters; a number with its marks
/// (`1.84`, `3/4`, `9:30`) is one.
fn each_token(text: &str, mut sink: impl FnMut(&str)) {
    if text.is_ascii() {
        each_ascii_token(&text.to_ascii_lowercase(), sink);
        return;
    }
    let mut lower = String::new();
    for word in tokens(text) {
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        sink(&lower);
    }
}

/// The words of ASCII as they stand. The same as `tokens`, without looking
/// characters up.
fn each_ascii_token<'t>(text: &'t str, mut sink: impl FnMut(&'t str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let of_number = |byte: &u8| byte.is_ascii_digit() || b".,/:-".contains(byte);
        let rest = &bytes[at..];
        let (length, next) = if rest[0].is_ascii_alphabetic() {
            let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic());
            let length = letters.count();
            (length, length)
        } else if rest[0].is_ascii_digit() {
            let next = rest.iter().take_while(|byte| of_number(byte)).count();
            let digit = rest[..next].iter().rposition(u8::is_ascii_digit);
            (digit.map_or(0, |digit| digit + 1), next)
        } else {
            (0, 1)
        };
        at += next;
        if length > 0 {
            sink(&text[start..start + length]);
        }
    }
}

/// The words of any text as they stand.
///
/// "It rose 1.84 mln, 3/4 of a US-mark; 1,000." gives It, rose, 1.84, mln, 3/4,
/// of, a, US, mark, 1,000: a number keeps the marks inside it and loses those
/// at its end.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |c: char| matches!(c, '.' | ',' | '/' | ':' | '-');
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let is_number = first.is_ascii_digit();
        let is_letter = |c: char| c.is_alphanumeric() && !c.is_ascii_digit();
        let end = if is_number {
            rest.find(|c: char| !(c.is_ascii_digit() || is_mark(c)))
        } else {
            rest.find(|c: char| !is_letter(c))
        };
        let end = end.unwrap_or(rest.len());
        let (word, left) = rest.split_at(end.max(first.len_utf8()));
        rest = left;
        Some(word.trim_end_matches(is_mark))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Record;
    use crate::layout::Layout;

    fn content(text: &str) -> ComparedText {
        let record = Record::default();
        ComparedText::of(&ReadArticle {
            record,
            text: text.to_owned(),
            layout: Layout::of(text, None),
        })
    }

    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(content(one).is_copy_of(&content(other), true), expected);
        assert_eq!(content(other).is_copy_of(&content(one), true), expected);
    }

    const STORY: &str = "TALKS BEGIN\n\nLONDON, Feb 26 - Talks on 12 treaties began on Tuesday, \
        officials said, and both sides hoped that they would end before the summer.";

    proptest::proptest! {
        #[test]
        fn ascii_is_taken_apart_as_any_text(text in "[aB1.,/: -]{0,20}|[\\x00-\\x7f]{0,20}") {
            let mut found = Vec::new();
            each_ascii_token(&text, |word| found.push(word));
            proptest::prop_assert_eq!(found, tokens(&text).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_copy_may_be_wrapped_otherwise() {
        let wrapped = STORY
            .replace("treaties", "trea-\nties")
            .replace("officials", "offi-\ncials");
        let wrapped = wrapped
            .replace("summer", "sum-\nmer")
            .replace("Tuesday", "Tues-\nday");
        check(STORY, &wrapped, true);
    }

    #[test]
    fn words_and_numbers_are_told_apart() {
        let words: Vec<&str> = tokens("It rose 1.84 mln, 3/4 of a US-mark; 1,000.").collect();
        assert_eq!(
            words,
            [
                "It", "rose", "1.84", "mln", "3/4", "of", "a", "US", "mark", "1,000"
            ]
        );
    }

    #[test]
    fn what_many_have_in_common_makes_no_suspicion() {
        let parts = |own: [u16; 2], last: u16| {
            let [one, other] = own;
            [
                one,
                other,
                last,
                last + 1,
                last + 2,
                last + 3,
                last + 4,
                last + 5,
            ]
        };
        let sketches = [
            parts([1, 2], 10),
            parts([1, 2], 20),
            parts([1, 3], 30),
            parts([4, 3], 40),
        ];
        let traits = sketches.map(|sketch| ArticleTraits {
            days: None,
            minhash: Some(sketch),
        });
        let shared = CommonRuns::of(&traits);
        let [one, two, three, four] = traits;
        assert!(may_be_copies(one, two, &shared), "two in common");
        assert!(!may_be_copies(one, three, &shared), "one that three have");
        assert!(
            may_be_copies(three, four, &shared),
            "one that nobody else has"
        );
        assert!(!may_be_copies(one, four, &shared));
        let long_ago = ArticleTraits {
            days: Some((0, 0)),
            ..one
        };
        let later = ArticleTraits {
            days: Some((4, 4)),
            ..two
        };
        assert!(!may_be_copies(long_ago, later, &shared));
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
