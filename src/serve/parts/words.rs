//! Numbers, dates and notes as pages say them.

use maud::{Markup, html};

use crate::extract::{Method, Published};
use crate::gazetteer::countries::name_of;
use crate::output::safe;
use crate::search::{Answer, Help, Reading};

/// `1 article`, `23,808 articles`.
pub(in crate::serve) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number with its thousands apart.
pub(in crate::serve) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// When an article was published, as exactly as is known.
pub(in crate::serve) fn date(published: &Published) -> String {
    published
        .value
        .clone()
        .unwrap_or_else(|| "undated".to_owned())
}

/// What tells the date of an article.
pub(in crate::serve) fn method(published: &Published) -> &'static str {
    match published.method {
        Method::Metadata => "stated by the source",
        Method::Url => "in the address",
        Method::Header => "date line",
        Method::Dateline => "dateline",
        Method::Inferred => "inferred from the text",
        Method::Bounds => "a past date in the text",
        Method::None => "the text does not say",
    }
}

/// The codes of countries, each with its name for whoever asks.
pub(in crate::serve) fn codes(codes: &[String]) -> Markup {
    html! {
        @for code in codes {
            a.c href=(super::link::Link::to(&format!("/country/{code}"))) title=(name_of(code)) { (code) }
            " "
        }
    }
}

/// Text of an article on one line, without what acts.
pub(in crate::serve) fn line(text: &str) -> String {
    safe::line(text).into_owned()
}

/// What an answer has to say beside its hits, a line each.
pub(in crate::serve) fn notes(answer: &Answer) -> Vec<String> {
    let mut notes = reading(&answer.reading);
    notes.extend(answer.reading.order_note.map(str::to_owned));
    if answer.undated_left_out > 0 {
        let left_out = count(answer.undated_left_out, "article");
        notes.push(format!("{left_out} of unknown or open date left out"));
    }
    notes
}

/// How a query was read, where that may surprise.
pub(in crate::serve) fn reading(reading: &Reading) -> Vec<String> {
    reading.notes("these match part of it")
}

/// What may help where nothing was found, with links made by `again`.
pub(in crate::serve) fn help(help: &Help, again: &dyn Fn(&str) -> String) -> Markup {
    html! {
        @if !help.missing.is_empty() { p { "No article contains: " (line(&help.missing.join(", "))) "." } }
        @if let Some(suggestion) = &help.suggestion {
            p { "Did you mean " a href=(again(suggestion)) { (line(suggestion)) } "?" }
        }
        @if !help.blocking.is_empty() {
            p { "There are hits without: " (line(&help.blocking.join(", "))) "." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(1, "article"), "1 article");
        assert_eq!(count(0, "article"), "0 articles");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
    }
}
