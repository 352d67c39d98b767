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

use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EnableScoring, Query as Compiled, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentReader, Term};

use super::collect::{Threshold, TopK, pieces};
use super::compile::Compiler;
use super::occurrences::is_at;
use crate::document::field::Field;
use crate::engine::local::schema;
use crate::engine::local::session::LocalEngine;
use crate::parallel::pair::together;
use crate::plan::partial::{Member, PartialPlan};
use crate::plan::{Clause, WordsClause};

/// How many documents are judged at a time.
const WINDOW: u32 = 4096;

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
    ) -> tantivy::Result<Weights<'c>> {
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
        Ok(Weights {
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
pub(super) struct Weights<'c> {
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

/// A member in one segment.
enum Feeder<'w> {
    Word(
        Box<SegmentPostings>,
        Option<(&'w Bm25Weight, FieldNormReader)>,
    ),
    Other(Box<dyn Scorer>),
}

/// What a window knows of a document.
#[derive(Clone, Copy, Default)]
struct Slot {
    score: Score,
    idf: f32,
    /// How many members it has, and the last of them, counted from 1.
    members: u32,
    last: u32,
}

/// The documents from `start` on; a bit for each that has something.
struct Window {
    start: DocId,
    slots: Box<[Slot]>,
    bits: [u64; WINDOW as usize / 64],
}

impl Window {
    fn new() -> Window {
        Window {
            start: 0,
            slots: vec![Slot::default(); WINDOW as usize].into_boxed_slice(),
            bits: [0; WINDOW as usize / 64],
        }
    }

    /// Adds to a document what source `number`, counted from 1, has of it.
    #[inline]
    fn add(&mut self, document: DocId, number: u32, idf: Option<f32>, score: Score) {
        let place = (document - self.start) as usize;
        self.bits[place / 64] |= 1 << (place % 64);
        let slot = &mut self.slots[place];
        slot.score += score;
        // A word that stands in text and boilerplate is one member.
        if let Some(idf) = idf
            && slot.last != number
        {
            slot.last = number;
            slot.idf += idf;
            slot.members += 1;
        }
    }

    /// Hands out the documents in order, and is empty then.
    fn drain(&mut self, mut each: impl FnMut(DocId, Slot)) {
        for (first, bits) in (self.start..).step_by(64).zip(&mut self.bits) {
            while *bits != 0 {
                let document = first + bits.trailing_zeros();
                *bits &= *bits - 1;
                let place = (document - self.start) as usize;
                each(document, std::mem::take(&mut self.slots[place]));
            }
        }
    }
}

impl Feeder<'_> {
    fn doc(&self) -> DocId {
        match self {
            Feeder::Word(postings, _) => postings.doc(),
            Feeder::Other(scorer) => scorer.doc(),
        }
    }

    /// Goes to `target`, or behind it.
    fn seek(&mut self, target: DocId) {
        if self.doc() < target {
            match self {
                Feeder::Word(postings, _) => postings.seek(target),
                Feeder::Other(scorer) => scorer.seek(target),
            };
        }
    }

    /// Puts what lies before `end` into the window.
    fn fill(
        &mut self,
        end: DocId,
        (number, idf): (u32, Option<f32>),
        is_scored: bool,
        window: &mut Window,
    ) {
        match self {
            Feeder::Word(postings, None) => {
                let mut document = postings.doc();
                while document < end {
                    window.add(document, number, idf, 0.0);
                    document = postings.advance();
                }
            }
            Feeder::Word(postings, Some((weight, lengths))) => {
                let mut document = postings.doc();
                while document < end {
                    let length = lengths.fieldnorm_id(document);
                    let score = weight.score(length, postings.term_freq());
                    window.add(document, number, idf, score);
                    document = postings.advance();
                }
            }
            Feeder::Other(scorer) => {
                let mut document = scorer.doc();
                while document < end {
                    let score = if is_scored { scorer.score() } else { 0.0 };
                    window.add(document, number, idf, score);
                    document = scorer.advance();
                }
            }
        }
    }
}

impl Weights<'_> {
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

/// How much of the query an article has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    All,
    /// At least the idf that is asked for.
    Most,
    Some,
}

/// What a pass found of complete, and of partial articles.
#[derive(Default)]
pub(super) struct Both<T> {
    pub(super) complete: T,
    pub(super) partial: T,
}

/// How documents are divided among threads. Only plain words are divided inside
/// a segment: other scorers run on beyond the end of a piece.
pub(super) struct Division {
    pub(super) threads: usize,
    /// How many pieces, and the fewest documents of each; `None`: the segments.
    pub(super) pieces: Option<(usize, u32)>,
}

impl Division {
    fn ranges(&self, searcher: &Searcher) -> Vec<(u32, Range<DocId>)> {
        if let Some((number, least)) = self.pieces {
            return pieces(searcher, number, least);
        }
        let segments = (0..).zip(searcher.segment_readers());
        segments
            .map(|(number, segment)| (number, 0..segment.max_doc()))
            .collect()
    }

    /// Lets `look` see all pieces; what comes out has their order.
    fn each<T: Send>(
        &self,
        searcher: &Searcher,
        look: impl Fn(u32, &Range<DocId>) -> tantivy::Result<T> + Sync,
    ) -> tantivy::Result<Vec<T>> {
        let ranges = self.ranges(searcher);
        let helpers = (self.threads - 1).min(ranges.len().saturating_sub(1));
        let found = together(ranges, helpers, &mut (), |(segment, range), ()| {
            look(segment, &range)
        });
        found.into_iter().collect()
    }
}

/// How many articles there are, and the first of them with their scores.
pub(super) type Highest = (usize, Vec<(Score, DocAddress)>);

/// How many complete and partial articles there are, and the `limit` of each
/// that score highest, of equal ones the first.
pub(super) fn first(
    searcher: &Searcher,
    weights: &Weights<'_>,
    limit: usize,
    division: &Division,
) -> tantivy::Result<Both<Highest>> {
    let floors: [Threshold; 3] = Default::default();
    let new = || {
        let [complete, most, any] = &floors;
        (
            TopK::new(limit, complete),
            TopK::new(limit, most),
            TopK::new(limit, any),
        )
    };
    let found = division.each(searcher, |number, range| {
        let (mut complete, mut most, mut any) = new();
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |document, score, grade| {
            let at = DocAddress::new(number, document);
            match grade {
                Grade::All => complete.see_score(score, at),
                Grade::Most => most.see_score(score, at),
                Grade::Some => {}
            }
            // Beside a complete one they do not count.
            if grade != Grade::All && complete.is_empty() {
                any.see_score(score, at);
            }
        })?;
        Ok((complete, most, any))
    })?;
    let (mut complete, mut most, mut any) = new();
    for found in found {
        complete.merge(found.0);
        most.merge(found.1);
        any.merge(found.2);
    }
    let partial = if complete.is_empty() { any } else { most };
    Ok(Both {
        complete: complete.finish(),
        partial: partial.finish(),
    })
}

/// How many complete and partial articles there are.
pub(super) fn count(
    searcher: &Searcher,
    weights: &Weights<'_>,
    division: &Division,
) -> tantivy::Result<Both<usize>> {
    let found = division.each(searcher, |number, range| {
        let (mut complete, mut most, mut any) = (0, 0, 0);
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |_, _, grade| {
            complete += usize::from(grade == Grade::All);
            most += usize::from(grade == Grade::Most);
            any += usize::from(grade != Grade::All);
        })?;
        Ok((complete, most, any))
    })?;
    let complete = found.iter().map(|counts| counts.0).sum();
    let partial = found.iter().map(|counts| match complete {
        0 => counts.2,
        _ => counts.1,
    });
    Ok(Both {
        complete,
        partial: partial.sum(),
    })
}

/// All complete and all partial articles, in order of their addresses.
pub(super) fn all(
    searcher: &Searcher,
    weights: &Weights<'_>,
    division: &Division,
) -> tantivy::Result<Both<Vec<DocAddress>>> {
    let found = division.each(searcher, |number, range| {
        let mut all: Vec<(DocAddress, Grade)> = Vec::new();
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |document, _, grade| {
            all.push((DocAddress::new(number, document), grade));
        })?;
        Ok(all)
    })?;
    let mut all: Vec<(DocAddress, Grade)> = found.into_iter().flatten().collect();
    if all.iter().any(|(_, grade)| *grade == Grade::All) {
        all.retain(|(_, grade)| *grade != Grade::Some);
    }
    let of = |is_complete: bool| {
        let of = all
            .iter()
            .filter(|(_, grade)| (*grade == Grade::All) == is_complete);
        of.map(|(at, _)| *at).collect()
    };
    Ok(Both {
        complete: of(true),
        partial: of(false),
    })
}
