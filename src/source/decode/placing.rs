//! What a character beyond ASCII is worth where it stands: letters in words,
//! marks where such marks are set.

/// The characters around one.
pub(super) struct Around {
    pub(super) before: Option<char>,
    pub(super) after: Option<char>,
    /// The next but one on each side.
    wide: (Option<char>, Option<char>),
}

impl Around {
    /// The characters around the one at `at`.
    pub(super) fn of(characters: &dyn Fn(usize) -> Option<char>, at: usize) -> Around {
        let before = |by: usize| at.checked_sub(by).and_then(characters);
        Around {
            before: before(1),
            after: characters(at + 1),
            wide: (before(2), characters(at + 2)),
        }
    }
}

/// A letter of any script.
pub(super) fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphabetic)
}

pub(super) fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn is_space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// What speaks against a letter where it stands; 0 if nothing does.
pub(super) fn place_of_letter(c: char, around: &Around) -> f32 {
    let Around {
        before,
        after,
        wide,
    } = around;
    if is_digit(*after) || is_digit(*before) {
        return -5.0;
    }
    let is_foreign = |c: &Option<char>| is_letter(*c) && c.is_some_and(|c| !c.is_ascii());
    let is_lower = |c: &Option<char>| c.is_some_and(char::is_lowercase);
    let is_upper = |c: &Option<char>| c.is_some_and(char::is_uppercase);
    match (is_letter(*before), is_letter(*after)) {
        // Words of one letter are vowels: à, é, ó, ö.
        (false, false) if "àáâåèéêìíòóôöøőùú".contains(c.to_lowercase().next().unwrap_or(c)) => {
            -0.5
        }
        (false, false) => -4.0,
        // Three such letters in a row make no word in Latin letters, but every
        // word in others.
        _ if is_foreign(before) && is_foreign(after) => -3.0,
        _ if c.is_uppercase() && is_lower(before) => -5.0,
        // No word begins with them.
        (false, _) if matches!(c, 'ï' | 'Ï' | 'ÿ' | 'Ÿ' | 'ß') => -3.0,
        // In a word of capitals, or behind the one that opens the word.
        _ if c.is_lowercase() && is_upper(before) && (is_upper(after) || is_upper(&wide.0)) => -4.0,
        _ => 0.0,
    }
}

/// A letter or a digit.
fn is_word(c: Option<char>) -> bool {
    is_letter(c) || is_digit(c)
}

/// What a mark is worth that stands as it should, or does not.
fn held(is_so: bool, worth: f32) -> f32 {
    if is_so { worth } else { -2.0 }
}

/// What a mark is worth where it stands: above 0 where such marks do.
pub(super) fn worth_of_mark(c: char, around: &Around) -> f32 {
    if let Some(worth) = worth_of_quote(c, around) {
        return worth;
    }
    let Around {
        before,
        after,
        wide,
    } = *around;
    match c {
        '–' | '—' => match (is_space(before), is_space(after)) {
            (true, true) => 2.0,
            _ if is_word(before) && is_word(after) => 1.0,
            _ => 0.0,
        },
        '£' | '€' | '¥' => {
            let beside = is_digit(after) || is_digit(before);
            let apart = |near: Option<char>, far: Option<char>| is_space(near) && is_digit(far);
            let is_amount = beside || apart(after, wide.1) || apart(before, wide.0);
            match (is_amount, is_letter(before) && is_letter(after)) {
                (true, _) => 3.0,
                (false, true) => -4.0,
                (false, false) => 0.0,
            }
        }
        '¢' => held(is_digit(before), 1.5),
        '°' => held(is_digit(before) || is_digit(wide.0), 2.0),
        'º' | 'ª' => held(is_digit(before) || c == 'º' && before == Some('n'), 1.5),
        '²' | '³' | '¹' => held(is_letter(before) && !is_letter(after), 1.0),
        '½' | '¼' | '¾' => held(is_digit(before) || is_space(before), 2.0),
        '¿' | '¡' => held(is_letter(after) && !is_letter(before), 2.5),
        '§' | '©' => held(!is_letter(before) && !is_letter(after), 1.5),
        '®' | '™' => held(is_letter(before), 1.0),
        '×' | '±' | '÷' => held(!is_letter(before) || !is_letter(after), 0.5),
        '•' | '·' => held(!is_letter(before), 1.0),
        // Before a mark in French, inside a number, around a dash.
        '\u{a0}' => {
            let mark = after.is_some_and(|c| ":;?!»%–—€".contains(c));
            let is_inside = is_digit(before) && is_digit(after);
            match () {
                () if mark || is_inside || before == Some('«') => 1.5,
                () if is_letter(before) && is_letter(after) => -0.5,
                () => 0.0,
            }
        }
        '\u{ad}' => held(is_letter(before) && is_letter(after), 0.0),
        '´' | '`' | '¨' | '¸' | '˜' | 'ˆ' | '¯' => -2.0,
        c if c.is_control() || c == char::REPLACEMENT_CHARACTER => -6.0,
        _ => -4.0,
    }
}

/// The same of a quotation mark, an apostrophe or an ellipsis; `None` of others.
fn worth_of_quote(c: char, around: &Around) -> Option<f32> {
    let Around { before, after, .. } = *around;
    let closes = is_word(before) || before.is_some_and(|c| ".,!?…%)’\"".contains(c));
    let opens = is_space(before) || before.is_some_and(|c| "([\"-–—'‘“".contains(c));
    Some(match c {
        '’' if is_letter(before) && is_letter(after) => 3.0,
        '’' | '…' => held(closes || is_word(after), 1.5),
        '‘' | '“' if opens && is_word(after) => 2.5,
        '”' if closes && !is_word(after) => 2.5,
        // In German “ ends a quotation, in Swedish ” begins one.
        '“' => held(closes && !is_word(after), 1.0),
        '‘' => held(closes && !is_word(after), 0.5),
        '”' => held(opens && is_word(after), 0.5),
        '«' | '»' | '‹' | '›' => {
            let is_tight = is_word(before) && is_word(after);
            // In German they point inwards.
            let is_outward = matches!(c, '«' | '‹') == opens;
            held(!is_tight, if is_outward { 1.5 } else { 0.5 })
        }
        _ => return None,
    })
}
