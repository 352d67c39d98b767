//! Looks for the forms of the table in a paragraph.
//!
//! Responsible for whole words, and for matching across line ends: wire copy is
//! wrapped at any space, also inside "South\nKorea", and tokens do not care.
//! What stands around a form is looked at in a copy of the paragraph with
//! single spaces, made where there is something to look at.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::surroundings::{DocumentContext, FormParagraph, FormPlace};
use super::{CountryKind, context, dateline, passing};
use crate::gazetteer::countries::{CountryForm, FormMark};
use crate::gazetteer::finder::FINDER;
use crate::gazetteer::token::Token;
use crate::text::division::{self, DivisionReading};

/// A paragraph to look through.
pub(super) struct ScannedParagraph<'a> {
    pub(super) text: &'a str,
    /// Where it stands in `text`.
    pub(super) block: Range<usize>,
    /// Its tokens.
    pub(super) tokens: &'a [Token],
}

#[cfg(test)]
impl<'a> ScannedParagraph<'a> {
    /// The whole of `text` as one paragraph; `tokens` are its tokens.
    pub(super) fn of_text(
        text: &'a str,
        tokens: &'a crate::gazetteer::token::Tokens,
    ) -> ScannedParagraph<'a> {
        ScannedParagraph {
            text,
            block: 0..text.len(),
            tokens: tokens.block(0),
        }
    }
}

/// What is found in a text that is one paragraph.
#[cfg(test)]
pub(super) fn of_text(text: &str) -> Vec<FormHit> {
    let tokens = crate::gazetteer::token::Tokens::of_text(text);
    let company = DocumentContext::of(text, &tokens.all);
    let mut found = Vec::new();
    let content = ScannedParagraph::of_text(text, &tokens);
    paragraph(&content, true, &company, &mut |hit| found.push(hit));
    found
}

/// The same as "code form", in order.
#[cfg(test)]
pub(super) fn codes_and_forms(text: &str) -> Vec<String> {
    let found = of_text(text).into_iter();
    let shown = found.map(|hit| {
        let code = crate::gazetteer::countries::TABLE[hit.country].code;
        format!("{code} {}", &text[hit.span])
    });
    shown.collect()
}

/// A form that names a country.
#[expect(clippy::struct_excessive_bools, reason = "each is told by itself")]
pub(super) struct FormHit {
    /// Where it stands in the text that was given.
    pub(super) span: Range<usize>,
    /// Which country it names: an index of the table.
    pub(super) country: usize,
    pub(super) kind: CountryKind,
    /// Several words that mean nothing else: South Korea.
    pub(super) is_long_name: bool,
    /// A country, a town or a people by a word that has other meanings too.
    pub(super) is_doubtful: bool,
    /// A word such as "in" says that it is a place.
    pub(super) is_placed: bool,
    /// It is the currency, or a firm, that is meant.
    pub(super) is_passing: bool,
}

/// Calls `sink` with all that names a country in `content`, in order, and
/// returns whether the paragraph opens with a dateline. `may_open` says whether
/// a dateline may stand here.
pub(super) fn paragraph(
    content: &ScannedParagraph<'_>,
    may_open: bool,
    company: &DocumentContext<'_>,
    sink: &mut impl FnMut(FormHit),
) -> bool {
    let start = content.block.start;
    let original = &content.text[content.block.clone()];
    let copy = OnceCell::new();
    let spaced = || copy.get_or_init(|| Spaced::of(original));
    let opening = if may_open {
        dateline::end(&spaced().text)
    } else {
        0
    };
    let paragraph = OnceCell::new();
    let mut way = WayForth::default();
    forms(original, start, content.tokens, &mut |span, form| {
        let spaced = spaced();
        let place = FormPlace {
            paragraph: paragraph.get_or_init(|| FormParagraph::new(&spaced.text, opening)),
            // No form ends in white space, so that its last byte leads there.
            span: way.spaced(spaced, span.start)..way.spaced(spaced, span.end - 1) + 1,
        };
        let Some((country, kind)) = context::meant(form, &place, company) else {
            return;
        };
        let kind = if place.is_in_dateline() {
            CountryKind::Dateline
        } else {
            kind
        };
        sink(FormHit {
            span: start + span.start..start + span.end,
            country,
            kind,
            is_long_name: form.mark == FormMark::Plain && form.text.contains(' '),
            is_doubtful: form.mark != FormMark::Plain,
            is_placed: place.is_placed(),
            is_passing: passing::is_passing(kind, &place),
        });
    });
    opening > 0
}

/// Calls `sink` with every form of `text` that is made of whole words, the
/// longest of those that begin with a token. `tokens` count from `base` less.
fn forms(
    text: &str,
    base: usize,
    tokens: &[Token],
    sink: &mut impl FnMut(Range<usize>, &CountryForm),
) {
    let finder = &*FINDER;
    let mut at = 0;
    while at < tokens.len() {
        let first = &tokens[at];
        let found = finder.starting_with(first.key).iter().find_map(|spelling| {
            let last = tokens.get(at + spelling.len() - 1)?;
            let span = first.start - base..last.end - base;
            let fits = spelling.begins(&tokens[at..])
                && starts_word(text, &span)
                && ends_word(text, &span);
            fits.then_some((spelling, span))
        });
        match found {
            Some((spelling, span)) => {
                if let Some(form) = &spelling.meaning {
                    sink(span, form);
                }
                at += spelling.len();
            }
            None => at += 1,
        }
    }
}

fn starts_word(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].chars().next_back();
    !before.is_some_and(|c| c.is_alphanumeric() || c == '@' || c == '_')
}

/// Whether a word ends at the end of `span`; the name of an internet site goes
/// on, and a form that ends in a mark ("U.S.", "Sino-") always ends there.
fn ends_word(text: &str, span: &Range<usize>) -> bool {
    let form = &text[span.clone()];
    let mut after = text[span.end..].chars();
    match after.next() {
        _ if form.ends_with('.') => true,
        Some(c) if form.ends_with('-') => c.is_alphabetic(),
        Some('@' | '_') => false,
        Some('.') => !after.next().is_some_and(char::is_lowercase),
        Some(c) => !c.is_alphanumeric(),
        None => !form.ends_with('-'),
    }
}

/// A paragraph with single spaces for all white space, and the way back.
struct Spaced<'a> {
    text: Cow<'a, str>,
    /// From which byte on the original is how many bytes further, in order.
    shifts: Vec<(usize, usize)>,
}

impl<'a> Spaced<'a> {
    fn of(original: &'a str) -> Spaced<'a> {
        let mut text = String::new();
        let mut shifts = Vec::new();
        let mut copied = 0;
        while let Some(gap) = next_gap(original, copied) {
            if text.is_empty() {
                text.reserve(original.len());
            }
            if let Some((kept, next)) = divided_at(original, copied, gap.start) {
                text.push_str(&original[copied..kept]);
                copied = next;
            } else {
                text.push_str(&original[copied..gap.start]);
                text.push(' ');
                copied = gap.end;
            }
            shifts.push((text.len(), copied - text.len()));
        }
        if shifts.is_empty() {
            return Spaced {
                text: Cow::Borrowed(original),
                shifts,
            };
        }
        text.push_str(&original[copied..]);
        Spaced {
            text: Cow::Owned(text),
            shifts,
        }
    }
}

/// Where what is kept before a division ends whose gap begins at `gap`, and
/// where its second part begins: a divided word is whole, a compound has its
/// hyphen.
fn divided_at(original: &str, copied: usize, gap: usize) -> Option<(usize, usize)> {
    let mark = original[copied..gap].chars().next_back()?;
    let mark = gap - mark.len_utf8();
    let division = division::at(original, mark)?;
    let is_word = division.reading == DivisionReading::Word;
    let kept = if is_word { mark } else { division.mark_end };
    Some((kept, division.next))
}

/// The next white space from `from` on that is not a single space.
fn next_gap(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        // Most of a text is letters and single spaces; the last byte may be the
        // first of two spaces.
        while let Some(piece) = bytes[at..].first_chunk::<PIECE>()
            && has_no_gap(piece)
        {
            at += PIECE - usize::from(piece[PIECE - 1] == b' ');
        }
        let start = at + bytes[at..].iter().position(|byte| may_be_space(*byte))?;
        let is_single = |next: &u8| !may_be_space(*next);
        if bytes[start] == b' ' && bytes.get(start + 1).is_some_and(is_single) {
            at = start + 1;
            continue;
        }
        let rest = &text[start..];
        let end = start + rest.len() - rest.trim_start().len();
        let is_plain = end == start || (end == start + 1 && bytes[start] == b' ');
        if !is_plain {
            return Some(start..end);
        }
        // What may begin a white space of more bytes is a whole character.
        at = start + rest.chars().next().map_or(1, char::len_utf8);
    }
}

/// So many bytes are looked at together: a register of the processor.
const PIECE: usize = 16;

/// Whether `piece` is of ASCII without white space but single spaces. Without a
/// branch for each byte, so that the compiler compares all at once.
fn has_no_gap(piece: &[u8; PIECE]) -> bool {
    let is_odd = |byte: &u8| u8::from(*byte < b' ' || !byte.is_ascii());
    let is_space = |byte: &u8| u8::from(*byte == b' ');
    let odd = piece.iter().fold(0, |any, byte| any | is_odd(byte));
    let pairs = piece.iter().zip(&piece[1..]);
    let doubled = pairs.fold(0, |any, (a, b)| any | is_space(a) & is_space(b));
    odd | doubled == 0
}

/// Whether white space may start with this byte: ASCII, or U+0085, U+00A0,
/// U+1680, U+2000 and on, U+3000.
fn may_be_space(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, 0xC2 | 0xE1 | 0xE2 | 0xE3)
}

/// Leads from offsets of the original, in order, to the spaced text.
#[derive(Default)]
struct WayForth {
    /// How many shifts lie behind.
    passed: usize,
}

impl WayForth {
    fn spaced(&mut self, spaced: &Spaced<'_>, original: usize) -> usize {
        while let Some((from, shift)) = spaced.shifts.get(self.passed)
            && from + shift <= original
        {
            self.passed += 1;
        }
        let shift = self
            .passed
            .checked_sub(1)
            .map_or(0, |last| spaced.shifts[last].1);
        original - shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::countries::TABLE;
    use crate::gazetteer::token::Tokens;

    /// Code and words of all that is found.
    fn hits(text: &str) -> Vec<(&'static str, &str)> {
        let mut found = Vec::new();
        let tokens = Tokens::of_text(text);
        let company = DocumentContext::of(text, &tokens.all);
        let content = ScannedParagraph::of_text(text, &tokens);
        paragraph(&content, true, &company, &mut |hit| {
            found.push((TABLE[hit.country].code, &text[hit.span]));
        });
        found
    }

    fn check(text: &str, expected: &[(&str, &str)]) {
        assert_eq!(hits(text), expected, "{text:?}");
    }

    #[test]
    fn any_white_space_joins_a_form() {
        for space in ["\n", "\r\n    ", "\u{a0}", "\u{202f}", "\t", "  "] {
            let korea = format!("South{space}Korea");
            let states = format!("United{space}States");
            let text = format!("So{space}{korea} met the\n{states}{space}and{space}Peru.");
            check(&text, &[("KR", &korea), ("US", &states), ("PE", "Peru")]);
        }
    }

    #[test]
    fn divided_names_are_found_where_they_stand() {
        check(
            "in Rotter-\ndam and Copen-\r\n  hagen, Great Brit-\nain and the Moscow-\nWashington line",
            &[
                ("NL", "Rotter-\ndam"),
                ("DK", "Copen-\r\n  hagen"),
                ("GB", "Great Brit-\nain"),
                ("RU", "Moscow"),
                ("US", "Washington"),
            ],
        );
        check("the Ger-\nman army", &[("DE", "Ger-\nman")]);
        check(
            "CO-\nPENHAGEN and SWIT-\nZERLAND",
            &[("DK", "CO-\nPENHAGEN"), ("CH", "SWIT-\nZERLAND")],
        );
        // The words around a form tell what it means, divided or not.
        check("Presi-\ndent Chad Smith", &[]);
    }

    #[test]
    fn forms_are_whole_words() {
        check("Chinatown, Omantel, Perun, Chad_x, @Peru", &[]);
        check("china.com is not China.", &[("CN", "China")]);
        check("www.China.org", &[]);
        check(
            "(Peru)/Chile—Cuba",
            &[("PE", "Peru"), ("CL", "Chile"), ("CU", "Cuba")],
        );
        check("The Bank Of England", &[("GB", "Bank Of England")]);
    }

    #[test]
    fn a_dateline_makes_its_places_the_origin() {
        let text = "CALGARY, Alberta, March 3 -\n    Peru sold oil.";
        let mut kinds = Vec::new();
        let tokens = Tokens::of_text(text);
        let company = DocumentContext::of(text, &tokens.all);
        let content = ScannedParagraph::of_text(text, &tokens);
        let opens = paragraph(&content, true, &company, &mut |hit| {
            kinds.push(hit.kind);
        });
        assert!(opens);
        let origin = CountryKind::Dateline;
        assert_eq!(kinds, [origin, origin, CountryKind::Name]);
    }

    #[test]
    fn hostile_text_takes_no_longer_than_its_length() {
        let inputs = [
            "US ".repeat(400_000),
            "French,".repeat(200_000),
            "Georgia\u{a0}\n".repeat(100_000),
            "US OPENx".repeat(200_000),
            "Republic of China ".repeat(50_000),
            "Oxford, Ont. ".repeat(100_000),
            "\u{1}\u{0}\u{7f}".repeat(400_000),
            "\n \t\u{a0}".repeat(400_000),
            "PERU".repeat(400_000),
            format!("Peru{}Peru", "x".repeat(2_000_000)),
        ];
        let counts: Vec<usize> = inputs.iter().map(|input| hits(input).len()).collect();
        assert_eq!(
            counts,
            [0, 200_000, 100_000, 1, 50_000, 100_000, 0, 0, 0, 0]
        );
    }
}
