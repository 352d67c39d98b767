//! What decides whether an article answers, for any engine.
//!
//! Query → [`Plan`] → engine. A plan is a tree of clauses over the fields of
//! [`document`](crate::document); it says all that decides, and what a score is
//! made of, so that two engines over the same articles find the same ones. An
//! engine turns it into its own queries; what it cannot decide it hands back as
//! candidates, or refuses: it never drops a clause.
//!
//! Pure: words are looked up through [`Vocabulary`]. Imports `query`,
//! `matching`, `document` and `text`; must not know any engine.
//!
//! Five steps make a plan (`Plan::of`): the query's parts are numbered
//! (`matching`), each counts by how often it was typed, clauses are built and
//! words looked up (`build`, `resolve`), it is told what of them an article may
//! lack (`partial`), and the work is estimated (`cost`).
//! Parts keep their numbers from the plan to the explanation of a score.
//!
//! Example: `oil title:price` has two parts. Part 0 is plain and scores in the
//! text; part 1 in the title. The root is `All(Words(oil, Text), Words(price,
//! Title))`.

pub(crate) mod bm25;
mod build;
pub(crate) mod compounds;
pub(crate) mod cost;
pub(crate) mod days;
pub(crate) mod partial;
pub(crate) mod people;
mod resolve;

use std::sync::Arc;

use self::build::{Builder, Conjunction};
use self::compounds::Splitter;
use self::cost::Cost;
use self::days::PublishedDays;
pub use self::partial::PartialMatches;
use self::partial::{Member, PartialPlan};
use self::people::{ArchivePeople, NameCount};
pub(crate) use self::resolve::{ResolvedTerm, TermResolver, pattern_idf};
use crate::document::field::Field;
use crate::failure::Result;
use crate::matching::proximity::Pattern;
use crate::matching::{QueryTerm, TermClause, TermClauses};
use crate::query::{Query, Scope};
use crate::text::analyze::Analyzer;

/// What is known of all articles together. All counts are of live articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// How many articles there are.
    pub(crate) articles: u64,
    /// All words of their texts.
    pub(crate) words: u64,
    /// All words of their titles.
    pub(crate) title_words: u64,
}

impl Totals {
    /// The average length of a field in words, at least 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an average needs no more than the digits of a float"
    )]
    pub(crate) fn average(&self, field: Field) -> f32 {
        let words = match field {
            Field::Title => self.title_words,
            _ => self.words,
        };
        (words as f32 / (self.articles as f32).max(1.0)).max(1.0)
    }
}

/// The words that articles have. A word that deleted articles alone have is not
/// there.
pub(crate) trait Vocabulary {
    /// What is known of all articles.
    fn totals(&self) -> Totals;

    /// How many articles have a term of a field.
    ///
    /// # Errors
    /// When the engine fails or the search is stopped; so do the others.
    fn articles(&self, field: Field, term: &str) -> Result<u64>;

    /// Says which terms will be asked for, so that an engine far away can look
    /// all of them up at once. An engine at hand does not even ask which.
    ///
    /// # Errors
    /// As the others.
    fn expect(&self, terms: &dyn Fn() -> Vec<(Field, String)>) -> Result<()> {
        let _ = terms;
        Ok(())
    }

    /// The terms of a field that begin with `prefix`, in alphabetical order,
    /// each with the number of its articles; `None` when there are more than
    /// `limit`.
    fn starting_with(
        &self,
        field: Field,
        prefix: &str,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>>;

    /// How often which names that have `word`, folded, are counted by year; none
    /// where names are taken exactly as each article has them.
    fn names_with(&self, word: &str) -> Result<Vec<NameCount>> {
        let _ = word;
        Ok(Vec::new())
    }

    /// The people of all articles, by which names are understood.
    ///
    /// # Errors
    /// As the others.
    fn people(&self) -> Result<Arc<ArchivePeople>> {
        Ok(Arc::default())
    }

    /// Whether a lone surname counts for the person whom it means.
    fn joins_names(&self) -> bool {
        false
    }

    /// The terms of a field that a word with wildcards stands for (see
    /// [`wildcard`](crate::text::wildcard)), in the same way.
    fn like(&self, field: Field, pattern: &str, limit: usize)
    -> Result<Option<Vec<(String, u64)>>>;

    /// The terms of a field within `edits` of `term`, in the same order. A swap
    /// of neighbours counts as one edit.
    fn near(&self, field: Field, term: &str, edits: u8) -> Result<Vec<(String, u64)>>;
}

/// What an article must have. Terms are as `document` writes them: stems in
/// texts, folded forms in `Field::Form`.
#[derive(Debug)]
pub(crate) enum Clause {
    /// What no article has.
    Nothing,
    /// What every article has.
    Articles,
    /// A term.
    Term(Field, String),
    /// At least one of some terms.
    AnyTerm(Field, Vec<String>),
    /// A term that begins so.
    StartingWith(Field, String),
    /// These days of publication.
    Published(PublishedDays),
    /// One of these whole names, in the column of names; an article that has one
    /// has the term of [`Field::Person`] beside it.
    Named(Vec<(String, String)>),
    /// This source, in its column; compared as it reads back from a query.
    Source(String),
    /// A name alone, as some articles mean a person by it.
    Lone(Box<LoneName>),
    /// A term that a word with wildcards stands for.
    Like(Field, String),
    /// A path with this run of whole folders and names.
    Path(String),
    /// Terms side by side, or one alone; scored.
    Words(WordsClause),
    /// What positions decide, or the text; scored.
    Pattern(Arc<PatternClause>),
    /// A scored clause that counts so many times.
    Times(Box<Clause>, f32),
    /// The same without a score.
    Unscored(Box<Clause>),
    /// All of them; what is [`Clause::Not`] among them must not be there.
    All(Vec<Clause>),
    /// At least one of them.
    Any(Vec<Clause>),
    /// What must not be there: only inside [`Clause::All`].
    Not(Box<Clause>),
    /// The first, which scores nothing; of the others what is there scores.
    ScoredBy(Box<Clause>, Vec<Clause>),
}

/// A surname that stands alone, where it means one person.
#[derive(Debug)]
pub(crate) struct LoneName {
    /// The term of [`Field::Person`] that every such article has.
    pub(crate) word: String,
    /// The surname as articles spell it.
    pub(crate) names: Vec<String>,
    /// The years in which it means the person.
    pub(crate) years: Vec<Option<i16>>,
    /// Full names beside which it is not known whom it means.
    pub(crate) unless: Vec<String>,
}

/// Plain words.
#[derive(Debug)]
pub(crate) struct WordsClause {
    /// Where they stand and score.
    pub(crate) field: Field,
    /// Their terms, in order.
    pub(crate) terms: Vec<String>,
    /// Whether they may stand in boilerplate as well, where they score nothing:
    /// a single word may.
    pub(crate) in_boilerplate: bool,
}

/// One part of a query that more than terms decides.
#[derive(Debug)]
pub(crate) struct PatternClause {
    /// The part, alone.
    pub(crate) parts: TermClauses,
    /// Its words, as they were looked up.
    pub(crate) terms: Vec<ResolvedTerm>,
    /// The field whose positions decide and whose occurrences score.
    pub(crate) field: Field,
    /// Whether positions decide at all; else every candidate answers.
    pub(crate) by_position: bool,
    /// Whether the text itself has the last word.
    pub(crate) by_text: bool,
    /// Its idf.
    pub(crate) idf: f32,
    /// What every article that has it has.
    pub(crate) candidates: Clause,
}

impl Clause {
    /// The article with this path and id, as `document` writes them: the path
    /// finds one whose id it is.
    pub(crate) fn article(path: &str, id: &str) -> Clause {
        let path_term = Clause::Term(Field::Path, path.to_owned());
        if path == id {
            return path_term;
        }
        Clause::All(vec![path_term, Clause::Term(Field::Id, id.to_owned())])
    }
}

impl PatternClause {
    /// The part that is looked for.
    pub(crate) fn part(&self) -> &TermClause {
        &self.parts.parts[0]
    }

    /// How it is looked for.
    pub(crate) fn pattern(&self) -> &Pattern {
        &self.part().pattern
    }

    /// Whether it is one word, in any of its forms, in the body.
    pub(crate) fn is_body_word(&self) -> bool {
        self.part().scope == Scope::Body
            && matches!(self.pattern(), Pattern::Leaf { .. })
            && self.terms.iter().all(ResolvedTerm::is_exact)
    }
}

/// A form that was typed for a plain word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedForm {
    /// The form.
    pub(crate) form: String,
    /// The number of its part.
    pub(crate) part: usize,
}

/// A query, ready to be run by any engine. `parts`, `factors` and `undecided`
/// have an entry for each part, in order; `terms` has one for each leaf of the
/// parts.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What an article must have.
    pub(crate) root: Clause,
    /// The parts of the query that look for words: what scores.
    pub(crate) parts: TermClauses,
    /// Their words, as they were looked up.
    pub(crate) terms: Vec<ResolvedTerm>,
    /// How much each part counts, as often as the query repeats it.
    pub(crate) factors: Vec<f32>,
    /// For each part of which positions alone do not tell whether an article
    /// has it, what tells.
    pub(crate) undecided: Vec<Option<Clause>>,
    /// The forms that were typed for plain words, each once.
    pub(crate) forms: Vec<TypedForm>,
    /// How much work it is.
    pub(crate) cost: Cost,
    /// Whether words and a range of days decide.
    pub(crate) has_days: bool,
    /// What an article may lack some of; empty where the query has one part.
    pub(crate) members: Vec<Member>,
    /// The articles that lack some and are shown all the same.
    pub(crate) partial: Option<PartialPlan>,
}

impl Plan {
    /// The plan of `query`; `factor` says how much a part counts that the query
    /// has so many times, and whether it is but a bonus, `partial` what becomes of
    /// articles that lack some.
    ///
    /// # Errors
    /// When the vocabulary cannot be read or the search is stopped.
    pub(crate) fn of(
        query: &Query,
        vocabulary: &dyn Vocabulary,
        analyzer: &mut Analyzer,
        factor: impl Fn(u16, bool) -> f32,
        partial: PartialMatches,
    ) -> Result<Plan> {
        let is_any = partial == PartialMatches::Alike;
        let relaxed = if is_any { query.relaxed() } else { None };
        let decides = relaxed.as_ref().unwrap_or(query);
        let mut splitter = Splitter::new(vocabulary, analyzer);
        let decides = splitter.take_apart(decides, is_any)?;
        let members = is_any.then(|| splitter.take_apart(query, false));
        let members = members.transpose()?;
        let apart = members.as_ref().unwrap_or(&decides);
        let parts = expected(&decides.query, vocabulary, analyzer)?;
        let numbered = parts.parts.iter().enumerate();
        let factors: Vec<f32> = numbered
            .map(|(number, part)| factor(part.count, decides.is_bonus(parts.words(number))))
            .collect();
        let mut resolver = TermResolver::new(vocabulary);
        let mut builder = Builder {
            parts: &parts,
            factors: &factors,
            resolver: &mut resolver,
            analyzer,
        };
        let root = builder.root(&decides.query)?;
        let undecided = builder.undecided()?;
        let Conjunction {
            members: asked,
            clauses,
            scores,
            required,
        } = match partial {
            // Nobody asks what they lack.
            PartialMatches::Never => Conjunction::default(),
            _ => builder.conjunction(&apart.query)?,
        };
        let terms = resolver.resolve(&parts, analyzer)?;
        let idf = |member: &Query| partial::idf(member, &parts, &terms, vocabulary);
        let members = asked.iter().zip(clauses).map(|(member, clause)| {
            Ok(Member {
                clause,
                text: apart.name(member),
                idf: idf(member)?,
            })
        });
        let members: Vec<Member> = members.collect::<Result<_>>()?;
        let is_after = partial == PartialMatches::After;
        let follow = is_after.then(|| decides.query.relaxed()).flatten();
        let follow = follow.and_then(|relaxed| {
            let cost = Cost::of(&relaxed, &parts, &terms);
            PartialPlan::of(&asked, &members, required, scores, cost)
        });
        Ok(Plan {
            root,
            undecided,
            forms: typed_forms(&parts),
            cost: Cost::of(&decides.query, &parts, &terms),
            has_days: query.has_days() && !parts.parts.is_empty(),
            factors,
            terms,
            parts,
            members,
            partial: follow,
        })
    }

    /// The plan that one clause is, which scores nothing. For counting all
    /// articles, and for looking a name up.
    pub(crate) fn of_clause(root: Clause) -> Plan {
        Plan {
            root,
            parts: TermClauses::default(),
            terms: Vec::new(),
            factors: Vec::new(),
            undecided: Vec::new(),
            forms: Vec::new(),
            cost: Cost::default(),
            has_days: false,
            members: Vec::new(),
            partial: None,
        }
    }

    /// Whether words are looked for, which score.
    pub(crate) fn is_scored(&self) -> bool {
        !self.parts.parts.is_empty()
    }
}

/// The parts of a query, whose terms will be looked up.
fn expected(
    query: &Query,
    vocabulary: &dyn Vocabulary,
    analyzer: &mut Analyzer,
) -> Result<TermClauses> {
    let parts = TermClauses::of(query, analyzer);
    vocabulary.expect(&|| terms_and_forms(&parts))?;
    Ok(parts)
}

/// The terms and forms of some parts, in all fields that tell how rare they are.
fn terms_and_forms(parts: &TermClauses) -> Vec<(Field, String)> {
    let mut expected = Vec::new();
    for leaf in &parts.leaves {
        match leaf {
            QueryTerm::Term(term) => {
                expected.push((Field::Text, term.clone()));
                expected.push((Field::Title, term.clone()));
            }
            QueryTerm::Form(form) => expected.push((Field::Form, form.clone())),
            _ => {}
        }
    }
    let forms = parts.parts.iter().flat_map(|part| &part.forms);
    expected.extend(forms.map(|form| (Field::Form, form.clone())));
    expected
}

/// A form that several parts have belongs to the first.
fn typed_forms(parts: &TermClauses) -> Vec<TypedForm> {
    let mut forms: Vec<TypedForm> = Vec::new();
    for (part, of_part) in parts.parts.iter().enumerate() {
        for form in &of_part.forms {
            if !forms.iter().any(|known| known.form == *form) {
                forms.push(TypedForm {
                    form: form.clone(),
                    part,
                });
            }
        }
    }
    forms
}
