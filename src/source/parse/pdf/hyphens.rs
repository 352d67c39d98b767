//! Hyphens at line ends: a typesetter's, or the word's own.
//!
//! Joined is `har-` `bour` only where *harbour* stands elsewhere in the file, and
//! `five-` `and-a-half` keeps its hyphen where *five-and* does. What the file
//! leaves open stays as it is printed, hyphen and line end, which the analyzer
//! and the layout read as one word ([`crate::text::division`]), unless that reads
//! it as a compound.
//!
//! Many programs never divide a word: then a hyphen at a line end is always the
//! word's own, though *reelection* may stand elsewhere beside *re-election*. That
//! is taken to be so where of eight words or more at line ends fewer than a tenth
//! stand elsewhere without their hyphen.

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::pages::TextPage;
use crate::text::division::{self, DivisionReading};

/// So many hyphens at line ends tell whether the file divides words.
const MIN_HYPHENS: usize = 8;

/// How two lines are joined where the first ends in a hyphen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HyphenReading {
    /// The hyphen goes: one word.
    Word,
    /// The hyphen stays, the line end goes.
    Compound,
    /// Both stay.
    Open,
}

/// The words of a file, and its pairs of words with a hyphen between them.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: FxHashSet<u64>,
    compounds: FxHashMap<u64, u32>,
    /// Whether it divides words at line ends.
    divides: bool,
}

fn hash(word: &str) -> u64 {
    xxh3_64(word.to_lowercase().as_bytes())
}

/// The letters and digits at the end of a line, before its hyphen.
fn last_part(line: &str) -> Option<&str> {
    let line = line.strip_suffix(['-', '\u{2010}', '\u{ad}'])?;
    let start = line.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + line[at..].chars().next().map_or(1, char::len_utf8)
    });
    Some(&line[start..]).filter(|part| !part.is_empty())
}

/// The letters and digits at the start of a line.
fn first_part(line: &str) -> Option<&str> {
    let end = line
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(line.len());
    Some(&line[..end]).filter(|part| !part.is_empty())
}

/// The parts of the word that may be divided between two lines.
pub(super) fn parts<'a>(line: &'a str, next: &'a str) -> Option<(&'a str, &'a str)> {
    Some((last_part(line)?, first_part(next)?))
}

impl Vocabulary {
    /// Of all pages.
    pub(super) fn of(pages: &[TextPage]) -> Vocabulary {
        let mut all = Vocabulary::default();
        let blocks = || pages.iter().flat_map(|page| &page.blocks);
        for line in blocks().flat_map(|block| &block.lines) {
            all.add(&line.text);
        }
        let (mut ends, mut joined) = (0, 0);
        for block in blocks() {
            for pair in block.lines.windows(2) {
                let Some((first, second)) = parts(&pair[0].text, &pair[1].text) else {
                    continue;
                };
                if second.starts_with(char::is_lowercase) {
                    ends += 1;
                    joined += usize::from(all.words.contains(&hash(&format!("{first}{second}"))));
                }
            }
        }
        all.divides = ends < MIN_HYPHENS || joined * 10 >= ends;
        all
    }

    fn add(&mut self, line: &str) {
        let mut before = "";
        for part in line.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
            if !word.is_empty() {
                self.words.insert(hash(word));
                if !before.is_empty() {
                    let pair = hash(&format!("{before}-{word}"));
                    *self.compounds.entry(pair).or_default() += 1;
                }
            }
            before = if part.ends_with('-') { word } else { "" };
        }
    }

    /// How a line that ends in a hyphen goes on with the next; `None` where it
    /// ends in none, or that joins nothing.
    pub(super) fn reading(&self, line: &str, next: &str) -> Option<HyphenReading> {
        let (first, second) = parts(line, next)?;
        if line.ends_with('\u{ad}') {
            return Some(HyphenReading::Word);
        }
        if !second.starts_with(char::is_lowercase) || !self.divides {
            return Some(HyphenReading::Compound);
        }
        let is_word = self.words.contains(&hash(&format!("{first}{second}")));
        let is_compound = self
            .compounds
            .contains_key(&hash(&format!("{first}-{second}")));
        if is_word {
            return Some(HyphenReading::Word);
        }
        // With what they hang together with: `five-and-` `a-half`.
        let before = line.rsplit(' ').next().unwrap_or_default();
        let after = next.split(' ').next().unwrap_or_default();
        let mark = before.trim_end_matches(['-', '\u{2010}']).len();
        let division = division::at(&format!("{before}\n{after}"), mark);
        let reads_so = division.is_none_or(|it| it.reading == DivisionReading::Compound);
        // Nobody divides a chain of words but at its hyphens.
        let is_chain = before[..mark].contains('-') || after[second.len()..].starts_with('-');
        Some(if is_compound || is_chain || reads_so {
            HyphenReading::Compound
        } else {
            HyphenReading::Open
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::{TextBlock, TextLine};
    use super::*;

    fn vocabulary(text: &str) -> Vocabulary {
        let lines = text.lines().map(|line| TextLine {
            text: line.to_owned(),
            ..TextLine::default()
        });
        let block = TextBlock {
            lines: lines.collect(),
            ..TextBlock::default()
        };
        Vocabulary::of(&[TextPage {
            blocks: vec![block],
        }])
    }

    #[test]
    fn the_file_tells_whose_a_hyphen_is() {
        let words = vocabulary("The harbour and its five-and-a-half boats.");
        let reading = |line, next| words.reading(line, next);
        assert_eq!(reading("the har-", "bour of"), Some(HyphenReading::Word));
        assert_eq!(
            reading("by five-", "and-a-half"),
            Some(HyphenReading::Compound)
        );
        assert_eq!(reading("the govern-", "ment"), Some(HyphenReading::Open));
        assert_eq!(
            reading("the cyber-", "security"),
            Some(HyphenReading::Open),
            "perhaps one"
        );
        assert_eq!(reading("Moscow-", "Beijing"), Some(HyphenReading::Compound));
        assert_eq!(reading("govern\u{ad}", "ment"), Some(HyphenReading::Word));
        assert_eq!(reading("the talks -", "and"), None);
        assert_eq!(reading("the talks", "and"), None);
    }

    #[test]
    fn a_file_that_divides_no_words_keeps_its_hyphens() {
        let text = "state-\nof the art\n".repeat(9) + "the reelection\n";
        let words = vocabulary(&text);
        assert_eq!(
            words.reading("his re-", "election"),
            Some(HyphenReading::Compound)
        );
    }
}
