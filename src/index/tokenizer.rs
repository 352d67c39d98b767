//! Hands terms that are already analysed to tantivy.
//!
//! An article is analysed once, by [`crate::analyze`]; its fields reach the
//! index writer as terms joined by line ends. The tokenizer here only takes
//! them apart again, so that no text is tokenised twice.

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// The name under which the tokenizer is registered.
pub(crate) const LINES: &str = "lines";

/// Stands before a term that has the position of the term before it.
const SAME_PLACE: char = '\u{1}';

/// Joins analysed terms into a field value.
#[derive(Debug, Default)]
pub(crate) struct TermLines {
    joined: String,
    count: u64,
}

impl TermLines {
    /// Adds a term at the next position.
    pub(crate) fn push(&mut self, term: &str) {
        self.joined.push_str(term);
        self.joined.push('\n');
        self.count += 1;
    }

    /// Adds a term at the position of the one before it.
    pub(crate) fn push_same_place(&mut self, term: &str) {
        self.joined.push(SAME_PLACE);
        self.push(term);
    }

    /// Leaves a position out, so that no phrase reaches across.
    pub(crate) fn gap(&mut self) {
        if !self.joined.is_empty() {
            self.joined.push('\n');
        }
    }

    /// How many terms were added.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The field value; `None` without any term.
    pub(crate) fn into_value(self) -> Option<String> {
        (self.count > 0).then_some(self.joined)
    }
}

/// Takes the lines of a [`TermLines`] value apart.
#[derive(Debug, Clone, Default)]
struct LineTokenizer {
    token: Token,
}

/// The terms of one value.
struct LineStream<'a> {
    lines: std::str::Lines<'a>,
    next_position: usize,
    token: &'a mut Token,
}

impl Tokenizer for LineTokenizer {
    type TokenStream<'a> = LineStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LineStream<'a> {
        self.token.reset();
        LineStream {
            lines: text.lines(),
            next_position: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for LineStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let Some(line) = self.lines.next() else {
                return false;
            };
            if line.is_empty() {
                self.next_position += 1;
                continue;
            }
            let term = if let Some(term) = line.strip_prefix(SAME_PLACE) {
                term
            } else {
                self.next_position += 1;
                line
            };
            self.token.position = self.next_position.saturating_sub(1);
            self.token.text.clear();
            self.token.text.push_str(term);
            return true;
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The tokenizers of an index.
pub(crate) fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(LINES, TextAnalyzer::from(LineTokenizer::default()));
    manager
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_keep_their_positions() {
        let mut lines = TermLines::default();
        lines.gap();
        lines.push("us");
        lines.push_same_place("u.s");
        lines.push("talk");
        lines.gap();
        lines.push("moscow");
        assert_eq!(lines.count(), 4);
        let value = lines.into_value().unwrap();
        let mut tokenizer = LineTokenizer::default();
        let mut stream = tokenizer.token_stream(&value);
        let mut tokens = Vec::new();
        while stream.advance() {
            tokens.push((stream.token().text.clone(), stream.token().position));
        }
        let expected = [("us", 0), ("u.s", 0), ("talk", 1), ("moscow", 3)];
        assert_eq!(
            tokens,
            expected.map(|(term, position)| (term.to_owned(), position))
        );
    }
}
