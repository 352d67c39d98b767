//! Finds the dates an article mentions, and when it was published.
//!
//! `publication` decides the publication date, from the most certain source
//! down; then the expressions of the text are resolved against it. What the
//! text does not settle stays unresolved.

mod calendar_form;
mod clock;
mod expression;
mod header;
mod inference;
mod publication;
mod relative;
mod resolve;
mod sentences;
mod tense;
mod token;
mod word;

use self::resolve::Resolver;
use super::published::Published;
use super::{DateMention, Mention, Page};
use crate::article::Metadata;

/// The publication date of `page` and the dates it mentions, in order.
/// `metadata` is what the source says apart from the text.
pub(super) fn find(page: &Page<'_>, metadata: &Metadata) -> (Published, Vec<DateMention>) {
    let expressions = expression::find(page);
    let published = publication::decide(page, &expressions, metadata);
    let mut resolver = Resolver::new(&published);
    let dates = expressions
        .iter()
        .filter(|expression| expression.in_body)
        .map(|expression| DateMention {
            mention: Mention::at(page.text, expression.span.clone()),
            value: resolver.value(expression),
        })
        .collect();
    (published, dates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(
        text: &str,
        stated: Option<&str>,
        published: Option<&str>,
        dates: &[(&str, Option<&str>)],
    ) {
        let layout = Layout::of(text, Some("-"));
        let (found, mentions) = find(
            &Page {
                text,
                layout: &layout,
            },
            &Metadata {
                date: stated.map(str::to_owned),
                ..Metadata::default()
            },
        );
        assert_eq!(found.value.as_deref(), published, "{text}");
        let shown: Vec<(&str, Option<&str>)> = mentions
            .iter()
            .map(|date| (date.mention.text.as_str(), date.value.as_deref()))
            .collect();
        assert_eq!(shown, dates, "{text}");
    }

    #[test]
    fn dates_are_resolved_against_the_publication() {
        check(
            "They met on Tuesday, last month and this summer, he said. In 2011 and on June 21-23 they agreed in October.",
            Some("2013-05-14"),
            Some("2013-05-14"),
            &[
                ("Tuesday", Some("2013-05-14")),
                ("last month", Some("2013-04")),
                ("this summer", Some("2013-SU")),
                ("2011", Some("2011")),
                ("June 21-23", Some("2013-06-21/2013-06-23")),
                ("October", Some("2012-10")),
            ],
        );
    }

    #[test]
    fn without_a_publication_date_nothing_is_made_up() {
        check(
            "They may march on Tuesday in 24/7 mode, 5 years ago, on November 1, he said.",
            None,
            None,
            &[
                ("Tuesday", None),
                ("5 years ago", None),
                ("November 1", Some("XXXX-11-01")),
            ],
        );
    }
}
