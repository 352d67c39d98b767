//! Finds the articles that have most of a query beside those that have all of
//! it, in one pass over the postings.
//!
//! Complete and partial articles are counted and ranked apart, so that no
//! number of partial ones can push a complete one out. Articles with less than
//! most of the query are kept as well until a complete one is seen: they are
//! shown where there is none. What an article has is
//! known only once all members of the query have been asked; going through the
//! members one after the other would need a set as large as the index. So the
//! pass takes windows of 4,096 documents, as tantivy's unions do: each member
//! adds its score and its idf to the slots of its articles, and then the slots
//! of the window are judged.
//!
//! Example: members *oil* (idf 2), *price* (3), *strike* (5), at least 5. In the
//! window slot 7 gets `2 + 3` of two members: partial. Slot 9 gets all three:
//! complete. Slot 12 gets 3: less than most.
//!
//! A member that is one word, as most are, is read from its postings directly,
//! in the text and, without weight, in boilerplate; others from a scorer.
//! Filters and exclusions are asked of the articles that have enough; where the
//! next article of a filter lies behind the window, the members jump there.
//!
//! Sums are added in the order of the members, so that they do not depend on
//! how documents are divided. Cost: the postings of all members; instructions of
//! three-word searches are in `search/rank.rs`.

mod tally;
mod window;

use std::ops::Range;

use tantivy::query::{Bm25Weight, EnableScoring, Query as Compiled, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, Term};

use self::tally::Grade;
pub(super) use self::tally::{Both, Highest, PassDivision, all, count, first};
use self::window::{Feeder, WINDOW, Window};
use super::compile::Compiler;
use super::occurrences::is_at;
use crate::document::field::Field;
use crate::engine::local::schema;
use crate::engine::local::session::LocalEngine;
use crate::plan::partial::{Member, PartialPlan};
use crate::plan::{Clause, WordsClause};

/// The members of a query and what holds beside them, compiled.
pub(super) struct CompiledPartial {
    sources: Vec<Source>,
    /// How many of the sources are members; the others only score.
    members: usize,
    required: Vec<Box<dyn Compiled>>,
    excluded: Vec<Box<dyn Compiled>>,
    at_least: f32,
}

/// Where a member is read from.
struct Source {
    kind: SourceKind,
    /// What having it weighs.
    idf: f32,
}

enum SourceKind {
    /// A word, in the text or the title, with what its score is multiplied by;
    /// and the same word where it weighs nothing.
    Word {
        term: Term,
        factor: f32,
        in_boilerplate: Option<Term>,
    },
    /// Whatever tantivy finds.
    Other(Box<dyn Compiled>),
}

impl CompiledPartial {
    /// # Errors
    /// As [`Compiler::compile`].
    pub(super) fn of(
        plan: &PartialPlan,
        members: &[Member],
        compiler: &mut Compiler<'_>,
    ) -> tantivy::Result<CompiledPartial> {
        let mut sources = Vec::with_capacity(members.len() + plan.scores.len());
        for member in members {
            sources.push(Source {
                kind: SourceKind::of(&member.clause, 1.0, compiler)?,
                idf: member.idf,
            });
        }
        for clause in &plan.scores {
            sources.push(Source {
                kind: SourceKind::of(clause, 1.0, compiler)?,
                idf: 0.0,
            });
        }
        let (mut required, mut excluded) = (Vec::new(), Vec::new());
        for clause in &plan.required {
            match clause {
                Clause::Not(inner) => excluded.push(compiler.compile(inner)?),
                other => required.push(compiler.compile(other)?),
            }
        }
        Ok(CompiledPartial {
            sources,
            members: members.len(),
            required,
            excluded,
            at_least: plan.at_least,
        })
    }

    /// Ready to be run; with scores or without.
    pub(super) fn weights<'c>(
        &'c self,
        engine: &LocalEngine<'_>,
        is_scored: bool,
    ) -> tantivy::Result<PartialWeights<'c>> {
        let searcher = &engine.index.snapshot().searcher;
        let scoring = || {
            if is_scored {
                EnableScoring::enabled_from_statistics_provider(&engine.statistics, searcher)
            } else {
                EnableScoring::disabled_from_searcher(searcher)
            }
        };
        let sources = self.sources.iter().map(|source| {
            Ok(match &source.kind {
                SourceKind::Word {
                    term,
                    factor,
                    in_boilerplate,
                } => SourceWeight::Word {
                    term,
                    in_boilerplate: in_boilerplate.as_ref(),
                    weight: if is_scored && *factor > 0.0 {
                        let terms = std::slice::from_ref(term);
                        let weight = Bm25Weight::for_terms(&engine.statistics, terms)?;
                        Some(weight.boost_by(*factor))
                    } else {
                        None
                    },
                },
                SourceKind::Other(query) => SourceWeight::Other(query.weight(scoring())?),
            })
        });
        let unscored = |queries: &[Box<dyn Compiled>]| -> tantivy::Result<Vec<Box<dyn Weight>>> {
            let queries = queries.iter();
            queries
                .map(|query| query.weight(EnableScoring::disabled_from_searcher(searcher)))
                .collect()
        };
        Ok(PartialWeights {
            partial: self,
            sources: sources.collect::<tantivy::Result<_>>()?,
            required: unscored(&self.required)?,
            excluded: unscored(&self.excluded)?,
            is_scored,
        })
    }
}

impl SourceKind {
    fn of(
        clause: &Clause,
        factor: f32,
        compiler: &mut Compiler<'_>,
    ) -> tantivy::Result<SourceKind> {
        let word = |words: &WordsClause, factor| match &words.terms[..] {
            [term] => Some(SourceKind::Word {
                term: schema::term(words.field, term),
                factor,
                in_boilerplate: words
                    .in_boilerplate
                    .then(|| schema::term(Field::Boilerplate, term)),
            }),
            _ => None,
        };
        let direct = match clause {
            Clause::Words(words) => word(words, factor),
            Clause::Times(inner, times) => match &**inner {
                Clause::Words(words) => word(words, factor * times),
                _ => None,
            },
            Clause::Unscored(inner) => match &**inner {
                Clause::Words(words) => word(words, 0.0),
                _ => None,
            },
            _ => None,
        };
        Ok(match direct {
            Some(word) => word,
            None => SourceKind::Other(compiler.compile(clause)?),
        })
    }
}

/// A [`CompiledPartial`] with what it scores by.
pub(super) struct PartialWeights<'c> {
    partial: &'c CompiledPartial,
    sources: Vec<SourceWeight<'c>>,
    required: Vec<Box<dyn Weight>>,
    excluded: Vec<Box<dyn Weight>>,
    is_scored: bool,
}

enum SourceWeight<'c> {
    Word {
        term: &'c Term,
        in_boilerplate: Option<&'c Term>,
        /// `None` where it does not score.
        weight: Option<Bm25Weight>,
    },
    Other(Box<dyn Weight>),
}

impl PartialWeights<'_> {
    /// The sources in a segment, each with its number from 1; a word may have
    /// two.
    fn open(&self, segment: &SegmentReader) -> tantivy::Result<Vec<(u32, Feeder<'_>)>> {
        let mut feeders = Vec::with_capacity(self.sources.len());
        for (number, source) in (1..).zip(&self.sources) {
            match source {
                SourceWeight::Word {
                    term,
                    in_boilerplate,
                    weight,
                } => {
                    let with = match weight {
                        Some(_) => IndexRecordOption::WithFreqs,
                        None => IndexRecordOption::Basic,
                    };
                    let inverted = segment.inverted_index(term.field())?;
                    if let Some(postings) = inverted.read_postings(term, with)? {
                        let scored = match weight {
                            Some(weight) => {
                                Some((weight, segment.get_fieldnorms_reader(term.field())?))
                            }
                            None => None,
                        };
                        feeders.push((number, Feeder::Word(Box::new(postings), scored)));
                    }
                    if let Some(term) = in_boilerplate {
                        let inverted = segment.inverted_index(term.field())?;
                        let postings = inverted.read_postings(term, IndexRecordOption::Basic)?;
                        let postings = postings.map(Box::new);
                        feeders.extend(
                            postings.map(|postings| (number, Feeder::Word(postings, None))),
                        );
                    }
                }
                SourceWeight::Other(weight) => {
                    feeders.push((number, Feeder::Other(weight.scorer(segment, 1.0)?)));
                }
            }
        }
        Ok(feeders)
    }

    /// Shows all articles of `documents` that have a member, in order: each with
    /// its score and how much of the query it has.
    fn look(
        &self,
        segment: &SegmentReader,
        documents: &Range<DocId>,
        mut each: impl FnMut(DocId, Score, Grade),
    ) -> tantivy::Result<()> {
        let open = |weights: &[Box<dyn Weight>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            let weights = weights.iter();
            weights.map(|weight| weight.scorer(segment, 1.0)).collect()
        };
        let mut feeders = self.open(segment)?;
        let (mut required, mut excluded) = (open(&self.required)?, open(&self.excluded)?);
        let members = self.partial.members;
        let is_member = |number: u32| number as usize <= members;
        let mut window = Window::new();
        let mut target = documents.start;
        loop {
            for (_, feeder) in &mut feeders {
                feeder.seek(target);
            }
            let of_members = feeders.iter().filter(|(number, _)| is_member(*number));
            let mut start = of_members.map(|(_, feeder)| feeder.doc()).min();
            // Where a filter has nothing before a later article, nothing is.
            for filter in &mut required {
                start = start.map(|start| {
                    if filter.doc() < start {
                        filter.seek(start);
                    }
                    start.max(filter.doc())
                });
            }
            let Some(start) = start.filter(|start| *start < documents.end) else {
                return Ok(());
            };
            let end = start.saturating_add(WINDOW).min(documents.end);
            window.start = start;
            for (number, feeder) in &mut feeders {
                feeder.seek(start);
                let idf =
                    is_member(*number).then(|| self.partial.sources[*number as usize - 1].idf);
                feeder.fill(end, (*number, idf), self.is_scored, &mut window);
            }
            window.drain(|document, slot| {
                if slot.members > 0
                    && !segment.is_deleted(document)
                    && required.iter_mut().all(|filter| is_at(filter, document))
                    && !excluded.iter_mut().any(|filter| is_at(filter, document))
                {
                    let grade = if slot.members as usize == members {
                        Grade::All
                    } else if slot.idf >= self.partial.at_least {
                        Grade::Most
                    } else {
                        Grade::Some
                    };
                    each(document, slot.score, grade);
                }
            });
            target = end;
        }
    }
}
