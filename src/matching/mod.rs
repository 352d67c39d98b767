//! Finds the places of a text that answer a query.
//!
//! Responsible for the parts of a query (`parts`), where they stand (`proximity`),
//! the passages to show (`passage`) and what of them is highlighted. Works on the
//! same terms as the index, so that a word is highlighted exactly where it was
//! found: a phrase as a phrase, a stem as the word in the text, a filter or an
//! excluded word not at all. Pure. Imports `query`, `document`, `layout`, `text`.
//!
//! One pass over the text: each word is asked whether it is one of the query's
//! leaves, and its position is noted under each that it is. Most words are told
//! apart by how they begin and are never folded or stemmed. Then `proximity`
//! finds the parts in the positions, as the engine does in the index, and each
//! place becomes a range of bytes.
//!
//! Example: `"nuclear risk"` in "A nuclear risk, nuclear risks": leaves
//! `nuclear` at 1 and 3, `risk` at 2 and 4; runs 1 to 2 and 3 to 4; the
//! highlights are *nuclear risk* and *nuclear risks*.
//!
//! Invariants: spans are in bytes of the text, on character boundaries;
//! highlights of [`disjoint`] are sorted and do not overlap. A matcher whose
//! budget is spent has found a part of it, and whoever asked must check. Cost:
//! O(words of the text × prefixes and fuzzy words), without those O(words).

mod extent;
pub(crate) mod page;
mod parts;
pub mod passage;
pub mod proximity;

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;

pub use self::parts::{QueryTerm, TermClause, TermClauses, default_edits};
use self::passage::{Highlighted, Match, MatchPlace};
use self::proximity::{Occurrence, WordPositions};
use crate::query::Scope;
use crate::stop::{Budget, Spender};
use crate::text::analyze::{Analyzer, Beginnings, Word};
use crate::text::edit_distance::is_within;
use crate::text::wildcard::Wildcard;

/// Looks for the parts of one query. It can be shared by threads; each scans
/// with its own [`Scan`].
#[derive(Debug)]
pub struct Matcher<'a> {
    parts: &'a TermClauses,
    terms: FxHashMap<&'a str, usize>,
    forms: FxHashMap<&'a str, usize>,
    /// Prefixes, words with wildcards and fuzzy words, with their numbers.
    loose: Vec<(usize, Loose<'a>)>,
    /// What it costs to compare a word with all of them.
    loose_cost: u64,
    /// How words begin that may answer.
    beginnings: Beginnings,
    /// The first bytes of terms and of their irregular forms: other words need
    /// no stem to be passed over.
    initials: [bool; 256],
    /// What looking is paid from.
    budget: Budget,
}

/// What many words answer.
#[derive(Debug)]
enum Loose<'a> {
    Prefix(&'a str),
    Wildcard(Wildcard),
    Fuzzy(&'a str, u8),
}

/// A text whose words have been compared with the query's. Positions ascend;
/// each word that answers is kept with its bytes once.
#[derive(Debug)]
pub struct Scan {
    /// The positions of each leaf, in order.
    leaves: Vec<Vec<u32>>,
    /// The words that are leaves, in order of their position.
    words: Vec<(u32, Range<usize>)>,
    /// The position of the next word.
    next: u32,
    /// What looking is paid from.
    spender: Spender,
}

/// What it costs to tell how far one word is from another, beside telling
/// whether it begins so.
const FUZZY: u64 = 8;

impl<'a> Matcher<'a> {
    /// A matcher for `parts`, the parts of one query. Without a budget, for
    /// texts that are at hand.
    pub fn new(parts: &'a TermClauses) -> Matcher<'a> {
        Self::within(parts, Budget::unlimited())
    }

    /// A matcher that may be stopped; what it has found then is not all.
    pub fn within(parts: &'a TermClauses, budget: Budget) -> Matcher<'a> {
        let mut matcher = Matcher {
            budget,
            parts,
            terms: FxHashMap::default(),
            forms: FxHashMap::default(),
            loose: Vec::new(),
            loose_cost: 0,
            beginnings: Beginnings::default(),
            initials: [false; 256],
        };
        for (number, leaf) in parts.leaves.iter().enumerate() {
            let others = add_beginning(leaf, &mut matcher.beginnings);
            match leaf {
                QueryTerm::Term(term) => {
                    for form in std::iter::once(&**term).chain(others.iter().map(|form| &**form)) {
                        let initial = form.as_bytes().first().copied().unwrap_or(0);
                        matcher.initials[usize::from(initial)] = true;
                    }
                    matcher.terms.insert(term, number);
                }
                QueryTerm::Form(form) => {
                    matcher.forms.insert(form, number);
                }
                QueryTerm::Prefix(prefix) => {
                    matcher.loose.push((number, Loose::Prefix(prefix)));
                    matcher.loose_cost += 1;
                }
                QueryTerm::Wildcard(pattern) => {
                    let loose = Loose::Wildcard(Wildcard::new(pattern));
                    matcher.loose.push((number, loose));
                    matcher.loose_cost += FUZZY;
                }
                QueryTerm::Fuzzy(form, edits) => {
                    matcher.loose.push((number, Loose::Fuzzy(form, *edits)));
                    matcher.loose_cost += FUZZY;
                }
            }
        }
        matcher
    }

    /// How words begin that these parts look for: a text without such words has
    /// none of them. False alarms are possible, misses are not.
    pub fn beginnings(&self, parts: impl Iterator<Item = usize>) -> Beginnings {
        let mut beginnings = Beginnings::default();
        for part in parts {
            self.parts.parts[part].pattern.each_leaf(&mut |leaf| {
                add_beginning(&self.parts.leaves[leaf], &mut beginnings);
            });
        }
        beginnings
    }

    /// The parts that the text is looked through for, by number. Those of other
    /// scopes are looked for elsewhere.
    pub fn parts_of(&self, scopes: &[Scope]) -> Vec<usize> {
        let parts = self.parts.parts.iter().enumerate();
        let parts = parts.filter(|(_, part)| scopes.contains(&part.scope));
        parts.map(|(number, _)| number).collect()
    }

    /// What was typed for a highlight. As typed, without quotes.
    pub fn label(&self, lit: &Highlighted) -> &str {
        &self.parts.labels[lit.label]
    }

    /// An empty scan, for [`Matcher::look`] to add blocks to.
    pub fn scan(&self) -> Scan {
        Scan {
            leaves: vec![Vec::new(); self.parts.leaves.len()],
            words: Vec::new(),
            next: 0,
            spender: self.budget.spender(),
        }
    }

    /// Looks at a block of the text, which begins at `offset`. Between blocks a
    /// position is left out, as in the index. Blocks must come in the order of
    /// the text.
    pub fn look(&self, scan: &mut Scan, analyzer: &mut Analyzer, block: &str, offset: usize) {
        // Nothing is left out before the first block.
        scan.next += u32::from(scan.next > 0);
        let first = scan.next;
        let count = analyzer.words_beginning(block, &self.beginnings, |number, word| {
            if self.loose_cost > 0 && scan.spender.spend(self.loose_cost).is_err() {
                return;
            }
            let position = first + number;
            self.each_leaf(&word, |leaf| {
                let positions = &mut scan.leaves[leaf];
                // Both readings of a divided word may answer alike.
                if positions.last() != Some(&position) {
                    positions.push(position);
                }
                let span = offset + word.start..offset + word.end;
                match scan.words.last_mut() {
                    Some((at, known)) if *at == position => known.end = known.end.max(span.end),
                    _ => scan.words.push((position, span)),
                }
            });
        });
        scan.next += count;
    }

    /// Calls `found` for each leaf that a word answers. A word may answer
    /// several leaves: itself, a prefix, a fuzzy word.
    fn each_leaf(&self, word: &Word<'_>, mut found: impl FnMut(usize)) {
        let form = word.form();
        let initial = form.as_bytes().first().copied().unwrap_or(0);
        // Stemming is dear: only words that begin as a term does.
        if self.initials[usize::from(initial)]
            && let Some(leaf) = self.terms.get(word.term())
        {
            found(*leaf);
        }
        // "US" is "us" and an abbreviation as well.
        if let Some(leaf) = word.capital().and_then(|capital| self.terms.get(capital)) {
            found(*leaf);
        }
        if let Some(leaf) = self.forms.get(form) {
            found(*leaf);
        }
        for (number, leaf) in &self.loose {
            let answers = match leaf {
                Loose::Prefix(prefix) => form.starts_with(prefix),
                Loose::Wildcard(pattern) => pattern.matches(form),
                Loose::Fuzzy(other, edits) => is_within(form, other, *edits),
            };
            if answers {
                found(*number);
            }
        }
    }

    /// The matches of the parts with one of these scopes, in order.
    /// `in_one_sentence` is asked with two byte offsets of the text.
    pub fn matches(
        &self,
        scan: &Scan,
        scopes: &[Scope],
        in_one_sentence: &dyn Fn(usize, usize) -> bool,
    ) -> Vec<Match> {
        let by_position = |first: u32, last: u32| {
            let (first, last) = (scan.span(first), scan.span(last));
            in_one_sentence(first.start, last.end)
        };
        let places = WordPositions {
            leaves: &scan.leaves,
            in_one_sentence: &by_position,
            spender: &scan.spender,
        };
        let mut matches = Vec::new();
        for (number, part) in self.parts.parts.iter().enumerate() {
            if scopes.contains(&part.scope) {
                let runs = proximity::runs(&part.pattern, &places);
                matches.extend(runs.iter().map(|run| scan.found(number, run)));
            }
        }
        matches.sort_by_key(|found| (found.span.start, found.place.part));
        matches
    }
}

/// Adds how the words begin that a leaf stands for, and says how those of a term
/// may begin otherwise than it does. A fuzzy word may begin with anything, and so
/// may a word that begins with a wildcard.
fn add_beginning(leaf: &QueryTerm, beginnings: &mut Beginnings) -> Vec<Cow<'static, str>> {
    match leaf {
        QueryTerm::Term(term) => return beginnings.add_term(term),
        QueryTerm::Form(form) | QueryTerm::Prefix(form) => beginnings.add_form(form),
        QueryTerm::Wildcard(pattern) => match Wildcard::prefix(pattern) {
            "" => beginnings.add_all(),
            prefix => beginnings.add_form(prefix),
        },
        QueryTerm::Fuzzy(..) => beginnings.add_all(),
    }
    Vec::new()
}

impl Scan {
    /// The bytes of the word at a position that some leaf has. Empty for a
    /// position that no leaf has.
    fn span(&self, position: u32) -> Range<usize> {
        let at = self.words.binary_search_by_key(&position, |(at, _)| *at);
        at.map_or(0..0, |at| self.words[at].1.clone())
    }

    /// A run of positions as ranges of bytes.
    fn found(&self, part: usize, run: &Occurrence) -> Match {
        let span = |first, last| self.span(first).start..self.span(last).end;
        let lit = run.marks.iter().map(|mark| Highlighted {
            span: span(mark.first, mark.last),
            label: mark.label,
        });
        Match {
            place: MatchPlace {
                part,
                first: run.first,
                last: run.last,
            },
            span: span(run.first, run.last),
            lit: lit.collect(),
        }
    }
}

/// What to highlight of `matches`, disjoint: of two that overlap the earlier
/// stays, of two that begin together the longer.
///
/// | query | text | highlighted |
/// |---|---|---|
/// | `"a a"` | a a a | *a a* |
/// | `hotline Moscow` | Hotlines to Moscow’s men | *Hotlines*, *Moscow’s* |
/// | `US` | told us of the US | *US* |
pub fn disjoint<'m>(matches: impl IntoIterator<Item = &'m Match>) -> Vec<Highlighted> {
    let mut lit: Vec<Highlighted> = matches
        .into_iter()
        .flat_map(|found| found.lit.iter().cloned())
        .collect();
    lit.sort_by_key(|lit| (lit.span.start, std::cmp::Reverse(lit.span.end), lit.label));
    let mut end = 0;
    lit.retain(|lit| {
        let stays = lit.span.start >= end;
        if stays {
            end = lit.span.end;
        }
        stays
    });
    lit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn check(query: &str, text: &str, expected: &[&str]) {
        let mut analyzer = Analyzer::default();
        let parts = TermClauses::of(&parse(query).query, &mut analyzer);
        let matcher = Matcher::new(&parts);
        let mut scan = matcher.scan();
        matcher.look(&mut scan, &mut analyzer, text, 0);
        let in_one_sentence = |from: usize, to: usize| !text[from..to].contains(". ");
        let matches = matcher.matches(&scan, &[Scope::Anywhere], &in_one_sentence);
        let shown: Vec<String> = disjoint(&matches)
            .iter()
            .map(|lit| format!("{}={}", matcher.label(lit), &text[lit.span.clone()]))
            .collect();
        assert_eq!(shown, expected, "{query} in {text}");
    }

    #[test]
    fn stems_light_up_as_the_words_in_the_text() {
        check(
            "hotline Moscow",
            "Hotlines to Moscow’s men",
            &["hotline=Hotlines", "Moscow=Moscow’s"],
        );
        check("cafe", "Café", &["cafe=Café"]);
    }

    #[test]
    fn phrases_light_up_as_phrases_and_nothing_else() {
        check(
            "\"nuclear risk\"",
            "risk nuclear risks, nuclear. A nuclear\nrisk",
            &["nuclear risk=nuclear risks", "nuclear risk=nuclear\nrisk"],
        );
        check(
            "Moscow-Washington",
            "Washington, Moscow–Washington",
            &["Moscow-Washington=Moscow–Washington"],
        );
        check("\"a a\"", "a a a", &["a a=a a"]);
    }

    #[test]
    fn prefixes_exact_and_fuzzy_words_see_the_whole_word() {
        check(
            "communicat*",
            "communications, commune",
            &["communicat*=communications"],
        );
        check(
            "wom*n",
            "women, a WOMAN, omen",
            &["wom*n=women", "wom*n=WOMAN"],
        );
        check("*ox b?x", "A fox’s box", &["*ox=fox’s", "*ox=box"]);
        check(
            "\"quick bro* f?x\"",
            "quick brow fox, quick Brown fix",
            &[
                "quick bro* f?x=quick brow fox",
                "quick bro* f?x=quick Brown fix",
            ],
        );
        check(
            "anti-gov*",
            "anti-government",
            &["anti-gov*=anti-government"],
        );
        check("=talks", "Talks talk talking", &["=talks=Talks"]);
        check(
            "=\"the talks\"",
            "the talk, The talks",
            &["=\"the talks\"=The talks"],
        );
        check(
            "hotlne~",
            "hotlines, a hotline, hotel",
            &["hotlne~=hotlines", "hotlne~=hotline"],
        );
        check("hotlne~1", "hotlines, a hotline", &["hotlne~1=hotline"]);
        check("=US", "told us of the US", &["=US=US"]);
    }

    #[test]
    fn words_near_each_other_light_up_without_what_lies_between() {
        check(
            "hotline NEAR/2 Moscow",
            "Moscow. The hotline to Moscow; now the other hotline far away from Moscow",
            &["Moscow=Moscow", "hotline=hotline", "Moscow=Moscow"],
        );
        check(
            "\"hotline Moscow\"~2",
            "the hotline with old Moscow, Moscow hotline",
            &["hotline Moscow=hotline", "hotline Moscow=Moscow"],
        );
        check(
            "risk NEAR/s \"joint group\"",
            "A joint group. No risk here. A risk for the joint group",
            &["risk=risk", "joint group=joint group"],
        );
    }

    #[test]
    fn filters_and_excluded_words_do_not_light_up() {
        check(
            "talks -hotline country:RU NOT x",
            "talks hotline Russia x",
            &["talks=talks"],
        );
        check(
            "US",
            "told us of the US and U.S. plan",
            &["US=US", "US=U.S"],
        );
        check("us", "told us of the US", &["us=us", "us=US"]);
    }
}
