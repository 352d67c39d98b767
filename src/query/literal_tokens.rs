//! Makes text of the operators and brackets that are not well formed.

use super::Query;
use super::print::literal;
use super::token::Token;

/// Takes out the opening brackets that nothing closes, the last ones first.
pub(super) fn close_brackets(tokens: &mut Vec<Token>, mut open: usize, notes: &mut Vec<String>) {
    if open > 0 {
        notes.push("a bracket is not closed: read as text".to_owned());
    }
    while open > 0 {
        let mut depth = 0_usize;
        // From the end: the first opening bracket that no closing one matches.
        let unmatched = tokens.iter().rposition(|token| match token {
            Token::Close => {
                depth += 1;
                false
            }
            Token::Open(_) if depth == 0 => true,
            Token::Open(_) => {
                depth -= 1;
                false
            }
            _ => false,
        });
        if let Some(at) = unmatched {
            tokens.remove(at);
        }
        open -= 1;
    }
}

/// Makes words of the operators that have nothing to work on.
pub(super) fn demote_operators(tokens: &mut [Token], notes: &mut Vec<String>) {
    let begins = |token: Option<&Token>| {
        matches!(
            token,
            Some(Token::Operand(_) | Token::Open(_) | Token::Not | Token::Minus)
        )
    };
    let ends = |token: Option<&Token>| matches!(token, Some(Token::Operand(_) | Token::Close));
    for at in 0..tokens.len() {
        let next = tokens.get(at + 1);
        let has_right = begins(next);
        let has_left = at
            .checked_sub(1)
            .is_some_and(|before| ends(tokens.get(before)));
        let (word, is_well_formed) = match &tokens[at] {
            Token::And => ("AND".to_owned(), has_left && has_right),
            Token::Or => ("OR".to_owned(), has_left && has_right),
            Token::Not => ("NOT".to_owned(), has_right),
            Token::Minus => ("-".to_owned(), has_right),
            Token::Near(reach) => {
                let is_positive = matches!(next, Some(Token::Operand(_) | Token::Open(_)));
                (reach.to_string(), has_left && is_positive)
            }
            _ => continue,
        };
        if !is_well_formed {
            let note = format!("{word} has nothing to work on: read as text");
            if !notes.contains(&note) {
                notes.push(note);
            }
            tokens[at] = Token::Operand(Query::words(literal(&word)));
        }
    }
}
