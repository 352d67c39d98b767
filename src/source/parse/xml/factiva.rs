//! Articles of Factiva, as its interface gives them in XML.
//!
//! The text is the lead and the paragraphs behind it. Indexing terms of the
//! vendor are kept and no part of the text. Known from the test file of one
//! program that reads it.
//!
//! Example: `<accessionNo>` is a second way to ask for the article.

use super::Item;
use super::flow::Flow;
use super::tree::Element;

/// What an `article` states.
pub(super) fn read(source: &str, element: &Element) -> Item {
    let line = |path: &str| element.line_at(source, path);
    let mut item = Item {
        title: line("headline"),
        ..Item::default()
    };
    item.metadata.author = line("byline");
    item.metadata.source = line("sourceName").or_else(|| line("publisherName"));
    item.date(&[
        (
            "published",
            line("publicationDate/date").or_else(|| line("publicationDate/dateTime")),
        ),
        ("time", line("publicationDate/dateTime")),
    ]);
    item.alias(line("accessionNo"));
    let kept = [
        ("accession number", "accessionNo"),
        ("section", "sectionName"),
        ("length", "wordCount"),
        ("language", "baseLanguage"),
        ("copyright", "copyright"),
        ("page", "pages"),
        ("credit", "credit"),
        ("notes", "notes"),
    ];
    for (key, name) in kept {
        item.set(key, line(name));
    }
    let lists = [
        ("subject", "newsSubject"),
        ("region", "region"),
        ("company", "company"),
        ("industry", "industry"),
    ];
    for (key, name) in lists {
        let terms = element.elements().filter(|child| child.local() == name);
        item.set_all(key, terms.filter_map(|term| term.line_at(source, "name")));
    }
    let mut flow = Flow::of(source);
    for name in ["leadParagraph", "tailParagraphs"] {
        for part in element.elements().filter(|child| child.local() == name) {
            flow.add(part);
        }
    }
    item.text = flow.finish();
    item
}
