//! Which words of a query have wildcards in them, and which have marks that
//! are text.
//!
//! `*` stands for any letters and `?` for any one letter, wherever they stand
//! in a word of letters, digits, hyphens and apostrophes: `wom*n`,
//! `organi?ation`, `*ox`, `anti-gov*`, also between quotes. At the end of a
//! word `?` asks a question (`who won?`), and in whatever else stands without
//! spaces (a URL, `C++`, `*.txt`) both are text.

/// What stands round a word and is no part of it.
const AROUND: &[char] = &[
    ',', '.', ';', ':', '!', '(', ')', '[', ']', '"', '“', '”', '„', '«', '»', '‹', '›', '\'', '’',
    '‘', '…', '¿', '¡',
];

/// A piece of text between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words as they are.
    Text(&'a str),
    /// A word with wildcards.
    Wildcard(&'a str),
}

/// The text of a phrase: runs of words, and words with wildcards between them.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // Where text without wildcards begins that is not told yet.
    let mut begins = 0;
    let mut chunk_at = 0;
    for chunk in text.split_inclusive(char::is_whitespace) {
        if let Some(word) = pattern(chunk.trim_end()) {
            let at = chunk_at + chunk.len() - chunk.trim_start_matches(AROUND).len();
            pieces.extend(plain(&text[begins..at]));
            begins = at + word.len();
            pieces.extend(word.split(is_hyphen).map(|part| {
                if has_wildcard(part) {
                    Piece::Wildcard(part)
                } else {
                    Piece::Text(part)
                }
            }));
        }
        chunk_at += chunk.len();
    }
    pieces.extend(plain(&text[begins..]));
    pieces
}

fn plain(text: &str) -> Option<Piece<'_>> {
    (!text.trim().is_empty()).then_some(Piece::Text(text))
}

/// The word with wildcards that a chunk without spaces is, without the marks
/// round it.
pub(super) fn pattern(chunk: &str) -> Option<&str> {
    if !has_wildcard(chunk) {
        return None;
    }
    let word = chunk.trim_start_matches(AROUND);
    let word = word.trim_end_matches(|c| c == '?' || AROUND.contains(&c));
    let is_made_of_letters = word.chars().all(|c| {
        c.is_alphanumeric()
            || has_wildcard(c.encode_utf8(&mut [0; 4]))
            || is_hyphen(c)
            || is_apostrophe(c)
    });
    // A wildcard alone would be any word.
    let has_letters = |part: &str| part.contains(char::is_alphanumeric);
    (has_wildcard(word) && is_made_of_letters && word.split(is_hyphen).all(has_letters))
        .then_some(word)
}

/// Whether a chunk has a star beside a letter and is no word with wildcards:
/// the star may have been meant as one.
pub(super) fn is_doubtful(chunk: &str) -> bool {
    chunk.contains('*') && pattern(chunk).is_none()
}

/// The same text without wildcards that would be read as such.
pub(super) fn disarmed(text: &str) -> String {
    let chunks = text.split_inclusive(char::is_whitespace);
    let chunks = chunks.map(|chunk| match pattern(chunk.trim_end()) {
        Some(_) => chunk.replace(['*', '?'], " "),
        None => chunk.to_owned(),
    });
    chunks.collect()
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_in_words_of_letters() {
        let check = |chunk, expected| assert_eq!(pattern(chunk), expected, "{chunk}");
        check("wom*n", Some("wom*n"));
        check("(wom*n),", Some("wom*n"));
        check("organi?ation?", Some("organi?ation"));
        check("*ox", Some("*ox"));
        check("a*", Some("a*"));
        check("anti-gov*", Some("anti-gov*"));
        check("l'étran*", Some("l'étran*"));
        check("won?", None);
        check("what??", None);
        check("what?'?", None);
        check("(wom*n?)?", Some("wom*n"));
        check("*", None);
        check("**", None);
        check("*a*", Some("*a*"));
        check("anti-*", None);
        check("*.txt", None);
        check("https://example.com/a?b=c", None);
        check("5*x=3", None);
    }

    #[test]
    fn a_phrase_is_cut_at_its_wildcards() {
        assert_eq!(
            pieces("the quick bro*, anti-gov* of it?"),
            [
                Piece::Text("the quick "),
                Piece::Wildcard("bro*"),
                Piece::Text(", "),
                Piece::Text("anti"),
                Piece::Wildcard("gov*"),
                Piece::Text(" of it?"),
            ]
        );
        assert_eq!(pieces("a * b"), [Piece::Text("a * b")]);
        assert!(pieces(" ").is_empty());
    }

    #[test]
    fn disarmed_text_has_none() {
        for text in ["wom*n of *ox", "a?b *", "*a? a*"] {
            let disarmed = disarmed(text);
            let none = |piece: Piece<'_>| matches!(piece, Piece::Text(_));
            assert!(pieces(&disarmed).into_iter().all(none), "{disarmed}");
        }
    }
}
