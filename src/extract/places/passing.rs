//! Mentions that name a country in passing: its currency, a firm named after
//! it. They are mentions, and say nothing of what an article is about.
//!
//! | text | in passing |
//! |---|---|
//! | a 75 mln Canadian dlr bond, 20 Swiss francs | the currency |
//! | Swiss Bank Corp, British Airways, Bank of Montreal | the firm |
//! | Swiss National Bank, the Bank of Japan | no: they act for the country |
//! | Kuwaiti Oil Minister | no |
//!
//! On Reuters-21578, odd ids, 9 % of the countries that an article names by a
//! currency alone are among those that its editors noted, and 14 % of those
//! that it names by a firm alone; of all others that an article names once,
//! without title and dateline, 22 %. Headlines are left out for firms: in
//! capitals nothing tells where a name ends, and 56 % of theirs were noted.

use super::CountryKind;
use super::surroundings::{FormPlace, is_one_of};

/// What a currency is called after its country: the Australian dollar.
const CURRENCIES: [&str; 53] = [
    "dollar",
    "dollars",
    "dlr",
    "dlrs",
    "franc",
    "francs",
    "yen",
    "mark",
    "marks",
    "crown",
    "crowns",
    "krone",
    "kroner",
    "krona",
    "kronor",
    "pound",
    "pounds",
    "sterling",
    "stg",
    "peso",
    "pesos",
    "peseta",
    "pesetas",
    "lira",
    "lire",
    "rand",
    "rupee",
    "rupees",
    "rupiah",
    "guilder",
    "guilders",
    "schilling",
    "schillings",
    "shilling",
    "shillings",
    "yuan",
    "renminbi",
    "rial",
    "rials",
    "riyal",
    "riyals",
    "dinar",
    "dinars",
    "drachma",
    "drachmas",
    "markka",
    "ringgit",
    "baht",
    "rouble",
    "roubles",
    "ruble",
    "rubles",
    "zloty",
];

/// What belongs to a crown that is no coin.
const ROYAL: [&str; 6] = [
    "prince", "princess", "jewels", "court", "colony", "property",
];

/// What the name of a firm ends with.
const FIRMS: [&str; 32] = [
    "Inc",
    "Corp",
    "Corporation",
    "Co",
    "Company",
    "Ltd",
    "Limited",
    "Plc",
    "LLC",
    "SA",
    "AG",
    "NV",
    "AB",
    "ASA",
    "SpA",
    "GmbH",
    "Bhd",
    "Pty",
    "Pte",
    "Bank",
    "Bancorp",
    "Banking",
    "Airways",
    "Airlines",
    "Aerospace",
    "Telecom",
    "Petroleum",
    "Insurance",
    "Industries",
    "Motors",
    "Holdings",
    "Reinsurance",
];

/// Words in the name of what acts for a country.
const PUBLIC: [&str; 14] = [
    "Central",
    "National",
    "State",
    "Reserve",
    "Government",
    "Minister",
    "Ministry",
    "President",
    "Parliament",
    "Embassy",
    "Army",
    "Development",
    "Exim",
    "Federal",
];

/// The most words of a firm's name after its country.
const MOST_WORDS: usize = 5;

/// Whether a form at `place` names its country in passing.
pub(super) fn is_passing(kind: CountryKind, place: &FormPlace<'_>) -> bool {
    if place.is_in_dateline() || kind == CountryKind::Institution {
        return false;
    }
    names_a_currency(place) || names_a_firm(kind, place)
}

fn names_a_currency(place: &FormPlace<'_>) -> bool {
    let Some(right) = place.right().strip_prefix([' ', '-']) else {
        return false;
    };
    let mut words = right.split(|c: char| !c.is_alphanumeric());
    let is_currency = words
        .next()
        .is_some_and(|word| is_one_of(word, &CURRENCIES));
    let mut is_royal = || words.next().is_some_and(|word| is_one_of(word, &ROYAL));
    is_currency && !is_royal()
}

/// "Swiss Bank Corp": capitalised words follow, and one of them says that it is
/// a firm; or a bank is called after a town.
fn names_a_firm(kind: CountryKind, place: &FormPlace<'_>) -> bool {
    if place.paragraph.is_in_capitals() {
        return false;
    }
    let is_town = matches!(kind, CountryKind::City | CountryKind::Capital);
    if is_town && place.left().ends_with("Bank of ") {
        return true;
    }
    let mut is_firm = false;
    let Some(rest) = place.right().strip_prefix(' ') else {
        return false;
    };
    for word in rest.split(' ').take(MOST_WORDS) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !bare.starts_with(char::is_uppercase) && bare != "and" && !word.starts_with('&') {
            break;
        }
        if is_one_of(bare, &PUBLIC) {
            return false;
        }
        is_firm |= is_one_of(bare, &FIRMS);
        if bare.len() < word.len() && !word.ends_with('.') {
            break;
        }
    }
    is_firm
}

#[cfg(test)]
mod tests {
    use crate::extract::places::scan;

    /// The forms of a text that name their country in passing.
    fn check(text: &str, expected: &[&str]) {
        let hits = scan::of_text(text).into_iter().filter(|hit| hit.is_passing);
        let found: Vec<&str> = hits.map(|hit| &text[hit.span]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn currencies_are_named_in_passing() {
        check(
            "A 75 mln Canadian dlr bond and ten Swiss francs were sold in Japan.",
            &["Canadian", "Swiss"],
        );
        check("HERTZ ISSUES AUSTRALIAN DOLLAR BOND", &["AUSTRALIAN"]);
        check("A New Zealand dollar-based fund.", &["New Zealand"]);
        check("The Australian marked it, and Swiss farmers.", &[]);
        check("The Danish crown prince; a Danish crown bond.", &["Danish"]);
    }

    #[test]
    fn firms_are_named_in_passing() {
        check(
            "Swiss Bank Corp, British Airways and the Bank of Montreal met.",
            &["Swiss", "British", "Montreal"],
        );
        check("Korea Exchange Bank lent it.", &["Korea"]);
        check(
            "The Swiss National Bank, the Bank of Japan, a Kuwaiti Oil Minister and Iranian \
             Petroleum Minister Doe met.",
            &[],
        );
        check("A Swiss bank said. The Bank of Japan did.", &[]);
    }
}
