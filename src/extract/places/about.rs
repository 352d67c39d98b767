//! Which countries an article is mainly about.
//!
//! A rule over where and how often a country is named, chosen on the odd ids
//! of Reuters-21578 against the places its editors noted, `usa` left out (P and
//! R in percent): dateline or title 93.3/81.0; those, twice with the first in
//! the lead, or three times 87.4/88.5; four times instead 90.1/86.9; with
//! weights by kind 91.0/87.0; with openings that list countries 90.7/88.0.

use std::collections::HashMap;

use super::{CountryKind, WeighedMention};
use crate::extract::MentionSource;

/// Where the lead ends, in bytes of the body.
const LEAD_BYTES: usize = 150;

/// A beginning that names so many countries is about each of them.
pub(super) struct ListedCountries {
    /// Where it ends, in bytes of the body.
    pub(super) bytes: usize,
    pub(super) countries: usize,
}

/// The lead and the sentence that says who took part; the paragraph after it.
pub(super) const LISTS: [ListedCountries; 2] = [
    ListedCountries {
        bytes: 300,
        countries: 5,
    },
    ListedCountries {
        bytes: 700,
        countries: 8,
    },
];

/// An article that names more countries than this is one of many, and about
/// those that it names twice.
const MANY: usize = 6;

/// One mention by name; see [`weight`].
const ONCE: usize = 4;

/// What is known of an article before a country of it is judged.
pub(super) struct CountryEvidence {
    /// By index of the table, what the title's mentions weigh.
    pub(super) in_title: HashMap<usize, usize>,
    /// Where the body starts.
    pub(super) body: usize,
    /// Whether it opens with a dateline that names a country.
    pub(super) has_dateline: bool,
    /// How many countries it names.
    pub(super) named: usize,
    /// Which of [`LISTS`] it begins with.
    pub(super) is_list: [bool; LISTS.len()],
}

impl CountryEvidence {
    /// Whether the body names a country within `bytes` of its start, or the
    /// headline before it does.
    pub(super) fn opens_with(&self, mentions: &[WeighedMention], bytes: usize) -> bool {
        mentions
            .iter()
            .filter(|found| !found.is_passing)
            .map(|found| &found.named.mention)
            .find(|mention| mention.source == MentionSource::Text && mention.start >= self.body)
            .is_some_and(|mention| mention.start < self.body + bytes)
    }

    /// Whether the article is mainly about the country at `index` of the table,
    /// which `mentions` name.
    pub(super) fn is_about(&self, index: usize, mentions: &[WeighedMention]) -> bool {
        let in_title = self.in_title.get(&index).copied();
        let weight: usize = mentions.iter().map(WeighedMention::weight).sum();
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
            || weight >= 2 * ONCE && self.named > MANY
            || self.is_listed(mentions)
    }

    /// Whether it begins with a list of countries, and `mentions` are of one of
    /// them.
    fn is_listed(&self, mentions: &[WeighedMention]) -> bool {
        let mut lists = LISTS.iter().zip(self.is_list);
        lists.any(|(list, is_list)| is_list && self.opens_with(mentions, list.bytes))
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
