//! What a program needs of the library that keeps an index open: whether it has
//! moved on, marks in a whole article, and what `status` says as JSON.

mod common;

use common::{World, schema, schema_errors};
use cybersearch::engine::local::Index;
use cybersearch::library::Library;
use cybersearch::query::Filter;
use cybersearch::search::{By, FacetRequest, Marks, Request, facets, marks, search};
use serde_json::Value;

fn opened(world: &World) -> Index {
    let library = Library::at(world.root());
    let index = Index::open(&library).expect("it can be opened");
    index.expect("there is an index")
}

#[test]
fn an_index_tells_that_another_state_was_committed() {
    let world = World::with(&[("seeds/a.txt", "May 14, 2013\n\nTalks in Moscow.")]);
    world.stdout(&["index", "-q"]);
    let index = opened(&world);
    assert!(!index.has_moved_on());
    world.stdout(&["index", "-q"]);
    assert!(!index.has_moved_on(), "nothing was committed");
    world.write("seeds/b.txt", b"More talks in Moscow.");
    world.stdout(&["index", "-q"]);
    assert!(index.has_moved_on());
    let next = opened(&world);
    assert!(!next.has_moved_on());
    world.stdout(&["index", "-q", "--rebuild"]);
    assert!(next.has_moved_on());
    let rebuilt = opened(&world);
    std::fs::remove_dir_all(&next.library().index_dir).expect("it can be removed");
    assert!(rebuilt.has_moved_on(), "an index that is gone has moved on");
}

#[test]
fn every_occurrence_in_an_article_is_marked() {
    let filler = "Nothing of note was said on this day either. ".repeat(200);
    let text = format!(
        "Hotline talks begin\n\nThe hotline opens.\n\n{filler}\n\nTwo hotlines, and “the hotline” again. {filler} A hot line is none.\n"
    );
    let world = World::with(&[("seeds/a.txt", &text)]);
    world.stdout(&["index", "-q"]);
    let index = opened(&world);
    let (record, text) = index
        .articles_named("seeds/a.txt", "seeds/a.txt")
        .expect("it can be read")
        .remove(0);
    let marked = |query: &str| {
        let request = Request {
            text: query.to_owned(),
            ..Request::default()
        };
        marks(&index, &record, &text, &request).expect("it can be marked")
    };
    let words = |found: &Marks| -> Vec<String> {
        let found = found.text.iter();
        found
            .map(|mark| text[mark.start..mark.end].to_owned())
            .collect()
    };
    let found = marked("hotline");
    assert_eq!(words(&found), ["Hotline", "hotline", "hotlines", "hotline"]);
    assert!(found.text.iter().all(|mark| mark.term == "hotline"));
    assert_eq!(found.title.len(), 1);
    assert_eq!(
        &record.title[found.title[0].start..found.title[0].end],
        "Hotline"
    );
    assert_eq!(
        words(&marked("\"hotline talks\" elephant")),
        ["Hotline talks"]
    );
    assert_eq!(words(&marked("=hotlines country:RU")), ["hotlines"]);
    assert_eq!(marked("country:none"), Marks::default());
    assert_eq!(words(&marked("the")), ["The", "the"]);
    assert_eq!(marked(""), Marks::default());
}

#[test]
fn the_filter_of_a_facets_value_counts_as_it_does() {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    let index = opened(&world);
    let by = [
        By::Country,
        By::Main,
        By::Person,
        By::Year,
        By::Month,
        By::Source,
    ];
    let all = Request::default();
    let wanted = FacetRequest::of(by, 0);
    let counted = facets(&index, &all, &wanted).expect("facets are counted");
    let total = |filter: Filter| {
        let request = Request {
            text: filter.to_string(),
            ..Request::default()
        };
        search(&index, &request).expect("it is answered").total
    };
    let mut values = 0;
    for facet in &counted.facets {
        for value in &facet.values {
            let filter = facet.filter(value).expect("every value has a filter");
            assert_eq!(total(filter.clone()), value.count, "{filter}");
            values += 1;
        }
        match facet.filter_unknown() {
            Some(filter) => assert_eq!(total(filter), facet.unknown, "{:?}", facet.by),
            None => assert_eq!(facet.unknown, 0),
        }
    }
    assert!(values > 30);
}

#[test]
fn status_keeps_to_its_schema() {
    let world = World::seeds();
    world.write(
        "seeds/bad.jsonl",
        b"{\n{\"text\": \"Fine.\", \"date\": \"soon\"}\n",
    );
    world.write("seeds/picture.jpg", b"\xff\xd8\xff");
    world.write(
        "corrections.txt",
        b"Daniel = Michael Daniel\nNobody Atall = -\n",
    );
    let status = |world: &World| {
        let json: Value = serde_json::from_str(&world.stdout(&["status", "--format", "json"]))
            .expect("the output is JSON");
        assert_eq!(
            schema_errors(&schema("status-2.json"), &json),
            [""; 0],
            "{json}"
        );
        json
    };
    world.stdout(&["index", "-q"]);
    let fresh = status(&world);
    assert!(!fresh["skipped"].as_array().expect("a list").is_empty());
    assert!(fresh["corrections"].is_object());
    world.write("seeds/new.txt", b"Something new.");
    world.write("corrections.txt", b"this is no rule\n");
    let stale = status(&world);
    assert_eq!(stale["stale"], true);
    assert_eq!(stale["corrections"]["wrong"][0]["line"], 1);
}
