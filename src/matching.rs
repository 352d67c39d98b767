//! Finds the places of a text that answer a query.
//!
//! Works on the same terms as the index, so that a word lights up exactly
//! where it was found: a phrase as a phrase, a stem as the word in the text, a
//! filter or an excluded word not at all.

use std::collections::HashMap;
use std::ops::Range;

use crate::analyze::Analyzer;
use crate::passage::Match;
use crate::query::Query;

/// How one part of a query is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One term.
    Term(String),
    /// Terms side by side.
    Phrase(Vec<String>),
    /// Words whose unstemmed form begins so.
    Prefix(String),
}

/// One part of a query that looks for words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The part as typed.
    pub text: String,
    /// How it is looked for.
    pub pattern: Pattern,
    /// How often the query asks for it: a word repeated weighs more.
    pub count: u16,
}

/// The pattern of a word, phrase or prefix; `None` where it has no term at
/// all (punctuation), and for groups and filters.
pub fn pattern(query: &Query, analyzer: &mut Analyzer) -> Option<Pattern> {
    match query {
        Query::Prefix(prefix) => {
            let mut forms = analyzer.forms(prefix);
            // Words that the analyzer takes apart (Chinese) stand side by side.
            match forms.len() {
                0 => None,
                1 => forms.pop().map(Pattern::Prefix),
                _ => Some(Pattern::Phrase(analyzer.query_terms(prefix))),
            }
        }
        Query::Word(text) | Query::Phrase(text) => {
            let mut terms = analyzer.query_terms(text);
            match terms.len() {
                0 => None,
                1 => terms.pop().map(Pattern::Term),
                _ => Some(Pattern::Phrase(terms)),
            }
        }

        _ => None,
    }
}

/// The parts of `query` that look for words, each once, in order.
pub fn parts(query: &Query, analyzer: &mut Analyzer) -> Vec<Part> {
    let mut parts = Vec::new();
    collect(query, analyzer, &mut parts);
    parts
}

fn collect(query: &Query, analyzer: &mut Analyzer, parts: &mut Vec<Part>) {
    match query {
        Query::All(inner) | Query::Any(inner) => {
            for part in inner {
                collect(part, analyzer, parts);
            }
        }
        Query::Not(_) | Query::Filter(_) => {}
        Query::Word(text) | Query::Phrase(text) | Query::Prefix(text) => {
            let Some(pattern) = pattern(query, analyzer) else {
                return;
            };
            match parts.iter_mut().find(|part| part.pattern == pattern) {
                Some(known) => known.count = known.count.saturating_add(1),
                None => parts.push(Part {
                    text: text.clone(),
                    pattern,
                    count: 1,
                }),
            }
        }
    }
}

/// Looks for the parts of one query.
#[derive(Debug)]
pub struct Matcher<'a> {
    parts: &'a [Part],
    /// The terms that some part looks for, numbered.
    terms: HashMap<&'a str, usize>,
    /// The parts that are one term, by the number of the term.
    single: HashMap<usize, usize>,
    /// The parts that are phrases, as numbers of terms.
    phrases: Vec<(usize, Vec<usize>)>,
    prefixes: Vec<(usize, &'a str)>,
    /// The first bytes of terms: other words need no stem to be passed over.
    initials: [bool; 256],
}

/// A word of the text that some part looks for.
struct Seen {
    span: Range<usize>,
    /// Its position among the words of the text.
    position: usize,
    /// The numbers of its term and of its capital term.
    terms: [Option<usize>; 2],
}

impl<'a> Matcher<'a> {
    /// A matcher for `parts`, the parts of one query.
    pub fn new(parts: &'a [Part]) -> Matcher<'a> {
        let mut matcher = Matcher {
            parts,
            terms: HashMap::new(),
            single: HashMap::new(),
            phrases: Vec::new(),
            prefixes: Vec::new(),
            initials: [false; 256],
        };
        for (index, part) in parts.iter().enumerate() {
            match &part.pattern {
                Pattern::Term(term) => {
                    let number = matcher.number(term);
                    matcher.single.insert(number, index);
                }
                Pattern::Phrase(terms) => {
                    let numbers = terms.iter().map(|term| matcher.number(term)).collect();
                    matcher.phrases.push((index, numbers));
                }
                Pattern::Prefix(prefix) => matcher.prefixes.push((index, prefix)),
            }
        }
        matcher
    }

    fn number(&mut self, term: &'a str) -> usize {
        let initial = term.as_bytes().first().copied().unwrap_or(0);
        self.initials[usize::from(initial)] = true;
        let next = self.terms.len();
        *self.terms.entry(term).or_insert(next)
    }

    /// The part that a match answers.
    pub fn part(&self, found: &Match) -> &Part {
        &self.parts[found.part]
    }

    /// Adds the matches in `text` to `matches`, moved by `offset`, in order.
    ///
    /// Words are counted on from `first_word`; the number of words of `text`
    /// is returned.
    pub fn find(
        &self,
        analyzer: &mut Analyzer,
        text: &str,
        offset: usize,
        first_word: usize,
        matches: &mut Vec<Match>,
    ) -> usize {
        let start = matches.len();
        let mut seen: Vec<Seen> = Vec::new();
        let mut position = first_word;
        analyzer.words(text, |word| {
            let span = offset + word.start..offset + word.end;
            let initial = word.form().as_bytes().first().copied().unwrap_or(0);
            let term = self.initials[usize::from(initial)].then(|| word.term());
            let terms = [term, word.capital()].map(|term| self.terms.get(term?).copied());
            for part in terms
                .iter()
                .flatten()
                .filter_map(|term| self.single.get(term))
            {
                matches.push(Match {
                    part: *part,
                    span: span.clone(),
                    words: (position, position),
                });
            }
            for (part, prefix) in &self.prefixes {
                if word.form().starts_with(prefix) {
                    matches.push(Match {
                        part: *part,
                        span: span.clone(),
                        words: (position, position),
                    });
                }
            }
            if !self.phrases.is_empty() && terms != [None, None] {
                seen.push(Seen {
                    span,
                    position,
                    terms,
                });
            }
            position += 1;
        });
        self.find_phrases(&seen, matches);
        matches[start..].sort_by_key(|found| (found.span.start, found.part));
        position - first_word
    }

    fn find_phrases(&self, seen: &[Seen], matches: &mut Vec<Match>) {
        for (part, terms) in &self.phrases {
            for words in seen.windows(terms.len()) {
                let fits = words
                    .iter()
                    .zip(terms)
                    .enumerate()
                    .all(|(index, (word, term))| {
                        word.position == words[0].position + index
                            && word.terms.contains(&Some(*term))
                    });
                if fits {
                    matches.push(Match {
                        part: *part,
                        span: words[0].span.start..words[words.len() - 1].span.end,
                        words: (words[0].position, words[words.len() - 1].position),
                    });
                }
            }
        }
    }
}

/// Makes matches disjoint: of two that overlap the earlier stays, of two that
/// begin together the longer.
pub fn disjoint(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by_key(|found| {
        (
            found.span.start,
            std::cmp::Reverse(found.span.end),
            found.part,
        )
    });
    let mut end = 0;
    matches.retain(|found| {
        let stays = found.span.start >= end;
        if stays {
            end = found.span.end;
        }
        stays
    });
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn check(query: &str, text: &str, expected: &[&str]) {
        let mut analyzer = Analyzer::default();
        let parts = parts(&parse(query).query, &mut analyzer);
        let matcher = Matcher::new(&parts);
        let mut matches = Vec::new();
        matcher.find(&mut analyzer, text, 0, 0, &mut matches);
        let shown: Vec<String> = disjoint(matches)
            .iter()
            .map(|found| format!("{}={}", matcher.part(found).text, &text[found.span.clone()]))
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
    fn prefixes_see_the_whole_word() {
        check(
            "communicat*",
            "communications, commune",
            &["communicat=communications"],
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
