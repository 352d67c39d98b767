//! Makes the clauses of a query.
//!
//! The tree decides which articles answer, and scores each part of the query
//! once. Where it would score a part twice, or not although an article has it (a
//! part of a group that fails beside another that answers), it decides alone,
//! and the parts stand beside it once more to score.
//!
//! Example: `oil OR (oil AND price)` answers wherever *oil* stands; as it is,
//! an article with both would score *oil* twice. It becomes `ScoredBy(Any(oil,
//! All(oil, price)), [oil, price])`: the tree decides and scores 0; *oil* and
//! *price* score once each, where they stand. `oil price` needs none of this
//! and stays `All(oil, price)`, which engines have a fast way for.
//!
//! Rules that keep the outcome right: words of punctuation alone ask for
//! nothing beside others; a word that a group has twice is asked for once and
//! counts by its factor; a group of exclusions alone is taken from all
//! articles; what is excluded never scores and is no part of the query. Plain
//! words become `Words`, all else a `Pattern` with candidates that no answer
//! may be missing from.
//!
//! Pure, but for looking words up. Cost: one look-up for each word, and a walk
//! over the tree.

use std::sync::Arc;

use jiff::civil::Date;

use super::days;
use super::people::{ArchivePeople, other_initials};
use super::resolve::{
    RequiredForm, ResolvedTerm, TermResolver, is_loose_word, needs_text, pattern_idf,
};
use super::{Clause, LoneName, PatternClause, WordsClause};
use crate::document::field::{Field, flags};
use crate::document::{date_terms, name_term};
use crate::failure::Result;
use crate::matching::proximity::Pattern;
use crate::matching::{QueryTerm, TermClauses};
use crate::query::{DateFilter, Filter, Query, Scope, Words};
use crate::text::analyze::Analyzer;

/// Builds the clauses of one query.
pub(super) struct Builder<'a, 'v> {
    /// The parts of the whole query, and what each counts in the score.
    pub(super) parts: &'a TermClauses,
    pub(super) factors: &'a [f32],
    pub(super) resolver: &'a mut TermResolver<'v>,
    pub(super) analyzer: &'a mut Analyzer,
}

/// A conjunction, taken apart.
#[derive(Default)]
pub(super) struct Conjunction<'q> {
    /// Its members that look for words, each once.
    pub(super) members: Vec<&'q Query>,
    /// The clauses of these.
    pub(super) clauses: Vec<Clause>,
    /// What scores, where they only decide; else empty.
    pub(super) scores: Vec<Clause>,
    /// The clauses of its filters and exclusions.
    pub(super) required: Vec<Clause>,
}

impl Builder<'_, '_> {
    /// The whole query: its tree, with the parts beside it where the tree
    /// cannot score them.
    pub(super) fn root(&mut self, query: &Query) -> Result<Clause> {
        if scores_each_part_once(query, self.parts) {
            return self.tree(query);
        }
        let decides = self.tree(query)?;
        let mut scores = Vec::new();
        let mut seen = Vec::new();
        for words in words_of(query) {
            if let Some(number) = self.parts.number(words)
                && !seen.contains(&number)
            {
                seen.push(number);
                scores.push(self.scored(words)?);
            }
        }
        Ok(Clause::ScoredBy(Box::new(decides), scores))
    }

    /// What an article may lack some of, where `query` is a conjunction; with
    /// fewer than two members nothing is to be taken apart.
    pub(super) fn conjunction<'q>(&mut self, query: &'q Query) -> Result<Conjunction<'q>> {
        let mut found = Conjunction::default();
        let Query::All(all) = query else {
            return Ok(found);
        };
        let asked = self.worth_asking(all);
        if asked.iter().filter(|part| part.has_words()).count() < 2 {
            return Ok(found);
        }
        let mut scored: Vec<usize> = Vec::new();
        for part in &asked {
            if let Query::Words(words) = part {
                scored.extend(self.parts.number(words));
            }
        }
        for part in asked {
            match part {
                Query::Not(inner) => {
                    let excluded = Clause::Not(Box::new(self.excluded(inner)?));
                    found.required.push(excluded);
                }
                Query::Words(words) => {
                    found.members.push(part);
                    found.clauses.push(self.scored(words)?);
                }
                // A group decides; its words score by themselves, each once.
                group if group.has_words() => {
                    found.members.push(group);
                    let clause = self.tree(group)?;
                    found.clauses.push(unscored(clause));
                    for words in words_of(group) {
                        let Some(number) = self.parts.number(words) else {
                            continue;
                        };
                        if !scored.contains(&number) {
                            scored.push(number);
                            let clause = self.scored(words)?;
                            found.scores.push(clause);
                        }
                    }
                }
                other => {
                    let required = self.tree(other)?;
                    found.required.push(required);
                }
            }
        }
        Ok(found)
    }

    /// A plain word or phrase outside the body is told by its positions; of all
    /// other parts the engine must be asked whether an article has it.
    pub(super) fn undecided(&mut self) -> Result<Vec<Option<Clause>>> {
        let parts = self.parts;
        let numbers = 0..parts.parts.len();
        numbers
            .map(|number| {
                let words = parts.words(number);
                let part = &parts.parts[number];
                let is_told = parts.is_plain(part) && part.scope != Scope::Body;
                let words = words.filter(|_| !is_told);
                words.map(|words| self.words(words)).transpose()
            })
            .collect()
    }

    /// The clause that decides what a query decides.
    fn tree(&mut self, query: &Query) -> Result<Clause> {
        match query {
            Query::Words(words) => self.scored(words),
            Query::Filter(filter) => Ok(unscored(self.filter(filter)?)),
            Query::Not(_) => self.all(std::slice::from_ref(query)),
            Query::All(parts) => self.all(parts),
            Query::Any(parts) => {
                let parts = self.worth_asking(parts).into_iter();
                let parts: Result<Vec<Clause>> = parts.map(|part| self.tree(part)).collect();
                Ok(Clause::Any(parts?))
            }
        }
    }

    /// The parts of a group without words of punctuation alone, which ask for
    /// nothing beside others, and without words that stand in it before.
    fn worth_asking<'q>(&self, parts: &'q [Query]) -> Vec<&'q Query> {
        let mut seen = Vec::new();
        let asks = |part: &&Query| match part {
            Query::Words(words) => self.parts.number(words).is_some_and(|number| {
                let is_new = !seen.contains(&number);
                seen.push(number);
                is_new
            }),
            other => self.asks(other),
        };
        parts.iter().filter(asks).collect()
    }

    /// Whether a part is more than punctuation.
    fn asks(&self, query: &Query) -> bool {
        match query {
            Query::Words(words) => self.parts.number(words).is_some(),
            Query::Filter(_) | Query::Not(_) => true,
            Query::All(parts) | Query::Any(parts) => parts.iter().any(|part| self.asks(part)),
        }
    }

    /// All of the parts; those that exclude beside the others.
    fn all(&mut self, parts: &[Query]) -> Result<Clause> {
        let mut clauses = Vec::new();
        for part in self.worth_asking(parts) {
            clauses.push(match part {
                Query::Not(inner) => Clause::Not(Box::new(self.excluded(inner)?)),
                other => self.tree(other)?,
            });
        }
        if clauses.is_empty() {
            return Ok(Clause::Nothing);
        }
        let is_excluded = |clause: &Clause| matches!(clause, Clause::Not(_));
        if clauses.iter().all(is_excluded) {
            clauses.push(unscored(Clause::Articles));
        }
        // One clause by itself keeps an engine's fast path for a single term.
        match clauses.pop() {
            Some(only) if clauses.is_empty() => Ok(only),
            last => {
                clauses.extend(last);
                Ok(Clause::All(clauses))
            }
        }
    }

    /// What must not stand in an article. Its words are no parts of the query,
    /// so it is built by itself.
    fn excluded(&mut self, query: &Query) -> Result<Clause> {
        let parts = TermClauses::of(query, self.analyzer);
        let factors = vec![1.0; parts.parts.len()];
        let mut inner = Builder {
            parts: &parts,
            factors: &factors,
            resolver: self.resolver,
            analyzer: self.analyzer,
        };
        Ok(unscored(inner.tree(query)?))
    }

    /// Words, with what they count.
    fn scored(&mut self, words: &Words) -> Result<Clause> {
        let clause = self.words(words)?;
        let number = self.parts.number(words);
        let factor = number.map_or(1.0, |number| self.factors[number]);
        let is_one = (factor - 1.0).abs() < f32::EPSILON;
        Ok(if is_one {
            clause
        } else {
            Clause::Times(Box::new(clause), factor)
        })
    }

    /// The clause of one part, by itself and with a factor of 1.
    fn words(&mut self, words: &Words) -> Result<Clause> {
        let mut own = TermClauses::default();
        own.add(words, self.analyzer);
        let Some(part) = own.parts.first() else {
            return Ok(Clause::Nothing);
        };
        let field = match part.scope {
            Scope::Anywhere if own.is_plain(part) => Field::Text,
            Scope::Title if own.is_plain(part) => Field::Title,
            _ => return self.by_pattern(own),
        };
        let terms = terms_of(&own);
        Ok(Clause::Words(WordsClause {
            field,
            // A phrase is looked for where it scores, as `NEAR` is.
            in_boilerplate: field == Field::Text && terms.len() == 1,
            terms,
        }))
    }

    /// A part that terms alone do not decide: candidates, what positions are
    /// compared for, and whether the text has the last word.
    fn by_pattern(&mut self, own: TermClauses) -> Result<Clause> {
        let terms = self.resolver.resolve(&own, self.analyzer)?;
        let part = &own.parts[0];
        let field = match part.scope {
            Scope::Title => Field::Title,
            _ => Field::Text,
        };
        let is_loose_word = is_loose_word(part);
        let candidates = if is_loose_word {
            forms(&terms[0])
        } else {
            candidates(&part.pattern, field, &terms)
        };
        let vocabulary = self.resolver.vocabulary();
        Ok(Clause::Pattern(Arc::new(PatternClause {
            idf: pattern_idf(vocabulary, &part.pattern, &terms, field)?,
            field,
            by_position: !is_loose_word,
            by_text: needs_text(part, &terms),
            candidates,
            parts: own,
            terms,
        })))
    }

    /// A filter as terms or ranges.
    fn filter(&mut self, filter: &Filter) -> Result<Clause> {
        let flag = |flag: &str| Clause::Term(Field::Flag, flag.to_owned());
        Ok(match filter {
            Filter::Country(None) => flag(flags::NO_COUNTRY),
            Filter::Country(Some(code)) => Clause::Term(Field::Country, code.clone()),
            Filter::Main(None) => flag(flags::NO_MAIN),
            Filter::Main(Some(code)) => Clause::Term(Field::Main, code.clone()),
            Filter::Person(None) => flag(flags::NO_PERSON),
            Filter::Person(Some(name)) => self.person(name)?,
            Filter::Name(name) => self.whole_name(name)?,
            Filter::Source(source) => Clause::Source(source.clone()),
            Filter::Path(path) => Clause::Path(path.clone()),
            Filter::Article { path, id } => Clause::article(path, id),
            Filter::Mentioned(
                DateFilter::Between(from, to)
                | DateFilter::Possibly(from, to)
                | DateFilter::OnlyPossibly(from, to),
            ) => {
                let run = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
                let terms = date_terms::of_query(run).into_iter().collect();
                Clause::AnyTerm(Field::Mentioned, terms)
            }
            Filter::Mentioned(_) => flag(flags::NO_DATE),
            Filter::Date(date) => days::published(*date),
        })
    }

    /// The articles that name a person: by the words asked for, by another
    /// spelling of a full name that has them, and by the surname alone where it
    /// means that person (`people`).
    fn person(&mut self, name: &str) -> Result<Clause> {
        let typed = self.person_as_written(name)?;
        // Initials stand apart or together: `H. W.`, `H.W.`
        Ok(match other_initials(name) {
            Some(other) => Clause::Any(vec![typed, self.person_as_written(&other)?]),
            None => typed,
        })
    }

    /// The same for one way of writing the name.
    fn person_as_written(&mut self, name: &str) -> Result<Clause> {
        let asked = self.analyzer.forms(name);
        let exact = Clause::Term(Field::Person, name_term(&asked));
        if asked.len() < 2 {
            return Ok(exact);
        }
        let vocabulary = self.resolver.vocabulary();
        let is_part = |word: &&String| word.chars().count() > 1;
        let mut ways = vec![exact];
        let mut words: Vec<&String> = asked.iter().filter(is_part).collect();
        words.dedup();
        for word in words {
            let counts = vocabulary.names_with(word)?;
            let people = ArchivePeople::of(&counts);
            let meant: Vec<usize> = (0..people.len())
                .filter(|number| !people.is_lone(*number) && people.surname(*number) == *word)
                .filter(|number| {
                    people.spellings(*number).iter().any(|spelling| {
                        let forms = self.analyzer.forms(spelling);
                        asked.iter().all(|word| forms.contains(word))
                    })
                })
                .collect();
            for person in &meant {
                let spellings = people.spellings(*person).iter();
                let mut terms: Vec<String> = spellings
                    .map(|spelling| name_term(&self.analyzer.forms(spelling)))
                    .collect();
                terms.sort_unstable();
                terms.dedup();
                ways.push(Clause::AnyTerm(Field::Person, terms));
            }
            ways.extend(lone_names(word, &people, &meant));
        }
        Ok(match ways.len() {
            1 => ways.remove(0),
            _ => Clause::Any(ways),
        })
    }

    /// The articles that a facet counts under a whole name: those with one of the
    /// person's spellings, and those that mean the person by the surname alone.
    /// Of a name that stands alone, those in which it means nobody else.
    fn whole_name(&mut self, name: &str) -> Result<Clause> {
        let vocabulary = self.resolver.vocabulary();
        let people = vocabulary.people()?;
        let Some((number, spelling)) = people.asked(name) else {
            return Ok(Clause::Nothing);
        };
        if !vocabulary.joins_names() {
            return Ok(self.named([spelling]));
        }
        let own = self.named(people.spellings(number).iter().map(|name| &**name));
        if people.is_lone(number) {
            let others = self.meaning(&people, number, |_| true);
            let others = others.into_iter().map(|other| Clause::Not(Box::new(other)));
            return Ok(Clause::All([own].into_iter().chain(others).collect()));
        }
        let mut ways = vec![own];
        for lone in 0..people.len() {
            if people.is_lone(lone) && people.surname(lone) == people.surname(number) {
                ways.extend(self.meaning(&people, lone, |person| person == number));
            }
        }
        Ok(Clause::Any(ways))
    }

    /// The articles with one of these whole names.
    fn named<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> Clause {
        let names = names.into_iter();
        let named = names.map(|name| (name.to_owned(), name_term(&self.analyzer.forms(name))));
        Clause::Named(named.collect())
    }

    /// The articles in which a name that stands alone means somebody who
    /// `is_meant`: a clause for each spelling.
    fn meaning(
        &mut self,
        people: &ArchivePeople,
        lone: usize,
        is_meant: impl Fn(usize) -> bool,
    ) -> Vec<Clause> {
        let means = |year: &&Option<i16>| {
            let meaning = people.meaning(lone, **year);
            meaning.is_some_and(|meaning| is_meant(meaning.person))
        };
        let years: Vec<Option<i16>> = people
            .years_of(lone)
            .iter()
            .filter(means)
            .copied()
            .collect();
        if years.is_empty() {
            return Vec::new();
        }
        let full = (0..people.len()).filter(|number| {
            !people.is_lone(*number) && people.surname(*number) == people.surname(lone)
        });
        let unless: Vec<String> = full
            .flat_map(|number| {
                people
                    .spellings(number)
                    .iter()
                    .map(|name| (**name).to_owned())
            })
            .collect();
        let spellings = people.spellings(lone).iter();
        let clauses = spellings.map(|spelling| {
            Clause::Lone(Box::new(LoneName {
                word: name_term(&self.analyzer.forms(spelling)),
                names: vec![(**spelling).to_owned()],
                years: years.clone(),
                unless: unless.clone(),
            }))
        });
        clauses.collect()
    }
}

/// The articles that mean one of `meant` by the surname `word` alone.
fn lone_names(word: &str, people: &ArchivePeople, meant: &[usize]) -> Option<Clause> {
    let alone = (0..people.len()).filter(|number| people.is_lone(*number));
    let alone: Vec<usize> = alone
        .filter(|number| people.surname(*number) == word)
        .collect();
    let mut years: Vec<Option<i16>> = Vec::new();
    for lone in &alone {
        let means = |year: &&Option<i16>| {
            let meaning = people.meaning(*lone, **year);
            meaning.is_some_and(|meaning| meant.contains(&meaning.person))
        };
        years.extend(people.years_of(*lone).iter().filter(means));
    }
    years.sort_unstable();
    years.dedup();
    let spelt = |numbers: &[usize]| -> Vec<String> {
        let numbers = numbers.iter();
        let spellings = numbers.flat_map(|number| people.spellings(*number));
        spellings.map(|name| (**name).to_owned()).collect()
    };
    let full: Vec<usize> = (0..people.len())
        .filter(|number| !people.is_lone(*number) && people.surname(*number) == word)
        .collect();
    (!years.is_empty()).then(|| {
        Clause::Lone(Box::new(LoneName {
            word: word.to_owned(),
            names: spelt(&alone),
            years,
            unless: spelt(&full),
        }))
    })
}

/// The articles that have one of the forms of a word.
fn forms(term: &ResolvedTerm) -> Clause {
    match &term.form {
        RequiredForm::OneOf(forms) => Clause::AnyTerm(Field::Form, forms.clone()),
        RequiredForm::Prefix(prefix) => Clause::StartingWith(Field::Form, prefix.clone()),
        RequiredForm::Wildcard(pattern) => Clause::Like(Field::Form, pattern.clone()),
        RequiredForm::Any => Clause::AnyTerm(Field::Text, term.stems.clone()),
    }
}

/// The articles that may have a pattern in `field`. A superset of the answer,
/// as small as terms can tell: for a phrase the articles with all of its words.
fn candidates(pattern: &Pattern, field: Field, terms: &[ResolvedTerm]) -> Clause {
    let leaf = |leaf: usize| {
        let term = &terms[leaf];
        if term.is_unresolved() {
            forms(term)
        } else {
            Clause::AnyTerm(field, term.stems.clone())
        }
    };
    let inner = |pattern: &Pattern| candidates(pattern, field, terms);
    match pattern {
        Pattern::Leaf { leaf: only, .. } => leaf(*only),
        Pattern::Phrase { leaves, .. } => {
            Clause::All(leaves.iter().map(|number| leaf(*number)).collect())
        }
        Pattern::Near { left, right, .. } => Clause::All(vec![inner(left), inner(right)]),
        Pattern::Either(parts) => Clause::Any(parts.iter().map(inner).collect()),
    }
}

/// Decides as before and scores nothing.
fn unscored(clause: Clause) -> Clause {
    Clause::Unscored(Box::new(clause))
}

/// The terms of plain words.
fn terms_of(own: &TermClauses) -> Vec<String> {
    let leaves = own.parts[0].pattern.leaves().into_iter();
    leaves
        .filter_map(|leaf| match &own.leaves[leaf] {
            QueryTerm::Term(term) => Some(term.clone()),
            _ => None,
        })
        .collect()
}

/// Whether a tree as it stands scores each part that an article has
/// just once: no part stands in two groups, and none in a group that may fail
/// while the tree answers.
fn scores_each_part_once(query: &Query, parts: &TermClauses) -> bool {
    fn is_sound(query: &Query, parts: &TermClauses, in_any: bool, seen: &mut Vec<usize>) -> bool {
        let (inner, is_all) = match query {
            Query::Words(_) | Query::Filter(_) | Query::Not(_) => return true,
            Query::All(inner) => (inner, true),
            Query::Any(inner) => (inner, false),
        };
        if in_any && is_all && query.has_words() {
            return false;
        }
        let mut own: Vec<usize> = inner
            .iter()
            .filter_map(|part| match part {
                Query::Words(words) => parts.number(words),
                _ => None,
            })
            .collect();
        own.sort_unstable();
        own.dedup();
        let is_new = !own.iter().any(|part| seen.contains(part));
        seen.extend(own);
        is_new
            && inner
                .iter()
                .all(|part| is_sound(part, parts, in_any || !is_all, seen))
    }
    is_sound(query, parts, false, &mut Vec::new())
}

/// The words of a tree in order, what is excluded left out.
fn words_of(query: &Query) -> Vec<&Words> {
    match query {
        Query::Words(words) => vec![words],
        Query::Filter(_) | Query::Not(_) => Vec::new(),
        Query::All(parts) | Query::Any(parts) => parts.iter().flat_map(words_of).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::field::Field;
    use crate::failure::Result;
    use crate::plan::{Clause, PartialMatches, Plan, Totals, Vocabulary};
    use crate::query::parse;
    use crate::text::analyze::Analyzer;

    /// Ten articles; each word is in two, and three words begin in any way.
    struct Ten;

    impl Vocabulary for Ten {
        fn totals(&self) -> Totals {
            Totals {
                articles: 10,
                words: 100,
                title_words: 20,
            }
        }

        fn articles(&self, _: Field, _: &str) -> Result<u64> {
            Ok(2)
        }

        fn starting_with(
            &self,
            _: Field,
            prefix: &str,
            limit: usize,
        ) -> Result<Option<Vec<(String, u64)>>> {
            let words = ["a", "b", "c"].map(|end| (format!("{prefix}{end}"), 2));
            Ok((limit >= words.len()).then(|| words.to_vec()))
        }

        fn like(
            &self,
            _: Field,
            pattern: &str,
            limit: usize,
        ) -> Result<Option<Vec<(String, u64)>>> {
            let found = ["ox", "fox"].map(|word| (word.to_owned(), 2));
            Ok((limit >= found.len() && !pattern.starts_with("**")).then(|| found.to_vec()))
        }

        fn near(&self, _: Field, term: &str, _: u8) -> Result<Vec<(String, u64)>> {
            Ok(vec![(term.to_owned(), 2)])
        }
    }

    /// The shape of a clause, without what it holds.
    fn shape(clause: &Clause) -> String {
        let all = |clauses: &[Clause]| clauses.iter().map(shape).collect::<Vec<_>>().join(" ");
        match clause {
            Clause::Nothing => "nothing".to_owned(),
            Clause::Articles => "articles".to_owned(),
            Clause::Term(field, term) => format!("{}:{term}", field.name()),
            Clause::AnyTerm(field, terms) => format!("{}:{}", field.name(), terms.join("|")),
            Clause::StartingWith(field, prefix) => format!("{}:{prefix}*", field.name()),
            Clause::Published(days) => format!("{days:?}"),
            Clause::Like(field, pattern) => format!("{}:{pattern}", field.name()),
            Clause::Path(path) => format!("path {path}"),
            Clause::Named(names) => format!("named {names:?}"),
            Clause::Source(source) => format!("source {source}"),
            Clause::Lone(lone) => format!("lone {:?} {:?}", lone.names, lone.years),
            Clause::Words(words) => format!("{}:\"{}\"", words.field.name(), words.terms.join(" ")),
            Clause::Pattern(pattern) => format!("pattern({})", shape(&pattern.candidates)),
            Clause::Times(inner, factor) => format!("{:.2}x{}", factor, shape(inner)),
            Clause::Unscored(inner) => format!("0({})", shape(inner)),
            Clause::All(inner) => format!("all({})", all(inner)),
            Clause::Any(inner) => format!("any({})", all(inner)),
            Clause::Not(inner) => format!("not({})", shape(inner)),
            Clause::ScoredBy(decides, scores) => {
                format!("{} scored by {}", shape(decides), all(scores))
            }
        }
    }

    fn check(query: &str, expected: &str) {
        let mut analyzer = Analyzer::default();
        let plan = Plan::of(
            &parse(query).query,
            &Ten,
            &mut analyzer,
            |count, _| f32::from(count),
            PartialMatches::default(),
        );
        let plan = plan.expect("nothing fails here");
        assert_eq!(shape(&plan.root), expected, "{query}");
        assert_eq!(plan.undecided.len(), plan.parts.parts.len());
    }

    #[test]
    fn a_query_becomes_the_clauses_that_decide_it() {
        check("talks", "text:\"talk\"");
        check("talks Moscow", "all(text:\"talk\" text:\"moscow\")");
        check("talks talks", "2.00xtext:\"talk\"");
        check("\"risk reduction\"", "text:\"risk reduct\"");
        check("talks -China", "all(text:\"talk\" not(0(text:\"china\")))");
        check("-China", "all(not(0(text:\"china\")) 0(articles))");
        check("title:talks", "title:\"talk\"");
        check("country:RU", "0(country:RU)");
        check("country:none", "0(flag:no-country)");
        check(
            "date:1970-01-01..1970-01-03",
            "0(Within { from: 0, to: 2 })",
        );
        check("path:bbc/a", "0(path bbc/a)");
        check("=talks", "pattern(form:talks)");
        check("talk*", "pattern(form:talka|talkb|talkc)");
        check("*ox", "pattern(form:ox|fox)");
        check("**ox", "pattern(form:**ox)");
        check("\"a *ox\"", "pattern(all(text:a text:fox|ox))");
        check("talks NEAR/5 Moscow", "pattern(all(text:talk text:moscow))");
    }

    #[test]
    fn a_tree_that_would_score_a_part_twice_or_not_at_all_only_decides() {
        check("talks OR Moscow", "any(text:\"talk\" text:\"moscow\")");
        check(
            "aa OR (bb cc)",
            "any(text:\"aa\" all(text:\"bb\" text:\"cc\")) scored by \
             text:\"aa\" text:\"bb\" text:\"cc\"",
        );
    }
}
