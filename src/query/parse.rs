//! Puts the tokens of a query together to a tree.
//!
//! Total: every text is a query. `NEAR` binds tightest, then words that stand
//! together, then `OR`.

use super::lex::lex;
use super::print::literal;
use super::problem::FilterProblem;
use super::token::QueryToken;
use super::{Expression, Query, Reach, Scope, Words};

/// A query of more words than this is refused by `search`.
pub const MAX_WORDS: usize = 1024;

/// So many `NEAR` may stand inside one another; further ones are text.
pub const MAX_NEAR: usize = 8;

/// A text, read as a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The query; an empty [`Query::All`] for a text without any word.
    pub query: Query,
    /// What was taken literally that looks like an operator.
    pub notes: Vec<String>,
    /// Whether `OR` stands between several words without brackets, so that the
    /// reading may surprise.
    pub may_surprise: bool,
    /// The first filter that cannot be read. The query then has its text in its
    /// place, and finds other articles than it asks for.
    pub problem: Option<FilterProblem>,
}

/// Reads `text` as a query.
pub fn parse(text: &str) -> Parsed {
    let lexed = lex(text);
    let mut parser = Parser {
        tokens: lexed.tokens.into_iter().peekable(),
        notes: lexed.notes,
        may_surprise: false,
    };
    let query = parser.any();
    Parsed {
        query,
        notes: parser.notes,
        may_surprise: parser.may_surprise,
        problem: lexed.problem,
    }
}

/// Reads every character of `text` as text.
pub fn plain(text: &str) -> Parsed {
    let words = text
        .split_whitespace()
        .map(|word| Query::words(literal(word)));
    Parsed {
        query: Query::all(words.collect()),
        notes: Vec::new(),
        may_surprise: false,
        problem: None,
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<QueryToken>>,
    notes: Vec<String>,
    may_surprise: bool,
}

impl Parser {
    /// `a b OR c d`, up to the end or a closing bracket.
    fn any(&mut self) -> Query {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all());
            if self.tokens.next_if_eq(&QueryToken::Or).is_none() {
                break;
            }
        }
        self.may_surprise |=
            parts.len() > 1 && parts.iter().any(|part| matches!(part, Query::All(_)));
        if parts.is_empty() {
            Query::All(parts)
        } else {
            Query::any(parts)
        }
    }

    /// `a b AND c -d`, up to `OR`, the end or a closing bracket.
    fn all(&mut self) -> Option<Query> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.peek() {
                None | Some(QueryToken::Close | QueryToken::Or) => break,
                Some(QueryToken::And) => {
                    self.tokens.next();
                }
                Some(_) => self.near(&mut parts),
            }
        }
        (!parts.is_empty()).then(|| Query::all(parts))
    }

    /// `a NEAR/5 b NEAR c`, or `-` before it.
    fn near(&mut self, parts: &mut Vec<Query>) {
        // Twice not is plain; counted, not nested, since a text may have any
        // number of them.
        let mut is_negated = false;
        while self
            .tokens
            .next_if(|token| matches!(token, QueryToken::Minus | QueryToken::Not))
            .is_some()
        {
            is_negated = !is_negated;
        }
        let Some(mut query) = self.primary() else {
            return;
        };
        while let Some(QueryToken::Near(reach)) = self
            .tokens
            .next_if(|token| matches!(token, QueryToken::Near(_)))
        {
            let Some(right) = self.primary() else {
                break;
            };
            match join(query, right, reach) {
                Ok(joined) => query = joined,
                Err((left, right)) => {
                    let why = if side(&left).is_some() && side(&right).is_some() {
                        format!("at most {MAX_NEAR} can be chained, all in one field")
                    } else {
                        "it needs words or phrases on both sides".to_owned()
                    };
                    let note = format!("{reach} is treated as text: {why}");
                    if !self.notes.contains(&note) {
                        self.notes.push(note);
                    }
                    parts.push(if is_negated { left.negated() } else { left });
                    parts.push(Query::words(literal(&reach.to_string())));
                    is_negated = false;
                    query = right;
                }
            }
        }
        parts.push(if is_negated { query.negated() } else { query });
    }

    /// An operand, or a group in brackets.
    fn primary(&mut self) -> Option<Query> {
        match self.tokens.next()? {
            QueryToken::Operand(query) => Some(query),
            QueryToken::Open(scope) => {
                let mut inner = self.any();
                self.tokens.next_if_eq(&QueryToken::Close);
                inner.set_scope(scope);
                (inner != Query::All(Vec::new())).then_some(inner)
            }
            // Operators without operands were made words before.
            _ => None,
        }
    }
}

/// Both, close to each other; both unchanged where one is no run of words, or
/// they must stand in different fields.
fn join(left: Query, right: Query, reach: Reach) -> Result<Query, (Query, Query)> {
    match (side(&left), side(&right)) {
        (Some((scope, a)), Some((other, b)))
            if scope == other && a.depth().max(b.depth()) < MAX_NEAR =>
        {
            let expression = Expression::Near {
                left: Box::new(a),
                right: Box::new(b),
                reach,
            };
            Ok(Query::Words(Words { scope, expression }))
        }
        _ => Err((left, right)),
    }
}

/// A side of `NEAR`, and where it must stand.
fn side(query: &Query) -> Option<(Scope, Expression)> {
    match query {
        Query::Words(Words { scope, expression }) => Some((*scope, expression.clone())),
        Query::Any(parts) => {
            let sides: Vec<(Scope, Expression)> = parts.iter().map(side).collect::<Option<_>>()?;
            let scope = sides.first()?.0;
            let is_one = sides.iter().all(|(other, _)| *other == scope);
            let expressions = sides.into_iter().map(|(_, expression)| expression);
            is_one.then(|| (scope, Expression::Either(expressions.collect())))
        }
        _ => None,
    }
}

impl Query {
    /// Says where words must stand that do not say so themselves.
    fn set_scope(&mut self, wanted: Scope) {
        match self {
            Query::Words(words) if words.scope == Scope::Anywhere => words.scope = wanted,
            Query::Words(_) | Query::Filter(_) => {}
            Query::Not(inner) => inner.set_scope(wanted),
            Query::All(parts) | Query::Any(parts) => {
                for part in parts {
                    part.set_scope(wanted);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Filter;
    use proptest::prelude::*;

    fn check(text: &str, canonical: &str) {
        let parsed = parse(text);
        assert_eq!(parsed.query.to_string(), canonical, "{text}");
        assert_eq!(parse(canonical).query, parsed.query, "{text}");
    }

    #[test]
    fn operators_are_read() {
        check("hotline Moscow", "hotline Moscow");
        check(
            "\"joint  working group\" AND cyber",
            "\"joint  working group\" cyber",
        );
        check("a b OR c d", "(a b) OR (c d)");
        check("(a OR b) c -d NOT e", "(a OR b) c -d -e");
        check("-(a b) NOT -c", "-(a b) c");
        check(
            "communicat* “crisis prevention”",
            "communicat* \"crisis prevention\"",
        );
        check("((a))", "a");
        check("(a OR b), c", "(a OR b) \",\" c");
        check("(a OR b)c (CERT(s) d)", "(a OR b) c \"CERT(s)\" d");
        check("(country:RU), c", "country:RU \",\" c");
        check("title:(= x)", "title:\"=\" title:x");
    }

    #[test]
    fn filters_are_read() {
        check(
            "hotline country:Russia main:US",
            "hotline country:RU main:US",
        );
        check(
            "country:\"united states\" person:\"Xi Jinping\"",
            "country:US person:\"Xi Jinping\"",
        );
        check(
            "(country:ru OR country:none) date:2011-06..2013",
            "(country:RU OR country:none) date:2011-06-01..2013-12-31",
        );
        check("date:unknown -country:CN", "date:unknown -country:CN");
        check("dates:2011-06 -dates:none", "dates:2011-06 -dates:unknown");
    }

    #[test]
    fn words_stand_near_each_other() {
        check("hotline NEAR/5 Moscow", "hotline NEAR/5 Moscow");
        check("a NEAR b", "a NEAR b");
        check("a NEAR/sentence b", "a NEAR/s b");
        check("x a NEAR/3 b NEAR/2 c y", "x a NEAR/3 b NEAR/2 c y");
        check("a NEAR/3 (b NEAR/2 c)", "a NEAR/3 (b NEAR/2 c)");
        check("(a OR \"b c\") NEAR/1 d*", "(a OR \"b c\") NEAR/1 d*");
        check("-a NEAR/5 b", "-a NEAR/5 b");
        check("\"a b\"~5 \"c\"~0", "\"a b\"~5 \"c\"");
    }

    #[test]
    fn exact_and_fuzzy_words_are_read() {
        check("=talks =\"the talks\"", "=talks =\"the talks\"");
        check("hotlne~ moscwo~1 x~2", "hotlne~ moscwo~1 x~2");
        check("=U.S. =OR", "=U.S. =\"OR\"");
    }

    #[test]
    fn wildcards_stand_anywhere_in_a_word() {
        check(
            "wom*n organi?ation *ox commun*",
            "wom*n organi?ation *ox commun*",
        );
        check("\"quick bro*\"", "\"quick bro*\"");
        check("anti-gov* (wom*n, x)", "\"anti-gov*\" wom*n x");
        check("title:*ox body:w?n -*ox", "title:*ox body:w?n -*ox");
        check("wom*n NEAR/3 \"a b*\"", "wom*n NEAR/3 \"a b*\"");
        check("who won? really??", "who won? really??");
        let word = |text: &str| Query::words(Expression::Wildcard(text.to_owned()));
        assert_eq!(parse("wom*n").query, word("wom*n"));
        assert_eq!(
            parse("“wom*n”").query,
            Query::words(Expression::phrase("wom*n"))
        );
        assert_eq!(
            plain("wom*n").query,
            Query::words(Expression::phrase("wom n"))
        );
    }

    #[test]
    fn quotations_are_marked_as_in_other_countries() {
        for text in [
            "\"a b\"",
            "“a b”",
            "„a b“",
            "„a b”",
            "«a b»",
            "»a b«",
            "»a b»",
            "‹a b›",
            "”a b”",
        ] {
            check(text, "\"a b\"");
        }
        check("title:«a b» (x OR „c d“)", "title:\"a b\" (x OR \"c d\")");
        check("=«a b» d'«Union»", "=\"a b\" d' \"Union\"");
    }

    #[test]
    fn a_lone_quote_mark_is_text() {
        check("12\" pipe 15\"", "\"12\" pipe \"15\"");
        assert!(parse("12\" pipe 15\"").notes.is_empty());
        check("6\" gun \"joint group\"", "\"6\" gun \"joint group\"");
    }

    #[test]
    fn fields_are_read() {
        check("title:talks body:\"a b\"", "title:talks body:\"a b\"");
        check("title:(a OR b*) c", "(title:a OR title:b*) c");
        check("title:(a NEAR/2 b) c", "title:(a NEAR/2 b) c");
        check("-title:=talks", "-title:=talks");
        check("title:NOT", "title:\"NOT\"");
        check("path:\"./ ././a /\"", "path:a");
        check("path:a”//", "path:a");
        check("path:seeds/ path:*.txt", "path:seeds path:\"*.txt\"");
    }

    #[test]
    fn ordinary_text_is_text() {
        for text in [
            "U.S.",
            "don't",
            "Moscow-Washington",
            "24/7",
            "C++",
            "https://example.com/a?b=c",
            "a:b",
            "a=b",
        ] {
            let parsed = parse(text);
            let word = Query::words(Expression::Word(text.to_owned()));
            assert_eq!(parsed.query, word, "{text}");
            assert!(parsed.notes.is_empty(), "{text}: {:?}", parsed.notes);
        }
        for text in ["CERT(s)", "--x", "x)", "~", "a~b~", "="] {
            let parsed = parse(text);
            let phrase = Query::words(Expression::phrase(text));
            assert_eq!(parsed.query, phrase, "{text}");
            assert!(parsed.notes.is_empty(), "{text}: {:?}", parsed.notes);
        }
        check("or and not near", "or and not near");
    }

    #[test]
    fn what_is_not_well_formed_is_text_and_noted() {
        for (text, canonical) in [
            ("\"hotline Moscow", "hotline Moscow"),
            ("(hotline Moscow", "hotline Moscow"),
            ("hotline OR", "hotline OR"),
            ("OR hotline", "OR hotline"),
            ("a OR OR b", "(a OR) OR b"),
            ("hotline NOT", "hotline NOT"),
            ("date: 2013", "date: 2013"),
            ("a NEAR", "a NEAR"),
            ("NEAR/5 a", "NEAR/5 a"),
            ("a NEAR/5 country:RU", "a NEAR/5 country:RU"),
            ("a NEAR/5 (b c)", "a NEAR/5 b c"),
            ("title:a NEAR/5 b", "title:a NEAR/5 b"),
            ("a NEAR/5 -b", "a NEAR/5 -b"),
            ("title: a", "title: a"),
            ("\"a b\"~99999", "a b ~99999"),
            ("x~3", "x~3"),
            ("*", "*"),
            ("a *.txt", "a *.txt"),
            ("a NEAR/x b", "a NEAR/x b"),
        ] {
            let parsed = parse(text);
            assert!(!parsed.notes.is_empty(), "{text}");
            assert_eq!(
                parsed.query.to_string().replace('"', ""),
                canonical,
                "{text}"
            );
        }
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_a_problem() {
        for (text, name, value) in [
            ("country:Freedonia talks", "country", "Freedonia"),
            ("talks -main:Rusia", "main", "Rusia"),
            ("(date:soon OR date:2013)", "date", "soon"),
            ("date:\"last month\"", "date", "last month"),
            ("Date:March 1987", "Date", "March"),
            ("after:2013 before:spring", "before", "spring"),
            ("date:2013..2011", "date", "2013..2011"),
            ("person:-", "person", "-"),
            ("path:/ talks", "path", "/"),
            ("people:Obama", "people", "Obama"),
            ("countries:\"a b\"", "countries", "a b"),
            ("date:\"\"", "date", ""),
        ] {
            let parsed = parse(text);
            let problem = parsed.problem.unwrap_or_else(|| panic!("{text}"));
            assert_eq!((&*problem.name, &*problem.value), (name, value), "{text}");
            assert_eq!(plain(text).problem, None);
        }
        for text in [
            "Author: Jane",
            "Date: Monday",
            "country: Rusia",
            "Re: talks",
            "http://example.com/a:b",
            "10:30 C:\\x 24:7",
            "\"date:soon\" \"people:Obama\"",
            "after: before: since: until:",
            "talks:now update:2",
        ] {
            assert_eq!(parse(text).problem, None, "{text}");
        }
        check(
            "after:2013 until:2014-05",
            "date:2013-01-01.. date:..2014-05-31",
        );
        check(
            "since:2013 Before:2014",
            "date:2013-01-01.. date:..2013-12-31",
        );
        check("date:\"2014/..\" -date:open", "date:2014/.. -date:open");
        check("date:1980s date:3/1987", "date:1980s date:1987-03");
    }

    #[test]
    fn deep_nesting_and_long_text_are_bounded() {
        let nested = "a OR b (".repeat(60) + "c" + &")".repeat(60);
        let tree = parse(&nested).query;
        assert_eq!(parse(&tree.to_string()).query, tree);
        let deep = "(".repeat(5_000) + "a" + &")".repeat(5_000);
        assert!(parse(&deep).query.has_words());
        assert!(
            parse(&("NOT ".repeat(100_001) + "a")).query
                == Query::words(Expression::Word("a".to_owned())).negated()
        );
        let chain = "a NEAR/1 ".repeat(10_000) + "a";
        let canonical = parse(&chain).query.to_string();
        assert_eq!(parse(&canonical).query.to_string(), canonical);
        let long = "word ".repeat(20_000);
        assert!(matches!(parse(&long).query, Query::All(parts) if parts.len() == 20_000));
    }

    #[test]
    fn relaxing_keeps_filters_and_exclusions() {
        let relaxed = |text: &str| parse(text).query.relaxed().map(|query| query.to_string());
        assert_eq!(
            relaxed("a b country:RU -c").as_deref(),
            Some("(a OR b) country:RU -c")
        );
        assert_eq!(relaxed("a country:RU"), None);
        assert_eq!(relaxed("a OR b"), None);
    }

    #[test]
    fn exact_values_read_and_print_back() {
        check("person:=\"Eric Schmidt\"", "person:=\"Eric Schmidt\"");
        check("-person:=Obama", "-person:=Obama");
        check("person:=none", "person:=none");
        check("person:=“Eric Schmidt”", "person:=\"Eric Schmidt\"");
        check("country:=Russia", "country:RU");
        check("main:=Freedonia", "main:=Freedonia");
        check(
            "(date:=2013 OR date:=2014/..) talks",
            "(date:=2013 OR date:2014/..) talks",
        );
        check("date:=2013..2014", "date:=2013..2014");
        check("source:\"The Post\"", "source:\"The Post\"");
        check("source:=reuters/11", "source:reuters/11");
        check("source:\"=x\"", "source:\"=x\"");
        let name = Query::Filter(Filter::Name("Eric Schmidt".to_owned()));
        assert_eq!(parse("person:=\"Eric Schmidt\"").query, name);
        assert_eq!(
            Filter::read("person", "=Eric Schmidt", false).map(Query::Filter),
            Ok(name)
        );
        assert!(parse("dates:=2013").problem.is_some());
        assert!(parse("date:=1980s").problem.is_some());
    }

    proptest! {
        #[test]
        fn every_text_is_a_query_that_prints_back_as_itself(text in r#"([a-c():"“”„«»‹›*?'\-~=/. 25]|OR |AND |NOT |NEAR |NEAR/5 |NEAR/s |country:|date:|dates:|person:|person:=|date:=|main:=|source:|title:|body:|path:|since:|people:|daet:|RU|2011|/|May|none){0,24}"#) {
            let parsed = parse(&text).query;
            let canonical = parsed.to_string();
            let again = parse(&canonical);
            prop_assert_eq!(&again.query, &parsed, "{}", canonical);
            prop_assert_eq!(again.query.to_string(), canonical);
            prop_assert!(again.notes.is_empty(), "{:?}", again.notes);
            prop_assert_eq!(again.problem, None);
        }

        #[test]
        fn any_text_at_all_is_a_query(text in ".{0,60}") {
            let parsed = parse(&text).query;
            let canonical = parsed.to_string();
            prop_assert_eq!(&parse(&canonical).query, &parsed, "{}", canonical);
            let plain = plain(&text).query;
            prop_assert_eq!(&parse(&plain.to_string()).query, &plain);
        }
    }
}
