//! Finds where the sentences of a block of text end.
//!
//! Responsible for telling the full stop of a sentence from that of `U.S.`,
//! `Gen.`, an initial or a decimal. The units it returns are never cut further
//! by the rest of the program; passages and titles are made of them.

use std::ops::Range;

use memchr::memchr3;

/// The most words of a sentence, as a reader counts them: no passage is longer.
/// A longer one is cut at its clauses.
pub(crate) const MAX_SENTENCE_WORDS: usize = 120;

/// A piece of a long sentence has at least this many words, where a clause ends
/// behind them.
const MIN_PIECE_WORDS: usize = 40;

/// The most bytes of a sentence. Text without any punctuation (a table, a
/// one-line dump) is cut at a space here, so that a passage stays a passage.
pub(crate) const MAX_SENTENCE_BYTES: usize = 2_000;

/// Abbreviations that stand before a name or a number and never end a sentence.
const BEFORE_NAME: [&str; 45] = [
    "adm", "amb", "art", "atty", "brig", "capt", "cf", "cmdr", "col", "cpl", "dept", "dr", "e.g",
    "est", "fig", "ft", "gen", "gov", "hon", "i.e", "lt", "maj", "messrs", "mr", "mrs", "ms", "mt",
    "no", "nos", "pp", "pres", "prof", "pvt", "rep", "reps", "rev", "sec", "sen", "sens", "sgt",
    "st", "supt", "treas", "viz", "vs",
];

/// Abbreviations that may also end a sentence: then a sentence opener follows.
const MAY_END: [&str; 27] = [
    "a.m", "apr", "assn", "aug", "bros", "co", "corp", "dec", "etc", "feb", "inc", "intl", "jan",
    "jr", "jul", "jun", "ltd", "mar", "nov", "oct", "p.m", "plc", "sep", "sept", "sr", "univ",
    "al",
];

/// No abbreviation is longer than this; longer words need no closer look.
const MAX_ABBREVIATION: usize = 6;

/// Words that open a sentence far more often than they follow an abbreviation.
const OPENERS: [&str; 28] = [
    "A",
    "After",
    "Although",
    "An",
    "And",
    "As",
    "At",
    "But",
    "For",
    "He",
    "However",
    "I",
    "In",
    "It",
    "Its",
    "Meanwhile",
    "On",
    "She",
    "Since",
    "That",
    "The",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "We",
    "While",
];

/// The sentences of `block`, as byte ranges of it without the white space
/// around them, in order.
///
/// Every character that is not white space lies in exactly one sentence. They
/// are read as they are asked for: of a long block the first cost nothing.
pub fn split(block: &str) -> Sentences<'_> {
    Sentences {
        block,
        start: 0,
        is_read: false,
        rest: None,
        ahead: None,
    }
}

/// The sentences of a block; see [`split`].
#[derive(Debug, Clone)]
pub struct Sentences<'b> {
    block: &'b str,
    /// Where the sentence begins that is read next.
    start: usize,
    /// Whether the end of the block was reached.
    is_read: bool,
    /// What is left of a sentence that is too long.
    rest: Option<Range<usize>>,
    /// The sentence after the one that was asked for last.
    ahead: Option<Range<usize>>,
}

impl Iterator for Sentences<'_> {
    type Item = Range<usize>;

    /// Joins a picture credit (`REUTERS/Jonathan Ernst`) to the caption before
    /// it: it is no sentence of its own.
    fn next(&mut self) -> Option<Range<usize>> {
        let mut sentence = self.ahead.take().or_else(|| self.bounded())?;
        loop {
            match self.bounded() {
                Some(credit)
                    if is_credit(&self.block[credit.clone()])
                        && cut_of(&self.block[sentence.start..credit.end]).is_none() =>
                {
                    sentence.end = credit.end;
                }
                after => {
                    self.ahead = after;
                    return Some(sentence);
                }
            }
        }
    }
}

impl Sentences<'_> {
    /// The next sentence, or a piece of one that has more than
    /// [`MAX_SENTENCE_WORDS`] words or [`MAX_SENTENCE_BYTES`] bytes.
    fn bounded(&mut self) -> Option<Range<usize>> {
        loop {
            let range = match self.rest.take() {
                Some(range) => range,
                None if self.is_read => return None,
                None => match trim(self.block, self.unbounded()) {
                    Some(range) => range,
                    None => continue,
                },
            };
            let Some(cut) = cut_of(&self.block[range.clone()]) else {
                return Some(range);
            };
            let cut = range.start + cut;
            self.rest = trim(self.block, cut..range.end);
            if let Some(piece) = trim(self.block, range.start..cut) {
                return Some(piece);
            }
        }
    }

    /// The next sentence with the space around it; the last may be empty.
    fn unbounded(&mut self) -> Range<usize> {
        let (block, start) = (self.block, self.start);
        let mut at = start;
        while let Some((stop, end)) = next_stop(block, at) {
            at = end;
            let is_last = || !matches!(block.as_bytes().get(end), Some(b'.' | b'!' | b'?'));
            if is_wide_stop(block, stop) || (is_last() && ends_sentence(block, start, stop, end)) {
                self.start = end + closing_len(&block[end..]);
                return start..self.start;
            }
        }
        self.is_read = true;
        start..block.len()
    }
}

/// So many bytes are looked through for one kind of marks before the other: one of
/// them may stand nowhere in a long text.
const AHEAD: usize = 512;

/// Where the next mark stands, from `from` on, that may end a sentence.
fn next_stop(block: &str, mut from: usize) -> Option<(usize, usize)> {
    let bytes = block.as_bytes();
    while from < bytes.len() {
        let end = bytes.len().min(from + AHEAD);
        let stop = memchr3(b'.', b'!', b'?', &bytes[from..end]).map(|at| from + at);
        let near = stop.unwrap_or(end);
        // What `…` and the wide stops begin with.
        while let Some(at) = bytes
            .get(from..near)
            .and_then(|near| memchr3(0xe2, 0xe3, 0xef, near))
        {
            let at = from + at;
            from = at + 3;
            if block[at..].starts_with('…') || is_wide_stop(block, at) {
                return Some((at, from));
            }
        }
        if let Some(at) = stop {
            return Some((at, at + 1));
        }
        from = from.max(end);
    }
    None
}

/// Whether a full stop of Chinese or Japanese is at `at`, which no space
/// follows.
fn is_wide_stop(block: &str, at: usize) -> bool {
    block[at..].starts_with(['。', '！', '？'])
}

/// The length of the quotation marks and brackets that close after a full stop.
fn closing_len(rest: &str) -> usize {
    rest.chars()
        .take_while(|c| matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '」' | '』'))
        .map(char::len_utf8)
        .sum()
}

/// Whether the stop at `at..end` ends the sentence that began at `start`.
fn ends_sentence(block: &str, start: usize, at: usize, end: usize) -> bool {
    let after = &block[end + closing_len(&block[end..])..];
    let Some(first) = after.chars().next() else {
        return true;
    };
    if !first.is_whitespace() {
        return false;
    }
    let next_word = after.trim_start();
    let Some(opener) = next_word.chars().next() else {
        return true;
    };
    // "said U.S. officials": a small letter goes on with the sentence.
    if opener.is_lowercase() {
        return false;
    }
    block.as_bytes()[at] != b'.' || !is_abbreviated(&block[start..at], next_word)
}

/// Whether the word that `before` ends with is an abbreviation that goes on
/// into `next`.
fn is_abbreviated(before: &str, next: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || "(“\"‘'/-—–".contains(c))
        .next()
        .unwrap_or("");
    let lower = if word.len() <= MAX_ABBREVIATION {
        word.to_lowercase()
    } else {
        String::new()
    };
    if BEFORE_NAME.contains(&lower.as_str()) {
        // "No." before a number; "no." and "art." alone end a sentence.
        return match lower.as_str() {
            "no" | "nos" | "art" | "fig" | "pp" => next.starts_with(|c: char| c.is_ascii_digit()),
            _ => true,
        };
    }
    let is_initials = !word.is_empty()
        && word
            .split('.')
            .all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    if is_initials || MAY_END.contains(&lower.as_str()) {
        let next_word = next.split(|c: char| !c.is_alphanumeric()).next();
        // A lone initial ("J. Edgar") never ends one, whatever follows.
        let lone_initial = is_initials && !word.contains('.') && word != "I";
        return lone_initial || !next_word.is_some_and(|next| OPENERS.contains(&next));
    }
    false
}

/// How many characters of a text may be space: those that begin as one does.
fn may_be_spaces(text: &str) -> usize {
    let may_be = |byte: &u8| *byte <= b' ' || matches!(byte, 0xc2 | 0xe1 | 0xe2 | 0xe3);
    text.bytes().filter(may_be).count()
}

/// Where a sentence is cut that is too long: behind the last clause that ends in
/// time, a strong one before a weak one, else at the last space.
fn cut_of(sentence: &str) -> Option<usize> {
    // No word is shorter than a letter and a space.
    if sentence.len() < MAX_SENTENCE_WORDS * 2 {
        return None;
    }
    let limit = sentence.floor_char_boundary(MAX_SENTENCE_BYTES.min(sentence.len()));
    let is_long = limit < sentence.len();
    if !is_long && may_be_spaces(sentence) < MAX_SENTENCE_WORDS {
        return None;
    }
    let near = &sentence[..limit];
    let mut clauses: [Option<usize>; 3] = [None; 3];
    let (mut words, mut end, mut space) = (0, 0, None);
    let mut start = 0;
    while let Some(skipped) = near[start..].find(|c: char| !c.is_whitespace()) {
        start += skipped;
        let length = near[start..].find(char::is_whitespace);
        let word = &near[start..length.map_or(limit, |length| start + length)];
        words += 1;
        if words > 1 {
            space = Some(end);
        }
        if words > MAX_SENTENCE_WORDS {
            let clause = clauses.into_iter().flatten().next();
            return clause.or(space);
        }
        end = start + word.len();
        start = end;
        if words < MIN_PIECE_WORDS {
            continue;
        }
        // A dash apart, and marks at the end of a word.
        let strength = match word.trim_end_matches(['"', '”', '’', ')', ']', '»']) {
            word if word.ends_with([';', ':']) => 0,
            "-" | "--" | "–" | "—" => 1,
            word if word.ends_with("--") || word.ends_with('—') => 1,
            word if word.ends_with([',', '、', '，']) => 2,
            _ => continue,
        };
        clauses[strength] = Some(end);
    }
    if !is_long {
        return None;
    }
    // A word that reaches beyond the limit is not cut, unless it is alone.
    let clause = clauses.into_iter().flatten().next();
    Some(clause.or(space).unwrap_or(limit))
}

/// The part of `range` between its first and last character that is no space.
fn trim(block: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &block[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.start + piece.trim_end().len();
    (start < end).then_some(start..end)
}

fn is_credit(sentence: &str) -> bool {
    sentence.split_once('/').is_some_and(|(agency, name)| {
        agency.len() >= 2
            && agency.chars().all(char::is_uppercase)
            && name.split_whitespace().count() <= 4
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(block: &str, expected: &[&str]) {
        let sentences: Vec<&str> = split(block).map(|range| &block[range]).collect();
        assert_eq!(sentences, expected);
    }

    #[test]
    fn abbreviations_initials_and_decimals_do_not_end_a_sentence() {
        check(
            "He met U.S. Gen. Martin Dempsey. It cost 3.5 million.",
            &["He met U.S. Gen. Martin Dempsey.", "It cost 3.5 million."],
        );
        check(
            "Dr. J. Edgar of No. 2 Russia left.",
            &["Dr. J. Edgar of No. 2 Russia left."],
        );
        check(
            "He came from the U.S. The talks began at 5 p.m. on Friday.",
            &[
                "He came from the U.S.",
                "The talks began at 5 p.m. on Friday.",
            ],
        );
        check(
            "Was it held in Washington, D.C., in December? No. Yes!",
            &[
                "Was it held in Washington, D.C., in December?",
                "No.",
                "Yes!",
            ],
        );
    }

    #[test]
    fn no_abbreviation_is_too_long() {
        let all = BEFORE_NAME.into_iter().chain(MAY_END);
        assert!(all.map(str::len).max() == Some(MAX_ABBREVIATION));
    }

    #[test]
    fn quotes_close_with_their_sentence() {
        check(
            "“We plan it,” Schmidt said.\u{a0} “Through progress.” Then he left...",
            &[
                "“We plan it,” Schmidt said.",
                "“Through progress.”",
                "Then he left...",
            ],
        );
        check("会谈结束。双方同意。", &["会谈结束。", "双方同意。"]);
    }

    #[test]
    fn a_picture_credit_belongs_to_its_caption() {
        check(
            "Daniel sits in Washington, May 14, 2013. REUTERS/Jonathan Ernst",
            &["Daniel sits in Washington, May 14, 2013. REUTERS/Jonathan Ernst"],
        );
    }

    #[test]
    fn a_long_sentence_is_cut_at_its_clauses() {
        let clause = |words: usize, mark: &str| format!("{}end{mark} ", "word ".repeat(words - 1));
        let check = |block: String, expected: &[usize]| {
            let found: Vec<usize> = split(&block)
                .map(|range| block[range].split_whitespace().count())
                .collect();
            assert_eq!(found, expected, "{block}");
        };
        check(clause(60, ",") + &clause(60, "."), &[120]);
        check(clause(60, ",") + &clause(61, "."), &[60, 61]);
        // The strongest goes before the last.
        check(
            clause(50, ";") + &clause(50, ",") + &clause(50, "."),
            &[50, 100],
        );
        check(
            clause(50, ",") + &clause(50, ",") + &clause(50, "."),
            &[100, 50],
        );
        // A clause at the very start cuts nothing, and where none ends a space does.
        check(clause(10, ",") + &clause(140, "."), &[120, 30]);
        check(clause(250, "."), &[120, 120, 10]);
    }

    #[test]
    fn endless_text_is_cut_at_a_space() {
        let block = "word ".repeat(2_000);
        let sentences: Vec<Range<usize>> = split(&block).collect();
        assert!(sentences.len() > 4);
        assert!(
            sentences
                .iter()
                .all(|range| range.len() <= MAX_SENTENCE_BYTES)
        );
    }

    proptest! {
        #[test]
        fn sentences_cover_the_block(block in r#"([A-Za-z.!?“”"' …。é\n]{0,80})"#) {
            let sentences = split(&block);
            let mut covered = String::new();
            let mut last = 0;
            for range in sentences {
                prop_assert!(range.start >= last && range.start < range.end);
                last = range.end;
                covered.push_str(&block[range]);
            }
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&covered), solid(&block));
        }
    }
}
