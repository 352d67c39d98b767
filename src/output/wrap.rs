//! Breaks text into lines of a terminal's width.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::safe;

/// A piece of one line and whether it is lit up.
pub(super) type StyledRun = (String, bool);

/// The columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Breaks `pieces` into lines of at most `limit` columns.
///
/// Lines break at spaces, and beside wide characters (Chinese, Japanese); a
/// word longer than a line breaks anywhere. White space shrinks to one space.
pub(super) fn wrap(pieces: &[(&str, bool)], limit: usize) -> Vec<Vec<StyledRun>> {
    let mut lines = WrappedLines {
        limit: limit.max(2),
        done: Vec::new(),
        line: Vec::new(),
        used: 0,
        word: Vec::new(),
        word_width: 0,
    };
    for (text, lit) in pieces {
        for grapheme in text.graphemes(true) {
            let shown: String = grapheme.chars().map(safe::line_char).collect();
            let columns = shown.width();
            if shown.trim().is_empty() {
                lines.end_word();
                lines.add_space(*lit);
            } else if columns >= 2 {
                lines.end_word();
                lines.add_to_word(&shown, columns, *lit);
                lines.end_word();
            } else {
                lines.add_to_word(&shown, columns, *lit);
            }
        }
    }
    lines.finish()
}

struct WrappedLines {
    limit: usize,
    done: Vec<Vec<StyledRun>>,
    line: Vec<StyledRun>,
    used: usize,
    word: Vec<StyledRun>,
    word_width: usize,
}

fn push(runs: &mut Vec<StyledRun>, text: &str, lit: bool) {
    match runs.last_mut() {
        Some((last, same)) if *same == lit => last.push_str(text),
        _ => runs.push((text.to_owned(), lit)),
    }
}

impl WrappedLines {
    fn add_to_word(&mut self, text: &str, columns: usize, lit: bool) {
        if self.word_width + columns > self.limit {
            self.end_word();
        }
        push(&mut self.word, text, lit);
        self.word_width += columns;
    }

    fn add_space(&mut self, lit: bool) {
        let ends_in_space = self.line.last().is_none_or(|(text, _)| text.ends_with(' '));
        if !ends_in_space && self.used < self.limit {
            push(&mut self.line, " ", lit);
            self.used += 1;
        } else if !ends_in_space {
            self.break_line();
        }
    }

    fn end_word(&mut self) {
        if self.used + self.word_width > self.limit {
            self.break_line();
        }
        for (text, lit) in std::mem::take(&mut self.word) {
            push(&mut self.line, &text, lit);
        }
        self.used += std::mem::take(&mut self.word_width);
    }

    fn break_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        self.used = 0;
        if let Some((last, _)) = line.last_mut() {
            last.truncate(last.trim_end().len());
        }
        line.retain(|(text, _)| !text.is_empty());
        if !line.is_empty() {
            self.done.push(line);
        }
    }

    fn finish(mut self) -> Vec<Vec<StyledRun>> {
        self.end_word();
        self.break_line();
        self.done
    }
}

/// At most `most` of the lines that [`wrap`] makes; where there are more, the
/// last ends in `…`.
pub(super) fn wrap_at_most(
    pieces: &[(&str, bool)],
    limit: usize,
    most: usize,
) -> Vec<Vec<StyledRun>> {
    let mut lines = wrap(pieces, limit);
    if lines.len() <= most {
        return lines;
    }
    lines.truncate(most);
    if let Some(line) = lines.last_mut() {
        let columns = |line: &[StyledRun]| line.iter().map(|(text, _)| width(text)).sum::<usize>();
        while columns(line) + 1 > limit
            && let Some((text, _)) = line.last_mut()
        {
            match text.grapheme_indices(true).next_back() {
                Some((at, _)) => text.truncate(text[..at].trim_end().len()),
                None => {
                    line.pop();
                }
            }
        }
        push(line, "…", false);
    }
    lines
}

/// `text` on one line of at most `limit` columns, with `…` for what is left out
/// in front: of a path the end tells most.
pub(super) fn fit_end(text: &str, limit: usize) -> String {
    if text.width() <= limit {
        return text.to_owned();
    }
    let mut used = 1;
    let mut start = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > limit {
            break;
        }
        start = at;
    }
    format!("…{}", &text[start..])
}

/// `text` on one line of at most `limit` columns, with `…` where it is cut.
pub(super) fn fit(text: &str, limit: usize) -> String {
    let text = safe::line(text);
    if text.width() <= limit {
        return text.into_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        if used + grapheme.width() + 1 > limit {
            break;
        }
        used += grapheme.width();
        cut.push_str(grapheme);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(pieces: &[(&str, bool)], limit: usize) -> Vec<String> {
        let lines = wrap(pieces, limit);
        lines
            .into_iter()
            .map(|line| {
                line.into_iter()
                    .map(|(text, lit)| if lit { format!("[{text}]") } else { text })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn lines_break_at_spaces_and_beside_wide_characters() {
        assert_eq!(
            plain(&[("one two  three\nfour", false)], 9),
            ["one two", "three", "four"]
        );
        assert_eq!(
            plain(&[("会谈结束双方", false)], 5),
            ["会谈", "结束", "双方"]
        );
        assert_eq!(plain(&[("abcdefghij", false)], 4), ["abcd", "efgh", "ij"]);
        assert_eq!(
            plain(&[("a ", false), ("hot", true), ("line b", false)], 7),
            ["a", "[hot]line", "b"].map(str::to_owned)
        );
    }

    #[test]
    fn combining_marks_take_no_column() {
        assert_eq!(
            plain(&[("e\u{301}e\u{301} ab", false)], 5),
            ["e\u{301}e\u{301} ab"]
        );
        assert_eq!(fit("会谈结束", 5), "会谈…");
        assert_eq!(fit("short", 5), "short");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_its_end_or_in_front() {
        let cut = |text, limit, most| -> Vec<String> {
            let lines = wrap_at_most(&[(text, false)], limit, most).into_iter();
            lines
                .map(|line| line.into_iter().map(|(text, _)| text).collect())
                .collect()
        };
        assert_eq!(cut("one two three", 7, 2), ["one two", "three"]);
        assert_eq!(cut("one two three four", 7, 2), ["one two", "three…"]);
        assert_eq!(cut("one two threes four", 7, 2), ["one two", "threes…"]);
        assert_eq!(cut("one two sevenxx four", 7, 2), ["one two", "sevenx…"]);
        assert_eq!(cut("白宫与俄罗斯会谈", 6, 2), ["白宫与", "俄罗…"]);
        assert_eq!(fit_end("a/b/c.txt:1", 20), "a/b/c.txt:1");
        assert_eq!(fit_end("folder/b/c.txt:1", 8), "…c.txt:1");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_limit(text in ".{0,120}", limit in 4_usize..40) {
            for line in wrap(&[(&text, false)], limit) {
                let line: String = line.into_iter().map(|(text, _)| text).collect();
                prop_assert!(line.width() <= limit, "{:?}", line);
                prop_assert!(!line.contains(|c: char| c.is_control()));
            }
        }
    }
}
