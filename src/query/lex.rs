//! Cuts the text of a query into operands, operators and brackets.
//!
//! Total: whatever is no well-formed operator is a word, and a note says so where
//! it looks like one. A filter that cannot be read is a word too, but then the
//! query has a problem, with which it is refused.

use super::fields;
use super::literal_tokens::{close_brackets, demote_operators};
use super::print::literal;
use super::problem::FilterProblem;
use super::token::{
    MAX_EDITS, MAX_REACH, QUOTES, QueryToken, clean, is_stem, operator, quote, reach, word_like,
};
use super::{Expression, Filter, Query, Scope, Words, wildcards};

/// Brackets nested deeper than this are text.
const MAX_DEPTH: usize = 64;

/// What a note shows of a word, in characters.
const SHOWN: usize = 40;

/// The tokens of a query, and what was taken literally.
pub(super) struct Lexed {
    pub(super) tokens: Vec<QueryToken>,
    pub(super) notes: Vec<String>,
    /// The first filter that cannot be read.
    pub(super) problem: Option<FilterProblem>,
}

/// Cuts `text` into tokens.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        rest: text,
        depth: 0,
        notes: Vec::new(),
        problem: None,
        after_quotes: QUOTES.map(|(_, close)| {
            text.rfind(close)
                .map_or(text.len() + 1, |at| text.len() - at)
        }),
    };
    let mut tokens = lexer.tokens();
    close_brackets(&mut tokens, lexer.depth, &mut lexer.notes);
    demote_operators(&mut tokens, &mut lexer.notes);
    Lexed {
        tokens,
        notes: lexer.notes,
        problem: lexer.problem,
    }
}

struct Lexer<'a> {
    rest: &'a str,
    depth: usize,
    notes: Vec<String>,
    problem: Option<FilterProblem>,
    /// How much of the text is left at the last mark that closes a quotation of
    /// each kind: behind that, none is closed, which need not be found out at
    /// each.
    after_quotes: [usize; QUOTES.len()],
}

impl<'a> Lexer<'a> {
    fn tokens(&mut self) -> Vec<QueryToken> {
        let mut tokens = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(first) = self.rest.chars().next() else {
                return tokens;
            };
            match first {
                '(' if self.depth < MAX_DEPTH => {
                    tokens.push(self.open(Scope::Anywhere));
                }
                ')' if self.depth > 0 => {
                    self.depth -= 1;
                    self.rest = &self.rest[1..];
                    tokens.push(QueryToken::Close);
                }
                '-' if self.rest[1..].starts_with(|c: char| !c.is_whitespace() && c != '-') => {
                    self.rest = &self.rest[1..];
                    tokens.push(QueryToken::Minus);
                }
                _ => {
                    let token = self.operand();
                    tokens.extend(token);
                }
            }
        }
    }

    /// Says something, once.
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Steps past an opening bracket.
    fn open(&mut self, scope: Scope) -> QueryToken {
        self.depth += 1;
        self.rest = &self.rest[1..];
        QueryToken::Open(scope)
    }

    /// A filter, words with a field before them, or words.
    fn operand(&mut self) -> Option<QueryToken> {
        if let Some(filter) = self.filter() {
            return Some(QueryToken::Operand(filter));
        }
        let scope = self.scope();
        if scope != Scope::Anywhere && self.rest.starts_with('(') && self.depth < MAX_DEPTH {
            return Some(self.open(scope));
        }
        let expression = match self.quoted_expression() {
            Some(expression) => expression,
            None if self.rest.starts_with(|c| quote(c).is_some()) => {
                self.note("unclosed quote: treated as text".to_owned());
                let mark = self.rest.chars().next().map_or(0, char::len_utf8);
                self.rest = &self.rest[mark..];
                return None;
            }
            None => {
                let chunk = self.chunk();
                if scope == Scope::Anywhere
                    && let Some(token) = operator(chunk)
                {
                    return Some(token);
                }
                self.note_literal(chunk);
                expression_of(chunk)
            }
        };
        Some(QueryToken::Operand(Query::Words(Words {
            scope,
            expression,
        })))
    }

    /// Says that a chunk is text that nearly is an operator.
    fn note_literal(&mut self, chunk: &str) {
        if wildcards::is_doubtful(chunk) {
            let shown: String = chunk.chars().take(SHOWN).collect();
            self.note(format!(
                "{shown}: * stands for letters of a word, as in wom*n: treated as text"
            ));
        }
        if chunk.starts_with("NEAR/") {
            self.note(format!(
                "NEAR/ needs a number of words up to {MAX_REACH}, or s for a sentence: treated as text"
            ));
        }
        let is_fuzzy = |(stem, edits): (&str, &str)| {
            !stem.is_empty()
                && stem.chars().all(char::is_alphanumeric)
                && !edits.is_empty()
                && edits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if chunk.rsplit_once('~').is_some_and(is_fuzzy) && !is_stem(chunk) {
            self.note(format!(
                "~ allows 1 or {MAX_EDITS} letters: treated as text"
            ));
        }
    }

    /// A phrase with its slop, or exact words in quotes, if one stands here.
    fn quoted_expression(&mut self) -> Option<Expression> {
        let start = self.rest;
        let is_exact = start.starts_with('=');
        if is_exact {
            self.rest = &start[1..];
        }
        let Some(text) = self.quoted() else {
            self.rest = start;
            return None;
        };
        let text = clean(text);
        if is_exact {
            return Some(Expression::Exact(text));
        }
        let digits = self.rest.strip_prefix('~').map_or(0, |rest| {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        });
        let slop = (digits > 0)
            .then(|| reach(&self.rest[1..=digits]))
            .flatten();
        if slop.is_some() {
            self.rest = &self.rest[1 + digits..];
        } else if digits > 0 {
            self.note(format!(
                "~ allows at most {MAX_REACH} words: treated as text"
            ));
        }
        let slop = slop.unwrap_or(0);
        Some(Expression::Phrase { text, slop })
    }

    /// The text between the quote here and the next one; steps past both.
    fn quoted(&mut self) -> Option<&'a str> {
        let (inner, kind) = Self::behind_quote(self.rest)?;
        if inner.len() < self.after_quotes[kind] {
            return None;
        }
        let end = inner.find(QUOTES[kind].1)?;
        let close = inner[end..].chars().next().map_or(0, char::len_utf8);
        self.rest = &inner[end + close..];
        Some(&inner[..end])
    }

    /// What stands behind the mark that opens a quotation here, and the kind of
    /// the mark.
    fn behind_quote(text: &'a str) -> Option<(&'a str, usize)> {
        let mark = text.chars().next()?;
        Some((&text[mark.len_utf8()..], quote(mark)?))
    }

    /// A run of characters up to a space, a quotation, or the bracket that
    /// closes the group; steps past it. A mark between a letter or digit and a
    /// space opens nothing: `12" pipe`.
    fn chunk(&mut self) -> &'a str {
        let mut open = 0_usize;
        let rest = self.rest;
        let is_lone = |at: usize, mark: char| {
            let before = rest[..at].chars().next_back();
            let behind = rest[at + mark.len_utf8()..].chars().next();
            before.is_some_and(char::is_alphanumeric)
                && behind.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ')'))
        };
        let end = rest.char_indices().find(|(at, c)| {
            let closes = *c == ')' && open == 0 && self.depth > 0;
            open = match c {
                '(' => open + 1,
                ')' => open.saturating_sub(1),
                _ => open,
            };
            // The one that Swedish opens with closes everywhere else.
            let is_quote = quote(*c).is_some() && *c != '”' && !is_lone(*at, *c);
            *at > 0 && (c.is_whitespace() || is_quote || closes)
        });
        let (text, rest) = self
            .rest
            .split_at(end.map_or(self.rest.len(), |(at, _)| at));
        self.rest = rest;
        text
    }

    /// The name before a colon here, and what stands behind it.
    fn field(&self) -> Option<(&'a str, &'a str)> {
        // No further than the longest field name: a long text has many chunks.
        let most = fields::LONGEST + 1;
        let colon = self.rest.bytes().take(most).position(|byte| byte == b':')?;
        Some((&self.rest[..colon], &self.rest[colon + 1..]))
    }

    /// `title:` or `body:`, if words follow it; steps past it.
    fn scope(&mut self) -> Scope {
        let Some((name, rest)) = self.field() else {
            return Scope::Anywhere;
        };
        let scope = match name.to_ascii_lowercase().as_str() {
            "title" => Scope::Title,
            "body" => Scope::Body,
            _ => return Scope::Anywhere,
        };
        let value = rest.strip_prefix('=').unwrap_or(rest);
        let is_followed = match value.chars().next() {
            Some('(') => !rest.starts_with('=') && self.depth < MAX_DEPTH,
            Some('*' | '?') => {
                let end = value.find(|c: char| c.is_whitespace() || c == ')');
                let chunk = &value[..end.unwrap_or(value.len())];
                !rest.starts_with('=') && wildcards::pattern(chunk).is_some()
            }
            first => match Self::behind_quote(value) {
                Some((inner, kind)) => inner.len() >= self.after_quotes[kind],
                None => first.is_some_and(char::is_alphanumeric),
            },
        };
        if is_followed {
            self.rest = rest;
            return scope;
        }
        self.note(format!("no words after {name}: treated as text"));
        Scope::Anywhere
    }

    /// A filter, `field:value`, if one stands here. One that cannot be read is a
    /// problem of the query, which then has its text.
    fn filter(&mut self) -> Option<Query> {
        let (name, value) = self.field()?;
        if !Filter::is_name(name) {
            let value = self.value(value).0;
            if let Some(meant) = fields::meant(name, value) {
                self.fail(FilterProblem::field(name, value, meant));
            }
            return None;
        }
        // `Date: Monday` in a pasted line is text.
        if value.starts_with(|c: char| c.is_whitespace() || c == ')') || value.is_empty() {
            self.note(format!("no value after {name}: treated as text"));
            return None;
        }
        // `person:="Eric Schmidt"`: the quotes stand behind the sign.
        let exact = value.strip_prefix('=').filter(|exact| {
            Filter::may_be_exact(name)
                && !exact.is_empty()
                && !exact.starts_with(char::is_whitespace)
        });
        let (text, rest, is_quoted) = self.value(exact.unwrap_or(value));
        let read = match exact {
            Some(_) => Filter::read_exactly(name, text, is_quoted),
            None => Filter::read(name, text, is_quoted),
        };
        match read {
            Ok(filter) => {
                self.rest = rest;
                Some(Query::Filter(filter))
            }
            Err(problem) => {
                self.fail(problem);
                None
            }
        }
    }

    /// Keeps the first problem.
    fn fail(&mut self, problem: FilterProblem) {
        self.problem.get_or_insert(problem);
    }

    /// The value at the beginning of `text`, without its quotes; what follows;
    /// and whether there were quotes.
    fn value(&self, text: &'a str) -> (&'a str, &'a str, bool) {
        let mut inner = Lexer {
            rest: text,
            depth: self.depth,
            notes: Vec::new(),
            problem: None,
            after_quotes: self.after_quotes,
        };
        let quoted = inner.quoted();
        let value = quoted.unwrap_or_else(|| inner.chunk());
        (value, inner.rest, quoted.is_some())
    }
}

/// What a chunk without quotes asks for.
fn expression_of(chunk: &str) -> Expression {
    if let Some(exact) = chunk.strip_prefix('=')
        && exact.starts_with(char::is_alphanumeric)
    {
        return Expression::Exact(clean(exact));
    }
    match word_like(chunk) {
        Expression::Word(_) => literal(chunk),
        Expression::Phrase { text, slop } => Expression::Phrase {
            text: clean(&text),
            slop,
        },
        other => other,
    }
}
