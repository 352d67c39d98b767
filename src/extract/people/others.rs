//! What bears a person's name and is none: firms, awards, works, ships, saints'
//! places, towns in datelines.
//!
//! What stands beside a name decides: a firm's suffix or ticker behind it
//! (*Harris Upham and Co*, `Smith Barney <SB>`), another word of an institution
//! (*Ana Roe Scholarship*), a ship's prefix or a saint's before it. A firm of one
//! place is a firm in the whole article, unless an honorific says elsewhere that
//! it is somebody. What texts name without any such word is listed
//! (`gazetteer/names/not-people.txt`); a single word of that list still counts
//! as the family name of a person whom the article names in full.
//!
//! Example: "Smith Barney, Harris Upham and Co cut its estimate. Harris Upham
//! said …" names nobody. "Moody's" is a firm, "Helen Moody" and then "Moody" are
//! a person.
//!
//! Cost: O(1) a name, with two tokens of look-ahead.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::names::name_key;
use super::titled;
use crate::gazetteer::keys::key;
use crate::gazetteer::names::{WordClass, is_listed_as_other, phrase_key};
use crate::gazetteer::token::{Token, TokenShape};

/// What ends the name of a firm.
const SUFFIXES: [u64; 32] = [
    key("inc"),
    key("corp"),
    key("co"),
    key("ltd"),
    key("plc"),
    key("llc"),
    key("llp"),
    key("lp"),
    key("sa"),
    key("ag"),
    key("nv"),
    key("bv"),
    key("gmbh"),
    key("spa"),
    key("ab"),
    key("kk"),
    key("pty"),
    key("bhd"),
    key("bros"),
    key("incorporated"),
    key("corporation"),
    key("company"),
    key("limited"),
    key("holdings"),
    key("group"),
    key("securities"),
    key("industries"),
    key("bancorp"),
    key("savings"),
    key("stores"),
    key("departments"),
    key("ministries"),
];

/// What follows *and* or *&* in the name of a firm.
const PARTNERS: [u64; 9] = [
    key("co"),
    key("company"),
    key("sons"),
    key("son"),
    key("bros"),
    key("brothers"),
    key("partners"),
    key("associates"),
    key("daughters"),
];

/// What a person leads and may give the name to, so that the name before it is
/// the person's: *the Obama Administration*.
const LED: [u64; 9] = [
    key("administration"),
    key("government"),
    key("cabinet"),
    key("campaign"),
    key("coalition"),
    key("family"),
    key("plan"),
    key("team"),
    key("statement"),
];

/// Before the name of a ship.
const SHIPS: [u64; 6] = [
    key("hms"),
    key("uss"),
    key("mv"),
    key("ss"),
    key("rms"),
    key("hmas"),
];

/// Between such a prefix and the name.
const ROYAL: [u64; 5] = [
    key("queen"),
    key("king"),
    key("prince"),
    key("princess"),
    key("duke"),
];

/// Before the name of a saint, or a place named after one.
const SAINTS: [u64; 9] = [
    key("saint"),
    key("st"),
    key("san"),
    key("santa"),
    key("sao"),
    key("ste"),
    key("sainte"),
    key("sankt"),
    key("santo"),
];

/// Behind the full name of a person after whom a building or a road is named.
const SITES: [u64; 13] = [
    key("park"),
    key("building"),
    key("boulevard"),
    key("avenue"),
    key("parkway"),
    key("highway"),
    key("bridge"),
    key("plaza"),
    key("square"),
    key("tower"),
    key("memorial"),
    key("monument"),
    key("street"),
];

/// Nouns behind the name of a place or a paper: *Pak Chong district*.
const NOUNS_BEHIND: [u64; 16] = [
    key("district"),
    key("province"),
    key("village"),
    key("area"),
    key("sector"),
    key("station"),
    key("stations"),
    key("river"),
    key("municipality"),
    key("county"),
    key("island"),
    key("islands"),
    key("daily"),
    key("newspaper"),
    key("magazine"),
    key("founder"),
];

/// Nouns before *of* and the name of a place: *the municipality of Urbano Noris*.
const NOUNS_BEFORE_OF: [u64; 16] = [
    key("district"),
    key("province"),
    key("village"),
    key("town"),
    key("city"),
    key("port"),
    key("sector"),
    key("sectors"),
    key("municipality"),
    key("county"),
    key("region"),
    key("island"),
    key("islands"),
    key("monastery"),
    key("neighbourhood"),
    key("community"),
];

/// What an institution or a thing ends with, and no family name is.
const LAST_WORDS: [u64; 50] = [
    key("show"),
    key("award"),
    key("awards"),
    key("district"),
    key("districts"),
    key("tribe"),
    key("tribes"),
    key("electronics"),
    key("circus"),
    key("banking"),
    key("hotel"),
    key("restaurant"),
    key("bistro"),
    key("university"),
    key("college"),
    key("institute"),
    key("foundation"),
    key("bank"),
    key("ministry"),
    key("airlines"),
    key("airport"),
    key("hospital"),
    key("avenue"),
    key("programme"),
    key("program"),
    key("project"),
    key("festival"),
    key("league"),
    key("association"),
    key("council"),
    key("committee"),
    key("agency"),
    key("department"),
    key("scholarship"),
    key("academy"),
    key("museum"),
    key("library"),
    key("stadium"),
    key("championship"),
    key("championships"),
    key("tournament"),
    key("adventures"),
    key("singers"),
    key("browser"),
    key("minister"),
    key("officer"),
    key("hydro"),
    key("online"),
    key("movement"),
    key("line"),
];

/// What a thing or a place begins with, and no person's name does.
const FIRST_WORDS: [u64; 17] = [
    key("tropical"),
    key("section"),
    key("eid"),
    key("vitamin"),
    key("hurricane"),
    key("cyclone"),
    key("typhoon"),
    key("operation"),
    key("hotel"),
    key("cafe"),
    key("restaurant"),
    key("estadio"),
    key("villa"),
    key("playa"),
    key("punta"),
    key("rancho"),
    key("ville"),
];

/// Nouns right before the name of a ship or a work.
const WORKS_BEFORE: [u64; 9] = [
    key("ship"),
    key("vessel"),
    key("yacht"),
    key("trawler"),
    key("novel"),
    key("song"),
    key("sitcom"),
    key("musical"),
    key("newspaper"),
];

/// The names that are firms' somewhere in an article.
#[derive(Debug, Default)]
pub(super) struct Firms {
    names: FxHashSet<u64>,
}

impl Firms {
    /// Reads what stands beside `names`.
    pub(super) fn of(tokens: &[Token], names: &[Range<usize>]) -> Firms {
        let mut firms = Firms::default();
        for name in names {
            if is_firm(tokens, name) {
                firms.names.insert(name_key(tokens, name));
            }
        }
        if !firms.names.is_empty() {
            for name in names {
                if titled::is_titled(tokens, name.start) {
                    firms.names.remove(&name_key(tokens, name));
                }
            }
        }
        firms
    }

    /// Whether the name at this place is nobody's.
    pub(super) fn hold(&self, tokens: &[Token], name: &Range<usize>) -> bool {
        if titled::is_titled(tokens, name.start) {
            return false;
        }
        self.names.contains(&name_key(tokens, name))
            || is_firm(tokens, name)
            || is_institution(tokens, name)
            || is_ship_or_place(tokens, name)
            || is_dateline(tokens, name)
            || is_place_or_work(tokens, name)
            || is_listed(tokens, name)
    }
}

/// Whether a firm's suffix, partner or ticker follows the name, or an agency's
/// bracket stands before it.
///
/// | text | Harris Upham is a firm |
/// |---|---|
/// | Harris Upham Inc, Harris Upham, Inc. | yes |
/// | Harris Upham and Co, Harris Upham & Sons | yes |
/// | `Harris Upham <HU>`, `<Harris Upham>` | yes |
/// | Harris Upham and Company officers | yes |
/// | Harris Upham and Ann Doe | no |
fn is_firm(tokens: &[Token], name: &Range<usize>) -> bool {
    let [next, after, third] =
        [0, 1, 2].map(|step| tokens.get(name.end + step).unwrap_or(&Token::EDGE));
    let is_capital = |token: &Token| token.is_capitalised() && !token.opens_line;
    let before = &tokens[name.start.saturating_sub(1)];
    if before.key == key("<") || (name.len() > 1 && SUFFIXES.contains(&tokens[name.end - 1].key)) {
        return true;
    }
    if is_capital(next) {
        return SUFFIXES.contains(&next.key);
    }
    if next.key == key(",") {
        return is_capital(after) && SUFFIXES[..8].contains(&after.key);
    }
    if next.key == key("and") || next.key == key("&") {
        return is_capital(after) && PARTNERS.contains(&after.key);
    }
    next.key == key("<")
        && matches!(
            after.shape,
            TokenShape::Capitals | TokenShape::Dotted | TokenShape::Initial
        )
        && after.is_glued
        && third.shape == TokenShape::Mark
}

/// *Ana Roe Scholarship*, *Harvey Milk High School*, *Ann Doe Park*: a full name
/// before another word of an institution, or that of a site. One that the person leads leaves the person.
fn is_institution(tokens: &[Token], name: &Range<usize>) -> bool {
    let next = tokens.get(name.end).unwrap_or(&Token::EDGE);
    name.len() > 1
        && next.shape == TokenShape::Capital
        && (SITES.contains(&next.key)
            || next.class.is(WordClass::ORGANISATION) && !next.class.is(WordClass::NAMES))
        && !next.opens_line
        && !next.opens_sentence
        && !LED.contains(&next.key)
}

/// *HMS Ann Doe*, *HMS Queen Ann*, *Storm Ann*, *Saint Lucia*, *San Miguel*, *Santa
/// Clara*.
fn is_ship_or_place(tokens: &[Token], name: &Range<usize>) -> bool {
    let before = &tokens[name.start.saturating_sub(1)];
    let second = &tokens[name.start.saturating_sub(2)];
    SHIPS.contains(&before.key)
        || (ROYAL.contains(&before.key) && SHIPS.contains(&second.key))
        || (before.shape == TokenShape::Capital && before.key == key("storm"))
        || (name.len() == 1 && before.is_capitalised() && SAINTS.contains(&before.key))
        || (name.len() == 2 && SAINTS.contains(&tokens[name.start].key))
}

/// A full name that ends or begins as institutions and things do, with the noun
/// of a place or a work beside it, or alone between quotes, as works are: *the municipality of Urbano Noris*, “Luna Liberiana,”.
fn is_place_or_work(tokens: &[Token], name: &Range<usize>) -> bool {
    if name.len() < 2 {
        return false;
    }
    let at = |at: usize| tokens.get(at).unwrap_or(&Token::EDGE);
    let (next, after) = (at(name.end), at(name.end + 1));
    let (before, second) = (at(name.start - 1), at(name.start.saturating_sub(2)));
    let opens = |mark: &Token| [key("\""), key("“")].contains(&mark.key);
    let closes = |mark: &Token| [key("\""), key("”")].contains(&mark.key);
    let is_quoted = opens(before)
        && (closes(next)
            || ([key(","), key(".")].contains(&next.key)
                && after.is_glued == next.is_glued
                && closes(after)));
    is_quoted
        || LAST_WORDS.contains(&tokens[name.end - 1].key)
        || FIRST_WORDS.contains(&tokens[name.start].key)
        || (before.shape == TokenShape::Lower && WORKS_BEFORE.contains(&before.key))
        || (next.shape == TokenShape::Lower && NOUNS_BEHIND.contains(&next.key))
        || (before.key == key("of") && NOUNS_BEFORE_OF.contains(&second.key))
}

/// *SANTA CLARA, Calif., March 3 -*: a town in capitals that opens a line, with
/// a comma and a day or a state behind it.
fn is_dateline(tokens: &[Token], name: &Range<usize>) -> bool {
    let words = &tokens[name.clone()];
    let in_capitals =
        |token: &Token| matches!(token.shape, TokenShape::Capitals | TokenShape::Mark);
    let [comma, next, third] =
        [0, 1, 2].map(|step| tokens.get(name.end + step).unwrap_or(&Token::EDGE));
    words[0].opens_line
        && words.iter().all(in_capitals)
        && comma.key == key(",")
        && (next.class.is(WordClass::CALENDAR)
            || (next.is_capitalised() && matches!(third.shape, TokenShape::Mark)))
}

/// Whether the name, its first two words or its last two are listed. Of single
/// words this decides only where no full name explains them: see
/// [`is_lone_other`].
fn is_listed(tokens: &[Token], name: &Range<usize>) -> bool {
    let whole = |span: Range<usize>| is_listed_as_other(key_of_words(&tokens[span]));
    name.len() > 1
        && (whole(name.clone())
            || whole(name.start..name.start + 2)
            || whole(name.end - 2..name.end))
}

/// Whether a word alone, which no full name of the article explains, is listed
/// as something else: *Oscar*, *Tory*, *Goldman*, or stands in a firm's name.
pub(super) fn is_lone_other(tokens: &[Token], at: usize) -> bool {
    is_listed_as_other(key_of_words(&tokens[at..=at])) || is_partner(tokens, at)
}

/// Whether the word at `at` and its neighbour over *and*, a slash, a comma or a
/// stop are a listed firm: *Phillips and Drew*, *DUFF/PHELPS*, *Alex. Brown*.
pub(super) fn is_partner(tokens: &[Token], at: usize) -> bool {
    let links = |link: &Token| link.shape == TokenShape::Mark || link.key == key("and");
    let listed = |first: usize, second: usize| {
        tokens[first].is_capitalised()
            && tokens[second].is_capitalised()
            && is_listed_as_other(key_of_words(&[tokens[first], tokens[second]]))
    };
    (links(&tokens[at - 1]) && listed(at - 2, at)) || (links(&tokens[at + 1]) && listed(at, at + 2))
}

/// The key of a listed phrase: its words, marks left out.
fn key_of_words(words: &[Token]) -> u64 {
    let words = words.iter().filter(|word| word.shape != TokenShape::Mark);
    words.fold(key(""), |all, word| phrase_key(all, word.key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::token::{Tokens, span_of};

    /// Whether `name` in `text` is nobody's.
    fn check(text: &str, name: &str, expected: bool) {
        let tokens = Tokens::of_text(text).all;
        let span = span_of(text, &tokens, name);
        let firms = Firms::of(&tokens, std::slice::from_ref(&span));
        assert_eq!(firms.hold(&tokens, &span), expected, "{text}");
    }

    #[test]
    fn firms_are_known_by_what_stands_beside_them() {
        for text in [
            "Harris Vorlo Inc said so",
            "Harris Vorlo, Inc., said so",
            "Harris Vorlo and Co said so",
            "Harris Vorlo & Sons said so",
            "shares of <Harris Vorlo>",
            "Harris Vorlo <HV> said so",
        ] {
            check(text, "Harris Vorlo", true);
        }
        for text in [
            "Harris Vorlo and Ann Doe said so",
            "Harris Vorlo, Inc magazine's editor",
            "Mr. Harris Vorlo and Co",
        ] {
            check(text, "Harris Vorlo", text.contains("Inc"));
        }
        check("the Harris Vorlo Administration", "Harris Vorlo", false);
        check("analysts at Merrill Lynch said", "Merrill Lynch", true);
    }

    #[test]
    fn a_firm_is_one_in_the_whole_article() {
        let text = "Harris Vorlo and Co cut its estimate. Harris Vorlo said so.";
        let tokens = Tokens::of_text(text).all;
        let second = tokens.len() - 7..tokens.len() - 5;
        let first = span_of(text, &tokens, "Harris Vorlo");
        let firms = Firms::of(&tokens, &[first, second.clone()]);
        assert!(firms.hold(&tokens, &second));
    }

    #[test]
    fn schools_ships_saints_places_and_works() {
        check("at the Ana Vorlo Scholarship dinner", "Ana Vorlo", true);
        check("aboard HMS Ann Vorlo", "Ann Vorlo", true);
        check("aboard HMS Queen Vorlo", "Vorlo", true);
        check("damage by Storm Vorlo", "Vorlo", true);
        check("in Ann Vorlo Park on Monday", "Ann Vorlo", true);
        check("the park Ann Vorlo likes", "Ann Vorlo", false);
        check("talks in Saint Lucia began", "Lucia", true);
        check("in the municipality of Urbano Noris", "Urbano Noris", true);
        check("in Pak Chong district", "Pak Chong", true);
        check("songs like “Luna Vorlo,” too", "Luna Vorlo", true);
        check("the film Vera Drake won", "Vera Drake", true);
        check("SANTA VORLO, March 3 - He left", "SANTA VORLO", true);
        check("the friends of Ann Vorlo left", "Ann Vorlo", false);
    }

    #[test]
    fn words_alone() {
        let text = "An Oscar, the Tory plan, Phillips and Drew, Vonn";
        let tokens = Tokens::of_text(text).all;
        for (word, expected) in [
            ("Oscar", true),
            ("Tory", true),
            ("Phillips", true),
            ("Drew", true),
            ("Vonn", false),
        ] {
            let at = span_of(text, &tokens, word).start;
            assert_eq!(is_lone_other(&tokens, at), expected, "{word}");
        }
    }
}
