//! Which countries an article is mainly about.
//!
//! A rule over where and how often a country is named, chosen on the odd ids
//! of Reuters-21578 against the places its editors noted, `usa` left out (P and
//! R in percent): dateline or title 93.3/81.0; those, twice with the first in
//! the lead, or three times 87.4/88.5; four times instead 90.1/86.9; with
//! weights by kind 91.0/87.0; with openings that list countries 90.7/88.0.

use std::collections::HashMap;

use super::{CountryKind, WeighedMention};

/// Where the lead ends, in bytes of the body.
const LEAD_BYTES: usize = 150;

/// Where the opening ends, in bytes of the body: the lead, and the sentence
/// that says who took part.
const OPENING_BYTES: usize = 300;

/// An opening that names so many countries is about each of them.
const LISTED: usize = 5;

/// One mention by name; see [`weight`].
const ONCE: usize = 4;

/// What is known of an article before a country of it is judged.
pub(super) struct CountryEvidence {
    /// By index of the table, what the title's mentions weigh.
    pub(super) in_title: HashMap<usize, usize>,
    /// The title is no part of the text, so that its mentions are not among
    /// the text's.
    pub(super) has_title_apart: bool,
    /// Where the body starts.
    pub(super) body: usize,
    /// Whether it opens with a dateline that names a country.
    pub(super) has_dateline: bool,
    /// How many countries its opening names.
    pub(super) listed: usize,
}

impl CountryEvidence {
    /// Whether the body names a country within `bytes` of its start, or the
    /// headline before it does.
    pub(super) fn opens_with(&self, mentions: &[WeighedMention], bytes: usize) -> bool {
        mentions
            .iter()
            .filter(|found| !found.is_passing)
            .map(|found| found.named.mention.start)
            .find(|start| *start >= self.body)
            .is_some_and(|start| start < self.body + bytes)
    }

    /// Whether `mentions` are of a country that the opening names.
    pub(super) fn is_in_opening(&self, mentions: &[WeighedMention]) -> bool {
        self.opens_with(mentions, OPENING_BYTES)
    }

    /// Whether the article is mainly about the country at `index` of the table,
    /// which `mentions` name.
    pub(super) fn is_about(&self, index: usize, mentions: &[WeighedMention]) -> bool {
        let in_title = self.in_title.get(&index).copied();
        let apart = in_title.filter(|_| self.has_title_apart).unwrap_or(0);
        let weight: usize = apart
            + mentions.iter().map(WeighedMention::weight).sum::<usize>();
        let is_origin = mentions
            .iter()
            .any(|found| found.named.kind == CountryKind::Dateline);
        // A title alone may name the home of a company; the dateline tells
        // where the story is from.
        let is_titled = in_title.is_some() && (!self.has_dateline || weight > ONCE);
        is_origin
            || is_titled
            || 2 * weight >= 3 * ONCE && self.opens_with(mentions, LEAD_BYTES)
            || weight >= 3 * ONCE
            || self.listed >= LISTED && self.is_in_opening(mentions)
    }
}

/// What a mention weighs, in quarters of a name: "a Swiss bank" and "a Zurich
/// bank" speak less of Switzerland than its name does.
pub(super) fn weight(kind: CountryKind) -> usize {
    match kind {
        CountryKind::City | CountryKind::Institution => 2,
        CountryKind::Demonym => 3,
        _ => ONCE,
    }
}
