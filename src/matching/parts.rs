//! The parts of a query that look for words, and the words that they look up.
//!
//! A part is a word, a phrase, a `NEAR` or a group of alternatives inside one;
//! what joins them with AND and OR is the plan's business. Two parts that look
//! for the same are one with a count: `oil prices oil` has the parts *oil* (2)
//! and *prices* (1). Leaves are shared between parts, so each word of the query
//! is looked up once: `"oil prices" oil` has two parts and two leaves.
//!
//! Everything that scores, decides or highlights refers to a part by its number
//! and to a word by its leaf; both stay as they are for the whole search.
//! Excluded words and filters have no parts. Words that are punctuation alone
//! become nothing.
//!
//! Cost: O(words²) of the query, which is short by its limit.

use super::proximity::Pattern;
use crate::query::{Expression, Piece, Query, Scope, Words, pieces};
use crate::text::analyze::Analyzer;

/// One word that is looked up. Texts are as the analyzer gives them: folded,
/// and stemmed for a term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum QueryTerm {
    /// A term, which stands for all forms of a word.
    Term(String),
    /// An unstemmed form.
    Form(String),
    /// All unstemmed forms that begin so.
    Prefix(String),
    /// All unstemmed forms with any letters at each `*` and any one at each `?`.
    Wildcard(String),
    /// All unstemmed forms that differ by so many letters. At most two, a swap
    /// of neighbours counting one.
    Fuzzy(String, u8),
}

/// One part of a query that looks for words. Equal parts are one, whatever was
/// typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermClause {
    /// The part as typed.
    pub text: String,
    /// Where it must stand.
    pub scope: Scope,
    /// How it is looked for.
    pub pattern: Pattern,
    /// How often the query asks for it: a word repeated weighs more.
    pub count: u16,
    /// The unstemmed forms that were typed, where other forms answer too.
    pub forms: Vec<String>,
}

/// The parts of a query that look for words, each once, in order. Numbers are
/// indices of these lists. Numbers are indices of these lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermClauses {
    /// The parts.
    pub parts: Vec<TermClause>,
    /// The words that they look up, each once.
    pub leaves: Vec<QueryTerm>,
    /// What was typed for them, by the label of a pattern.
    pub labels: Vec<String>,
    /// The words of the query, and the number of the part that each became.
    known: Vec<(Words, usize)>,
}

impl TermClauses {
    /// The parts of `query`.
    ///
    /// | query | parts | leaves |
    /// |---|---|---|
    /// | `oil prices oil` | *oil* twice, *prices* | two terms |
    /// | `"oil prices"` | one phrase | two terms |
    /// | `=talks` | one word | one form |
    /// | `commun* -oil country:RU` | one word | one prefix |
    /// | `"quick bro* fo?"` | one phrase | a term, a prefix, a wildcard |
    /// | `hotlne~` | one word | one form within two edits |
    pub fn of(query: &Query, analyzer: &mut Analyzer) -> TermClauses {
        let mut parts = TermClauses::default();
        parts.collect(query, analyzer);
        parts
    }

    /// In the order of the query; what is excluded is passed over.
    fn collect(&mut self, query: &Query, analyzer: &mut Analyzer) {
        match query {
            Query::All(inner) | Query::Any(inner) => {
                for part in inner {
                    self.collect(part, analyzer);
                }
            }
            Query::Not(_) | Query::Filter(_) => {}
            Query::Words(words) => self.add(words, analyzer),
        }
    }

    /// Adds words, unless they are punctuation alone. What is there already
    /// counts once more.
    pub fn add(&mut self, words: &Words, analyzer: &mut Analyzer) {
        let known = self.labels.len();
        let Some(pattern) = self.pattern(&words.expression, analyzer) else {
            return;
        };
        // The same words in the same place are one part, asked for twice.
        let same = self
            .parts
            .iter()
            .position(|part| part.scope == words.scope && is_same(&part.pattern, &pattern));
        let number = same.unwrap_or(self.parts.len());
        if self.number(words).is_none() {
            self.known.push((words.clone(), number));
        }
        if same.is_some() {
            let same = &mut self.parts[number];
            same.count = same.count.saturating_add(1);
            self.labels.truncate(known);
            return;
        }
        let text = typed(&words.expression);
        let forms = match &words.expression {
            Expression::Word(text) => analyzer.forms(text),
            Expression::Phrase { text, .. } => {
                let pieces = pieces(text).into_iter();
                pieces
                    .flat_map(|piece| match piece {
                        Piece::Text(text) => analyzer.forms(text),
                        Piece::Wildcard(_) => Vec::new(),
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        self.parts.push(TermClause {
            text,
            scope: words.scope,
            pattern,
            count: 1,
            forms,
        });
    }

    /// The number of the part that words of the query became; `None` for
    /// punctuation alone.
    pub fn number(&self, words: &Words) -> Option<usize> {
        let known = self.known.iter().find(|(known, _)| known == words)?;
        Some(known.1)
    }

    /// The words of the query that became a part.
    pub fn words(&self, number: usize) -> Option<&Words> {
        let known = self.known.iter().find(|(_, known)| *known == number)?;
        Some(&known.0)
    }

    /// Whether a part is words side by side, each in any of its forms. Then
    /// terms and positions decide by themselves.
    pub fn is_plain(&self, part: &TermClause) -> bool {
        let is_term = |leaf: &usize| matches!(self.leaves[*leaf], QueryTerm::Term(_));
        match &part.pattern {
            Pattern::Leaf { leaf, .. } => is_term(leaf),
            Pattern::Phrase { leaves, slop, .. } => *slop == 0 && leaves.iter().all(is_term),
            Pattern::Near { .. } | Pattern::Either(_) => false,
        }
    }

    /// The number of a leaf, a new one if it is not known.
    fn leaf(&mut self, leaf: QueryTerm) -> usize {
        let known = self.leaves.iter().position(|known| *known == leaf);
        known.unwrap_or_else(|| {
            self.leaves.push(leaf);
            self.leaves.len() - 1
        })
    }

    /// One word, or several side by side; `None` without any. Takes a label for
    /// it.
    fn run_of(
        &mut self,
        expression: &Expression,
        leaves: Vec<QueryTerm>,
        slop: u32,
    ) -> Option<Pattern> {
        let leaves: Vec<usize> = leaves.into_iter().map(|leaf| self.leaf(leaf)).collect();
        let label = self.labels.len();
        let pattern = match leaves.as_slice() {
            [] => return None,
            [leaf] => Pattern::Leaf { leaf: *leaf, label },
            _ => Pattern::Phrase {
                leaves,
                slop,
                label,
            },
        };
        self.labels.push(typed(expression));
        Some(pattern)
    }

    /// The pattern of an expression; `None` where it has no word at all. Leaves
    /// and labels are added as it goes.
    fn pattern(&mut self, expression: &Expression, analyzer: &mut Analyzer) -> Option<Pattern> {
        match expression {
            Expression::Word(text) => {
                let leaves = terms(text, analyzer);
                self.run_of(expression, leaves, 0)
            }
            Expression::Phrase { text, slop } => {
                let pieces = pieces(text).into_iter();
                let leaves = pieces.flat_map(|piece| match piece {
                    Piece::Text(text) => terms(text, analyzer),
                    Piece::Wildcard(word) => wildcard(analyzer, word),
                });
                let leaves = leaves.collect();
                self.run_of(expression, leaves, *slop)
            }
            Expression::Wildcard(word) => {
                let leaves = wildcard(analyzer, word);
                self.run_of(expression, leaves, 0)
            }
            Expression::Exact(text) => {
                let mut leaves = Vec::new();
                analyzer.words(text, |word| {
                    if word.is_alternative() {
                        return;
                    }
                    leaves.push(match word.capital() {
                        // The abbreviation has a term of its own.
                        Some(capital) => QueryTerm::Term(capital.to_owned()),
                        None => QueryTerm::Form(word.form().to_owned()),
                    });
                });
                self.run_of(expression, leaves, 0)
            }
            Expression::Prefix(text) | Expression::Fuzzy { word: text, .. } => {
                let leaves = loose(expression, text, analyzer);
                self.run_of(expression, leaves, 0)
            }
            Expression::Near { left, right, reach } => {
                match (self.pattern(left, analyzer), self.pattern(right, analyzer)) {
                    (Some(left), Some(right)) => Some(Pattern::Near {
                        left: Box::new(left),
                        right: Box::new(right),
                        reach: *reach,
                    }),
                    // Punctuation on one side: the other stands alone.
                    (one, other) => one.or(other),
                }
            }
            Expression::Either(inner) => {
                let patterns: Vec<Pattern> = inner
                    .iter()
                    .filter_map(|part| self.pattern(part, analyzer))
                    .collect();
                (!patterns.is_empty()).then_some(Pattern::Either(patterns))
            }
        }
    }
}

/// What was typed, as a highlight names it: words and phrases without their
/// quotes and the marks that end a sentence.
fn typed(expression: &Expression) -> String {
    match expression {
        Expression::Word(text) => {
            let bare = text.trim_end_matches(['?', '!', ',', ';', ':']);
            if bare.is_empty() { text } else { bare }.to_owned()
        }
        Expression::Phrase { text, .. } => text.clone(),
        other => other.to_string(),
    }
}

/// What a word with wildcards looks up: a pattern, a prefix where its only
/// wildcard is a star at the end, or the terms of a word that the analyzer takes
/// apart (Chinese), which is found in longer ones as it is.
fn wildcard(analyzer: &mut Analyzer, word: &str) -> Vec<QueryTerm> {
    let mut folded = String::with_capacity(word.len());
    for part in word.split_inclusive(['*', '?']) {
        let letters = part.trim_end_matches(['*', '?']);
        if !letters.is_empty() {
            let forms = analyzer.forms(letters);
            let [form] = forms.as_slice() else {
                let terms = analyzer.query_terms(word).into_iter();
                return terms.map(QueryTerm::Term).collect();
            };
            folded.push_str(form);
        }
        folded.push_str(&part[letters.len()..]);
    }
    vec![match folded.trim_end_matches('*') {
        prefix if prefix.len() < folded.len() && !prefix.contains(['*', '?']) => {
            QueryTerm::Prefix(prefix.to_owned())
        }
        _ => QueryTerm::Wildcard(folded),
    }]
}

/// The terms of a text.
fn terms(text: &str, analyzer: &mut Analyzer) -> Vec<QueryTerm> {
    let terms = analyzer.query_terms(text).into_iter();
    terms.map(QueryTerm::Term).collect()
}

/// A prefix or fuzzy word of one form. Words that the analyzer takes apart
/// (Chinese) stand side by side.
fn loose(expression: &Expression, text: &str, analyzer: &mut Analyzer) -> Vec<QueryTerm> {
    let mut forms = analyzer.forms(text);
    let (1, Some(form)) = (forms.len(), forms.pop()) else {
        return terms(text, analyzer);
    };
    vec![match expression {
        Expression::Fuzzy { edits, .. } => {
            // No more than half of the letters: most short words are near most.
            let half = u8::try_from(form.chars().count() / 2).unwrap_or(u8::MAX);
            let edits = edits.unwrap_or_else(|| default_edits(&form)).min(half);
            QueryTerm::Fuzzy(form, edits)
        }
        _ => QueryTerm::Prefix(form),
    }]
}

/// How many letters may differ in a word so long: none in one or two, one in
/// up to five, else two (as in Lucene's AUTO).
pub fn default_edits(form: &str) -> u8 {
    match form.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// Whether two patterns look for the same, whatever was typed for it. Labels do
/// not count.
fn is_same(one: &Pattern, other: &Pattern) -> bool {
    match (one, other) {
        (Pattern::Leaf { leaf, .. }, Pattern::Leaf { leaf: same, .. }) => leaf == same,
        (
            Pattern::Phrase { leaves, slop, .. },
            Pattern::Phrase {
                leaves: same,
                slop: as_far,
                ..
            },
        ) => leaves == same && slop == as_far,
        (
            Pattern::Near { left, right, reach },
            Pattern::Near {
                left: same_left,
                right: same_right,
                reach: as_far,
            },
        ) => reach == as_far && is_same(left, same_left) && is_same(right, same_right),
        (Pattern::Either(any), Pattern::Either(same)) => {
            any.len() == same.len() && any.iter().zip(same).all(|(one, other)| is_same(one, other))
        }
        _ => false,
    }
}
