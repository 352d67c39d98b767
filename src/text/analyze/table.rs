//! Tables of words with their other forms, in plain text: a word, then its forms,
//! on each line.
//!
//! Where a form stands is found by a hash table of places in the text, and the
//! words with a letter by the place of their lines. Both are made when the
//! program is compiled, so that a search, which asks for a few dozen words, does
//! not pay for a table that an index of a whole archive needs.

/// The slots of the hash table of a text: twice as many as there are forms, so
/// that most words are told by one look.
const SLOTS: usize = 1024;

/// A word and its forms, with spaces between.
pub(super) type WithForms = (&'static str, &'static str);

/// One table.
pub(super) struct FormTable {
    text: &'static str,
    /// Of each form, where it begins and where its line does; `0` twice where
    /// there is none.
    slots: [(u16, u16); SLOTS],
    /// For each first letter of a form, a bit for each second one, and one for
    /// each last one: most words are no form by these.
    letters: [(u32, u32); 26],
    /// For each letter, where the lines of its words begin and end.
    lines: [(u16, u16); 26],
}

impl FormTable {
    /// The table of a text whose words with the same first letter stand together.
    /// It begins and ends with a line end.
    pub(super) const fn new(text: &'static str) -> FormTable {
        let mut table = FormTable {
            text,
            slots: [(0, 0); SLOTS],
            letters: [(0, 0); 26],
            lines: [(0, 0); 26],
        };
        let bytes = text.as_bytes();
        assert!(bytes.len() <= u16::MAX as usize && bytes[0] == b'\n');
        let mut start = 1;
        while start < bytes.len() {
            let end = word_end(bytes, start, false);
            table.add_line(start, end);
            let mut form = word_end(bytes, start, true) + 1;
            while form < end {
                table.add_form(form, start);
                form = word_end(bytes, form, true) + 1;
            }
            start = end + 1;
        }
        table
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is short enough")]
    const fn add_line(&mut self, start: usize, end: usize) {
        let initial = (self.text.as_bytes()[start] - b'a') as usize;
        let (first, last) = self.lines[initial];
        let is_next = last == 0 || last as usize + 1 == start;
        assert!(is_next, "words with the same first letter stand together");
        let first = if last == 0 { start as u16 } else { first };
        self.lines[initial] = (first, end as u16);
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is short enough")]
    const fn add_form(&mut self, form: usize, line: usize) {
        let bytes = self.text.as_bytes();
        let mut hash = Hash::new();
        let mut at = form;
        while bytes[at] > b' ' {
            hash.add(bytes[at]);
            at += 1;
        }
        let of_first = &mut self.letters[(bytes[form] - b'a') as usize];
        of_first.0 |= 1 << (bytes[form + 1] - b'a');
        of_first.1 |= 1 << (bytes[at - 1] - b'a');
        let mut slot = hash.slot();
        while self.slots[slot].0 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = (form as u16, line as u16);
    }

    /// The words of the table, each with one of its forms.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.text.lines().flat_map(|line| {
            let (word, forms) = line.split_once(' ').unwrap_or((line, ""));
            forms.split_whitespace().map(move |form| (word, form))
        })
    }

    /// The words that begin with a letter, each with its forms.
    pub(super) fn of_initial(&self, initial: u8) -> impl Iterator<Item = WithForms> + use<> {
        let letter = initial.wrapping_sub(b'a');
        let (start, end) = self
            .lines
            .get(usize::from(letter))
            .copied()
            .unwrap_or((0, 0));
        let lines = self.text[usize::from(start)..usize::from(end)].lines();
        lines.filter_map(|line| line.split_once(' '))
    }

    /// The word that `form` is a form of.
    pub(super) fn get(&self, form: &str) -> Option<&'static str> {
        let [first, second, .., last] = *form.as_bytes() else {
            return None;
        };
        let (seconds, lasts) = self.letters[letter(first)?];
        if seconds & (1 << letter(second)?) == 0 || lasts & (1 << letter(last)?) == 0 {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut hash = Hash::new();
        for byte in form.bytes() {
            hash.add(byte);
        }
        let mut slot = hash.slot();
        loop {
            let (at, line) = self.slots[slot];
            if at == 0 {
                return None;
            }
            let known = &bytes[usize::from(at)..];
            if known.starts_with(form.as_bytes())
                && known.get(form.len()).is_none_or(|after| *after <= b' ')
            {
                return self.text[usize::from(line)..].split(' ').next();
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// Where the word that stands at `at` ends, or the line.
const fn word_end(bytes: &[u8], mut at: usize, ends_at_space: bool) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' && !(ends_at_space && bytes[at] == b' ') {
        at += 1;
    }
    at
}

/// The number of a small letter in the alphabet, from 0.
fn letter(byte: u8) -> Option<usize> {
    byte.is_ascii_lowercase().then(|| usize::from(byte - b'a'))
}

/// FNV-1a (Fowler, Noll and Vo), which can be computed when the program is
/// compiled.
struct Hash(u32);

impl Hash {
    const fn new() -> Hash {
        Hash(0x811c_9dc5)
    }

    const fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u32).wrapping_mul(0x0100_0193);
    }

    const fn slot(&self) -> usize {
        (self.0 ^ (self.0 >> 16)) as usize % SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: FormTable = FormTable::new("\ngo went gone\nbe was were\nmouse mice\n");

    #[test]
    fn forms_and_no_others_have_a_word() {
        let check = |form: &str, expected| assert_eq!(TABLE.get(form), expected, "{form}");
        check("went", Some("go"));
        check("gone", Some("go"));
        check("were", Some("be"));
        check("mice", Some("mouse"));
        for none in [
            "go",
            "be",
            "wen",
            "ent",
            "",
            "went gone",
            "ice",
            "was\n",
            "micex",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn words_are_found_by_their_first_letter() {
        for initial in *b"gbmxA{" {
            let found = TABLE.of_initial(initial);
            let found =
                found.flat_map(|(word, forms)| forms.split(' ').map(move |form| (word, form)));
            let expected = TABLE
                .all()
                .filter(|(word, _)| word.as_bytes()[0] == initial);
            assert!(found.eq(expected));
        }
    }
}
