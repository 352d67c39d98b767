//! A form for a text, and who, where and when in it.

use maud::{Markup, html};

use super::article::{counted, field_marks, text};
use super::layout;
use super::titled;
use crate::article::Article;
use crate::extract::Extraction;
use crate::serve::parts::words;

/// The most bytes of a text.
pub(super) const MOST: usize = 1 << 20;

fn asked(text: &str) -> Markup {
    html! {
        form method="post" action="/extract" {
            p {
                label for="text" { "A text; nothing of it is kept" }
                textarea #text name="text" rows="10" required { (text) }
            }
            button { "Find who, where and when" }
        }
    }
}

/// The form.
pub(super) fn form() -> Vec<u8> {
    let content = html! { h1 { "Extract" } (asked("")) };
    layout::page(&titled("Extract"), &content)
}

/// What was found.
pub(super) fn page(article: &Article, found: &Extraction) -> Vec<u8> {
    let evidence = found
        .published
        .evidence
        .iter()
        .map(|span| span.start..span.end);
    let marks = field_marks(article, found, evidence);
    let content = html! {
        h1 { "Extract" }
        dl {
            dt { "Published" }
            dd { (words::date(&found.published)) span.quiet { " · " (words::method(&found.published)) } }
            dt { "Countries" }
            dd {
                @if found.countries.is_empty() { "none" }
                @for (at, country) in found.countries.iter().enumerate() {
                    @if at > 0 { " · " }
                    (country.name) @if country.main { " " b { "main" } }
                    (counted(country.mentions.iter().map(|mention| mention.mention.text.as_str())))
                }
            }
            dt { "People" }
            dd {
                @if found.people.is_empty() { "none" }
                @for (at, person) in found.people.iter().enumerate() {
                    @if at > 0 { " · " }
                    (words::line(&person.name))
                    @if let Some(title) = &person.title { ", " (words::line(title)) }
                    (counted(person.mentions.iter().map(|mention| mention.text.as_str())))
                }
            }
            dt { "Dates" }
            dd {
                @if found.dates.is_empty() { "none" }
                @for (at, date) in found.dates.iter().enumerate() {
                    @if at > 0 { " · " }
                    "“" (words::line(&date.mention.text)) "” = " (date.value.as_deref().unwrap_or("not resolved"))
                }
            }
        }
        p.tools #marks {}
        (text(article, 0..article.text.len(), &marks))
        h2 { "Another text" }
        (asked(""))
    };
    layout::page(&titled("Extract"), &content)
}
