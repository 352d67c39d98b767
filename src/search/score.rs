//! Scores articles by what an engine knows of them, without their text.
//!
//! An article's score is a sum: of each part of the query, BM25 over the text
//! and a share of that over the title; a little for each word that stands in
//! the very form that was typed; and what the best run of text is worth in
//! which the parts stand together. It is added up in a fixed order, so that
//! the same articles score the same whatever engine keeps them, and however.
//!
//! Positions come as `Seen`: for each word where it stands in text and title. A
//! part is found in them by `matching::proximity`, as in a text, but for the
//! ends of sentences, which positions do not know. Example: `"interest rates"
//! bank`, an article with the phrase at 10 and 57, *bank* at 12: two parts,
//! frequencies 2 and 1, and a best run around 10 to 12.
//!
//! Invariants: `ArticleScore::first` is what the engine found the article by,
//! with the engine's constants, and `total` what it is shown by; sums run over
//! the parts in the order of the query. A part that a prefix stands for counts
//! once where nothing is known of its places. Cost: O(occurrences of the
//! query's words) an article.

use super::weights::Weights;
use crate::document::field::Field;
use crate::engine::{Address, Candidates, Engine, Seen};
use crate::failure::Result;
use crate::matching::passage::{MatchPlace, best_closeness};
use crate::matching::proximity::{Pattern, WordPositions, runs};
use crate::plan::bm25::{self, Bm25};
use crate::plan::{Plan, ResolvedTerm, pattern_idf};
use crate::query::Scope;
use crate::stop::{Budget, Spender};

/// What a part of the query adds to an article's score. Zero in everything for
/// a part that the article lacks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct PartScore {
    pub(crate) part: usize,
    /// How often the article has it.
    pub(crate) frequency: usize,
    pub(crate) text: f32,
    /// How often the title has it.
    pub(crate) in_title: usize,
    pub(crate) title: f32,
}

/// An article's score, as it adds up. All of it is kept, so that a hit can be
/// explained without scoring again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArticleScore {
    pub(crate) address: Address,
    pub(crate) parts: Vec<PartScore>,
    /// The numbers of the forms that it has as typed, and what each adds.
    pub(crate) forms: Vec<(usize, f32)>,
    pub(crate) closeness: f32,
    /// The words of the article.
    pub(crate) length: u32,
    /// BM25 over the text alone: what the first articles are found by.
    pub(crate) first: f32,
    /// Whether it was found as one that lacks parts of the query.
    pub(crate) is_partial: bool,
}

impl ArticleScore {
    /// What the article is shown by; not comparable between queries.
    pub(crate) fn total(&self) -> f32 {
        let parts = self.parts.iter().map(|part| part.text + part.title);
        let forms = self.forms.iter().map(|(_, value)| value);
        parts.sum::<f32>() + forms.sum::<f32>() + self.closeness
    }
}

/// What is the same for all articles of one query. Made once for a query; it is
/// shared by reference.
pub(crate) struct Scoring<'a> {
    pub(crate) plan: &'a Plan,
    candidates: &'a dyn Candidates,
    weights: Weights,
    /// The idf of each part, in texts and in titles.
    idfs: Vec<f32>,
    title_idfs: Vec<f32>,
    /// What each typed form adds where it stands just so.
    form_values: Vec<f32>,
    average: f32,
    title_average: f32,
    budget: &'a Budget,
}

impl<'a> Scoring<'a> {
    /// Looks up what the same words are worth in titles and as typed.
    ///
    /// # Errors
    /// When the vocabulary cannot be read or the search is stopped.
    pub(crate) fn new(
        engine: &dyn Engine,
        plan: &'a Plan,
        candidates: &'a dyn Candidates,
        weights: Weights,
        budget: &'a Budget,
    ) -> Result<Self> {
        let idfs = |field| -> Result<Vec<f32>> {
            let parts = plan.parts.parts.iter();
            parts
                .map(|part| pattern_idf(engine, &part.pattern, &plan.terms, field))
                .collect()
        };
        engine.expect(&|| {
            let forms = plan.forms.iter();
            forms
                .map(|typed| (Field::Form, typed.form.clone()))
                .collect()
        })?;
        let totals = engine.totals();
        let form_value = |form: &str| -> Result<f32> {
            let articles = engine.articles(Field::Form, form)?;
            Ok(weights.exact * bm25::idf(totals.articles, articles))
        };
        let forms = plan.forms.iter().map(|typed| form_value(&typed.form));
        Ok(Scoring {
            plan,
            candidates,
            weights,
            form_values: forms.collect::<Result<_>>()?,
            idfs: idfs(Field::Text)?,
            title_idfs: idfs(Field::Title)?,
            average: totals.average(Field::Text),
            title_average: totals.average(Field::Title),
            budget,
        })
    }

    /// How many articles have a part, where it is one word. For explanations;
    /// phrases are not counted.
    pub(crate) fn articles(&self, part: usize) -> Option<u64> {
        match self.plan.parts.parts[part].pattern {
            Pattern::Leaf { leaf, .. } => Some(self.plan.terms[leaf].articles),
            _ => None,
        }
    }

    /// What each part weighs in a run of text. The idf, as often as the part
    /// was typed.
    pub(crate) fn passage_weights(&self) -> Vec<f32> {
        let pairs = self.idfs.iter().zip(&self.plan.factors);
        pairs.map(|(idf, factor)| idf * factor).collect()
    }

    /// Scores the articles at `addresses`, in order of their address.
    pub(crate) fn score(&self, addresses: &[Address]) -> Result<Vec<ArticleScore>> {
        let mut sorted = addresses.to_vec();
        sorted.sort_unstable();
        let passage_weights = self.passage_weights();
        let mut scores = Vec::with_capacity(sorted.len());
        let spender = self.budget.spender();
        self.candidates.visit(&sorted, &mut |address, seen| {
            scores.push(self.of_article(address, seen, &passage_weights, &spender));
            Ok(spender.spend(0)?)
        })?;
        Ok(scores)
    }

    /// What a part adds that stands so often in a text, and in a title, of such
    /// shares of the average length; and what it adds to the score by which the
    /// first articles are found.
    ///
    /// factor · idf · f (k1 + 1) / (f + k1 (1 - b + b · share)), once for the
    /// text and once for the title, each with its own idf, count and share; the
    /// title's is multiplied by its weight.
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn part_score(
        &self,
        number: usize,
        (frequency, share): (usize, f32),
        (in_title, title_share): (usize, f32),
    ) -> (PartScore, f32) {
        let factor = self.plan.factors[number];
        let weigh = |bm25: Bm25, count: usize, idf: f32, share: f32| match count {
            0 => 0.0,
            count => factor * idf * bm25.saturated(count as f32, share),
        };
        let text = |bm25| weigh(bm25, frequency, self.idfs[number], share);
        let title = |bm25| weigh(bm25, in_title, self.title_idfs[number], title_share);
        // What is asked of the title alone has its whole BM25.
        let (text_weight, title_weight) = match self.plan.parts.parts[number].scope {
            Scope::Anywhere => (1.0, self.weights.title),
            Scope::Body => (1.0, 0.0),
            Scope::Title => (0.0, 1.0),
        };
        let own = self.weights.bm25();
        let score = PartScore {
            part: number,
            frequency,
            text: text_weight * text(own),
            in_title,
            title: title_weight * title(own),
        };
        // What the engine found it by, with the engine's constants.
        let first = if text_weight > 0.0 {
            text(bm25::ENGINE)
        } else {
            title(bm25::ENGINE)
        };
        (score, first)
    }
}

/// What it costs to score a part of an article. In units of the budget.
const PART: u64 = 50;

impl Scoring<'_> {
    /// What one article is worth. A part that it cannot have keeps its place
    /// with zeros, so that parts stay in the order of the query.
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn of_article(
        &self,
        address: Address,
        seen: &Seen<'_>,
        passage_weights: &[f32],
        spender: &Spender,
    ) -> ArticleScore {
        let of_plan = &self.plan.parts.parts;
        let share = seen.length as f32 / self.average;
        let title_share = seen.title_length as f32 / self.title_average;
        // What comes of a search that is stopped is not shown.
        let _ = spender.spend_on(of_plan.len(), PART);
        let mut places: Vec<MatchPlace> = Vec::new();
        let mut parts = Vec::with_capacity(of_plan.len());
        let mut first = 0.0;
        for (number, part) in of_plan.iter().enumerate() {
            if !seen.may_have[number] {
                parts.push(PartScore {
                    part: number,
                    ..PartScore::default()
                });
                continue;
            }
            let is_title = part.scope == Scope::Title;
            let (mut in_text, mut in_title) = (
                stands(part, seen.text, spender),
                stands(part, seen.title, spender).len(),
            );
            // The engine found it by its form; where it stands is not known.
            let is_unresolved = |leaf: &usize| ResolvedTerm::is_unresolved(&self.plan.terms[*leaf]);
            let at_least = usize::from(part.pattern.leaves().iter().any(is_unresolved));
            let mut frequency = in_text.len();
            // What must stand in the title has no places in the text.
            if is_title {
                in_text.clear();
                in_title = in_title.max(at_least);
            } else {
                frequency = frequency.max(at_least);
            }
            places.extend(in_text.into_iter().map(|(first, last)| MatchPlace {
                part: number,
                first,
                last,
            }));
            let (score, by_text) =
                self.part_score(number, (frequency, share), (in_title, title_share));
            first += by_text;
            parts.push(score);
        }
        places.sort_unstable_by_key(|place| (place.first, place.last, place.part));
        ArticleScore {
            address,
            forms: self.forms_at(seen, &parts),
            parts,
            closeness: self.weights.closeness
                * best_closeness(&places, passage_weights, self.weights.run),
            length: seen.length,
            first,
            is_partial: false,
        }
    }

    /// The typed forms that the article has, boilerplate not counted.
    fn forms_at(&self, seen: &Seen<'_>, parts: &[PartScore]) -> Vec<(usize, f32)> {
        let typed = self.plan.forms.iter().zip(&self.form_values);
        let typed = typed.zip(seen.has_form).enumerate();
        typed
            .filter(|(_, ((typed, _), is_there))| **is_there && parts[typed.part].frequency > 0)
            .map(|(number, ((_, value), _))| (number, *value))
            .collect()
    }
}

/// The first and last positions of a part. Sentences are not known here:
/// everything counts as one.
fn stands(
    part: &crate::matching::TermClause,
    leaves: &[Vec<u32>],
    spender: &Spender,
) -> Vec<(u32, u32)> {
    let places = WordPositions {
        leaves,
        in_one_sentence: &|_, _| true,
        spender,
    };
    let found = runs(&part.pattern, &places).into_iter();
    found.map(|run| (run.first, run.last)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::ReadArticle;
    use crate::engine::{ArticleTraits, Completeness, Counts, First, Firsts, Order, Wanted};
    use crate::failure::Failure;
    use crate::plan::{PartialMatches, Totals, Vocabulary};
    use crate::query::parse;
    use crate::text::analyze::Analyzer;

    /// An engine of one article, whose words stand where a test says: nothing
    /// but the trait is needed to make a score.
    struct One {
        text: Vec<Vec<u32>>,
        title: Vec<Vec<u32>>,
        has_form: Vec<bool>,
    }

    const ADDRESS: Address = Address {
        segment: 0,
        document: 0,
    };

    impl Vocabulary for One {
        fn totals(&self) -> Totals {
            Totals {
                articles: 9,
                words: 900,
                title_words: 90,
            }
        }

        fn articles(&self, _: Field, _: &str) -> Result<u64> {
            Ok(1)
        }

        fn starting_with(&self, _: Field, _: &str, _: usize) -> Result<Option<Vec<(String, u64)>>> {
            Ok(None)
        }

        fn like(&self, _: Field, _: &str, _: usize) -> Result<Option<Vec<(String, u64)>>> {
            Ok(None)
        }

        fn near(&self, _: Field, _: &str, _: u8) -> Result<Vec<(String, u64)>> {
            Ok(Vec::new())
        }
    }

    impl Candidates for One {
        fn count(&self) -> Result<(usize, usize)> {
            Ok((1, 0))
        }

        fn first(&self, _: Order, _: usize) -> Result<Firsts> {
            Ok(Firsts {
                complete: First {
                    total: 1,
                    found: vec![(ADDRESS, 0.0)],
                    is_final: false,
                },
                ..Firsts::default()
            })
        }

        fn all(&self, _: Completeness) -> Result<Vec<Address>> {
            Ok(vec![ADDRESS])
        }

        fn lacks(&self, articles: &[Address]) -> Result<Vec<Vec<usize>>> {
            Ok(vec![Vec::new(); articles.len()])
        }

        fn visit(
            &self,
            articles: &[Address],
            see: &mut dyn FnMut(Address, &Seen<'_>) -> Result<()>,
        ) -> Result<()> {
            let seen = Seen {
                text: &self.text,
                title: &self.title,
                length: 100,
                title_length: 10,
                has_form: &self.has_form,
                may_have: &vec![true; self.text.len()],
            };
            articles.iter().try_for_each(|article| see(*article, &seen))
        }

        fn counts(&self, wanted: &Wanted) -> Result<Counts> {
            Ok(Counts::none(wanted))
        }
    }

    impl Engine for One {
        fn prepare(&self, _: &Arc<Plan>) -> Result<Box<dyn Candidates + '_>> {
            Err(Failure::new("a test asks for candidates itself"))
        }

        fn traits(&self, _: &[Address]) -> Result<Vec<ArticleTraits>> {
            Ok(Vec::new())
        }

        fn key_order(&self, _: &[Address]) -> Result<Vec<u64>> {
            Ok(Vec::new())
        }

        fn keys(&self, _: &[Address]) -> Result<Vec<String>> {
            Ok(Vec::new())
        }

        fn read(&self, _: Address) -> Result<ReadArticle> {
            Err(Failure::new("no score reads a text"))
        }

        fn blame(&self, _: Option<&str>) -> Failure {
            Failure::new("nothing panics here")
        }
    }

    fn score(query: &str, one: &One, weights: Weights) -> ArticleScore {
        let mut analyzer = Analyzer::default();
        let factor = |count, is_bonus| weights.factor(count, is_bonus);
        let query = parse(query).query;
        let partial = PartialMatches::default();
        let plan = Plan::of(&query, one, &mut analyzer, factor, partial).unwrap();
        let budget = Budget::unlimited();
        let scoring = Scoring::new(one, &plan, one, weights, &budget).unwrap();
        scoring.score(&[ADDRESS]).unwrap().remove(0)
    }

    #[test]
    fn a_score_is_bm25_and_a_share_of_the_titles() {
        let one = One {
            text: vec![vec![3, 9]],
            title: vec![vec![0]],
            has_form: vec![false],
        };
        let weights = Weights {
            closeness: 0.0,
            ..Weights::default()
        };
        let score = score("hotline", &one, weights);
        let idf = bm25::idf(9, 1);
        // Of average length, so that only the counts matter.
        let expected = idf * weights.bm25().saturated(2.0, 1.0);
        assert!((score.parts[0].text - expected).abs() < 1e-5, "{score:?}");
        assert!((score.first - expected).abs() < 1e-5, "{score:?}");
        let title = weights.title * idf * weights.bm25().saturated(1.0, 1.0);
        assert!((score.total() - expected - title).abs() < 1e-5, "{score:?}");
    }

    #[test]
    fn a_typed_form_and_words_that_stand_together_add_to_it() {
        let near = |distance: u32| One {
            text: vec![vec![3], vec![3 + distance]],
            title: vec![Vec::new(), Vec::new()],
            has_form: vec![true, false],
        };
        let weights = Weights::default();
        let (close, far) = (
            score("hotline Moscow", &near(1), weights),
            score("hotline Moscow", &near(90), weights),
        );
        assert_eq!(close.forms.len(), 1);
        assert!(close.closeness > far.closeness, "{close:?} {far:?}");
        assert!((close.first - far.first).abs() < 1e-6);
    }
}
