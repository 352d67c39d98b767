//! Makes text of the operators and brackets that are not well formed.

use super::Query;
use super::print::literal;
use super::token::QueryToken;

/// Takes out the opening brackets that nothing closes, the last ones first.
pub(super) fn close_brackets(
    tokens: &mut Vec<QueryToken>,
    mut open: usize,
    notes: &mut Vec<String>,
) {
    if open > 0 {
        notes.push("unclosed parenthesis: treated as text".to_owned());
    }
    while open > 0 {
        let mut depth = 0_usize;
        // From the end: the first opening bracket that no closing one matches.
        let unmatched = tokens.iter().rposition(|token| match token {
            QueryToken::Close => {
                depth += 1;
                false
            }
            QueryToken::Open(_) if depth == 0 => true,
            QueryToken::Open(_) => {
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
pub(super) fn demote_operators(tokens: &mut [QueryToken], notes: &mut Vec<String>) {
    let begins = |token: Option<&QueryToken>| {
        matches!(
            token,
            Some(
                QueryToken::Operand(_) | QueryToken::Open(_) | QueryToken::Not | QueryToken::Minus
            )
        )
    };
    let ends = |token: Option<&QueryToken>| {
        matches!(token, Some(QueryToken::Operand(_) | QueryToken::Close))
    };
    for at in 0..tokens.len() {
        let next = tokens.get(at + 1);
        let has_right = begins(next);
        let has_left = at
            .checked_sub(1)
            .is_some_and(|before| ends(tokens.get(before)));
        let (word, is_well_formed) = match &tokens[at] {
            QueryToken::And => ("AND".to_owned(), has_left && has_right),
            QueryToken::Or => ("OR".to_owned(), has_left && has_right),
            QueryToken::Not => ("NOT".to_owned(), has_right),
            QueryToken::Minus => ("-".to_owned(), has_right),
            QueryToken::Near(reach) => {
                let is_positive =
                    matches!(next, Some(QueryToken::Operand(_) | QueryToken::Open(_)));
                (reach.to_string(), has_left && is_positive)
            }
            _ => continue,
        };
        if !is_well_formed {
            let note = format!("{word} has no operand: treated as text");
            if !notes.contains(&note) {
                notes.push(note);
            }
            tokens[at] = QueryToken::Operand(Query::words(literal(&word)));
        }
    }
}
