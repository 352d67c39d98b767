//! Towns that are named with their state: Moscow, Idaho; Athens, Georgia.
//!
//! What stands after a comma may also be the next place of a list. A short form
//! (*Pa.*) never is, and the name of a region hardly ever is after a town; after
//! a country it may be ("Mexico, Texas and California"), and *New York* and
//! *Georgia* may be after both. So a town counts unless the list goes on. Of a
//! country's name, and before a region that is also a city or a country, what
//! stands before must say that it is one place, and what follows that no list
//! goes on.
//!
//! | text | meant |
//! |---|---|
//! | in Moscow, Idaho, it snows | one town |
//! | the mayor of Mexico, Missouri, resigned | one town |
//! | from Mexico, Texas and California | three places |
//! | Police in Rome, New York, said | one town |
//! | in London, New York and Tokyo | three places |
//! | in Tbilisi, Georgia | the republic's capital |

use super::regions;
use super::surroundings::{DocumentContext, FormPlace, is_one_of};
use super::words;
use crate::gazetteer::countries::{self, CountryForm, CountryKind};
use crate::gazetteer::keys::key;
use crate::gazetteer::names::{self, WordClass};
use crate::text::analyze::fold;

/// The country whose region stands after `form`, if it makes a town of it.
pub(super) fn country(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> Option<usize> {
    let right = place.right();
    let (rest, is_in_brackets) = match right.strip_prefix(", ") {
        Some(rest) => (rest, false),
        None => (right.strip_prefix(" (")?, true),
    };
    if !is_in_brackets && let Some(country) = homonym(form, rest) {
        return Some(country);
    }
    let region = regions::at_start(rest)?;
    let country = countries::index_of(region.code).filter(|country| *country != form.country)?;
    let tail = &rest[region.length..];
    let is_country = form.kind == CountryKind::Name;
    let opens = place.before().is_empty() && !place.left().ends_with(", ");
    let is_one = is_one_place(place.left()) || ends_with_a_pair(place.left());
    let is_meant = if is_in_brackets {
        tail.starts_with(')')
    } else if region.is_postal() {
        let has_small_letters =
            place.paragraph.text[place.span.clone()].contains(char::is_lowercase);
        has_small_letters && !goes_on(tail)
    } else if region.is_ambiguous() {
        let may_be_republic = rest.starts_with(['G', 'g'])
            && (is_georgian(form) || is_country && tells_of_the_republic(company));
        // "Delhi, New York, was hit"; but "Moscow, Washington agree".
        let is_one = is_one || opens && tail.starts_with(',');
        !may_be_republic && (place.is_in_dateline() || is_one && ends_list(tail))
    } else if is_country && !region.is_short() {
        place.is_in_dateline() || (opens || is_one) && ends_list(tail)
    } else {
        !goes_on(tail)
    };
    is_meant.then_some(country)
}

/// Towns that are known for another country, with the country that has a town of
/// this name too, as a comma joins them. Written by hand for this project.
const HOMONYMS: [(&str, &str, &str); 33] = [
    ("guadalajara", "Spain", "ES"),
    ("santiago", "Spain", "ES"),
    ("santiago", "Cuba", "CU"),
    ("cordoba", "Argentina", "AR"),
    ("cordoba", "Spain", "ES"),
    ("cordoba", "Mexico", "MX"),
    ("valencia", "Venezuela", "VE"),
    ("valencia", "Spain", "ES"),
    ("barcelona", "Venezuela", "VE"),
    ("merida", "Venezuela", "VE"),
    ("merida", "Spain", "ES"),
    ("merida", "Mexico", "MX"),
    ("leon", "Nicaragua", "NI"),
    ("leon", "Spain", "ES"),
    ("leon", "Mexico", "MX"),
    ("cartagena", "Spain", "ES"),
    ("cartagena", "Colombia", "CO"),
    ("granada", "Nicaragua", "NI"),
    ("granada", "Spain", "ES"),
    ("cuenca", "Ecuador", "EC"),
    ("cuenca", "Spain", "ES"),
    ("trujillo", "Peru", "PE"),
    ("trujillo", "Venezuela", "VE"),
    ("trujillo", "Spain", "ES"),
    ("toledo", "Spain", "ES"),
    ("hyderabad", "Pakistan", "PK"),
    ("hyderabad", "India", "IN"),
    ("tripoli", "Lebanon", "LB"),
    ("la paz", "Mexico", "MX"),
    ("san jose", "Costa Rica", "CR"),
    ("georgetown", "Malaysia", "MY"),
    ("georgetown", "Guyana", "GY"),
    ("kingston", "Canada", "CA"),
];

/// The other country of a town's name, if it follows and no list goes on.
fn homonym(form: &CountryForm, rest: &str) -> Option<usize> {
    if form.kind == CountryKind::Name || form.kind == CountryKind::Demonym {
        return None;
    }
    let town = fold(form.text);
    let mut known = HOMONYMS.iter().filter(|(name, ..)| *name == town);
    let (_, _, code) = known.find(|(_, country, _)| {
        let tail = rest.strip_prefix(country);
        tail.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric) && !goes_on(tail))
    })?;
    countries::index_of(code).filter(|country| *country != form.country)
}

/// Whether "Georgia" at `place` is the American state because a town stands
/// before it: "police in Valdosta, Georgia, said".
pub(super) fn is_state_of_a_town(place: &FormPlace<'_>) -> bool {
    place
        .left()
        .strip_suffix(", ")
        .is_some_and(|left| ends_with_a_town(left) && ends_list(place.right()))
}

/// How many towns of the American state `text` names with it; so many are
/// looked at that a text of nothing else costs no more than its length.
pub(super) fn towns_in_georgia(text: &str) -> usize {
    const MOST: usize = 16;
    let pairs = text.match_indices(", Georgia").take(MOST);
    pairs
        .filter(|(at, pair)| ends_with_a_town(&text[..*at]) && ends_list(&text[at + pair.len()..]))
        .count()
}

/// Whether `left` ends with one place that is no country, and that is no town
/// of the republic of Georgia.
fn ends_with_a_town(left: &str) -> bool {
    let from = left.floor_char_boundary(left.len().saturating_sub(48));
    let near = &left[from..];
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    let name: Vec<&str> = near.split(' ').rev().take_while(is_name).collect();
    let Some(last) = name.first() else {
        return false;
    };
    let length: usize = name.iter().map(|word| word.len() + 1).sum();
    let before = near
        .get(..near.len().saturating_sub(length - 1))
        .unwrap_or("");
    is_one_place(before)
        && !countries::is_country_name(last)
        && !is_one_of(last, &words::TOWNS_OF_THE_REPUBLIC)
}

fn is_georgian(form: &CountryForm) -> bool {
    countries::TABLE[form.country].code == "GE"
}

/// Whether the article has anything of the republic of Georgia, or of what lies
/// around it.
fn tells_of_the_republic(company: &DocumentContext<'_>) -> bool {
    company.has("georgia's republic", &words::REPUBLIC_OF_GEORGIA)
        || company.has("georgia's neighbours", &words::NEAR_THE_REPUBLIC)
}

/// Whether the words before a place say that it is one place: "in", "the mayor
/// of", "a".
fn is_one_place(left: &str) -> bool {
    let Some(left) = left.strip_suffix(' ') else {
        return false;
    };
    let before = left.rsplit(|c: char| !c.is_alphanumeric()).next();
    before.is_some_and(|before| is_one_of(before, &words::BEFORE_ONE_PLACE))
}

/// Whether the words before a place end with a town, its state and "and".
fn ends_with_a_pair(left: &str) -> bool {
    let Some(left) = left.strip_suffix(" and ") else {
        return false;
    };
    let left = left.strip_suffix(',').unwrap_or(left);
    left.rsplit_once(", ").is_some_and(|(_, state)| {
        regions::at_start(state).is_some_and(|region| region.length == state.len())
    })
}

/// Whether a list goes on after a region: "Texas and California". Two towns
/// that are named with their state are none: "Moscow, Idaho and Troy, Ohio".
fn goes_on(tail: &str) -> bool {
    let joined = [" and ", " or ", " & "];
    let next = joined.iter().find_map(|word| tail.strip_prefix(word));
    next.is_some_and(|next| !starts_with_a_pair(next))
}

/// Whether `text` starts with a town and its state.
fn starts_with_a_pair(text: &str) -> bool {
    let near = &text[..text.floor_char_boundary(48)];
    near.split_once(", ").is_some_and(|(town, state)| {
        town.split(' ')
            .all(|word| word.starts_with(char::is_uppercase))
            && regions::at_start(state).is_some()
    })
}

/// Whether no list goes on after a region: a mark closes it, or the sentence
/// goes on with anything but a place.
fn ends_list(tail: &str) -> bool {
    if goes_on(tail) {
        return false;
    }
    let is_after_comma = tail.starts_with(',');
    let Some(rest) = tail.strip_prefix(", ").or(tail.strip_prefix(' ')) else {
        return true;
    };
    let word = rest.split(|c: char| !c.is_alphanumeric()).next();
    let next = word.unwrap_or("");
    if next.starts_with(char::is_uppercase) {
        return is_after_comma && !may_be_a_place(next);
    }
    let goes_on = |word: &str| {
        let rest = rest.strip_prefix(word);
        rest.is_some_and(|rest| !starts_with_a_pair(rest))
    };
    !(is_after_comma && ["and ", "or "].iter().any(|word| goes_on(word)))
}

/// Whether a capitalised word is a place, or begins the name of many.
fn may_be_a_place(word: &str) -> bool {
    let is_known = names::class_of(key(&fold(word))).is(WordClass::PLACE);
    is_known || is_one_of(word, &words::BEFORE_PLACE_NAMES)
}

#[cfg(test)]
mod tests {
    use crate::extract::places::scan;

    /// What is found in a text: "code form", in order.
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(scan::codes_and_forms(text), expected, "{text}");
    }

    #[test]
    fn a_town_belongs_to_its_state() {
        check("In Moscow, Idaho, it snows.", &["US Moscow", "US Idaho"]);
        check("She left Paris, Texas.", &["US Paris", "US Texas"]);
        check(
            "In Lebanon, Pa., and Athens, Ga., he ran.",
            &["US Lebanon", "US Athens"],
        );
        check(
            "A mill in Lebanon, Pennsylvania.",
            &["US Lebanon", "US Pennsylvania"],
        );
        check("VIENNA, VA., June 29 - A bank filed.", &["US VIENNA"]);
        check("VIENNA, Va, June 29 - A bank filed.", &["US VIENNA"]);
        check(
            "CAMBRIDGE, Mass, June 29 - A bank filed.",
            &["US CAMBRIDGE"],
        );
        check("A school in Paris, Ont., closed.", &["CA Paris"]);
        check("A school in Rome (N.Y.) closed.", &["US Rome"]);
        check(
            "A fire in Perth (Ontario) is out.",
            &["CA Perth", "CA Ontario"],
        );
        check(
            "They ran in Moscow, Idaho and Troy, Ohio.",
            &["US Moscow", "US Idaho", "US Ohio"],
        );
    }

    #[test]
    fn a_town_named_as_a_country_belongs_to_its_state() {
        check(
            "The mayor of Mexico, Missouri, resigned.",
            &["US Mexico", "US Missouri"],
        );
        check(
            "The mayor of Norway, Maine, resigned.",
            &["US Norway", "US Maine"],
        );
        check("Peru, Indiana, has a circus.", &["US Peru", "US Indiana"]);
        check("A Cuba, Mo., man won.", &["US Cuba"]);
        check(
            "PERU, Ind., May 3 (Reuters) - A mill was sold.",
            &["US PERU"],
        );
        check(
            "From Mexico, Texas and California.",
            &["MX Mexico", "US Texas", "US California"],
        );
        check(
            "From Mexico, Texas, and California.",
            &["MX Mexico", "US Texas", "US California"],
        );
        check(
            "In Mexico, California, Ohio and Peru.",
            &["MX Mexico", "US California", "US Ohio", "PE Peru"],
        );
    }

    #[test]
    fn new_york_and_georgia_may_be_the_next_of_a_list() {
        check(
            "Police in Athens, Georgia, made an arrest.",
            &["US Athens", "US Georgia"],
        );
        check(
            "Police in Rome, New York, made an arrest.",
            &["US Rome", "US New York"],
        );
        check(
            "Shops in London, New York and Tokyo.",
            &["GB London", "US New York", "JP Tokyo"],
        );
        check(
            "Shops in London, New York, Tokyo and Rome.",
            &["GB London", "US New York", "JP Tokyo", "IT Rome"],
        );
        check(
            "Moscow, Washington agree on arms.",
            &["RU Moscow", "US Washington"],
        );
        check(
            "In Armenia, Georgia and Turkey.",
            &["AM Armenia", "GE Georgia", "TR Turkey"],
        );
        check(
            "In Tbilisi, Georgia, and in Poti, Georgia, it rained.",
            &["GE Tbilisi", "GE Georgia", "GE Georgia"],
        );
        check(
            "Police in Valdosta, Georgia, said Georgia had no such law.",
            &["US Georgia", "US Georgia"],
        );
        check("He left Turkey, Georgia.", &["TR Turkey", "GE Georgia"]);
    }
}
