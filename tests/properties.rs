//! What must hold of every answer over the seeds, whatever the query.

mod common;

use std::fs;

use common::{World, project, schema, schema_errors};
use serde_json::Value;

/// Queries of every kind.
const QUERIES: [&[&str]; 17] = [
    &["cyber"],
    &["hotline Moscow"],
    &["--any", "the of talks between Russia and China"],
    &["\"risk reduction\""],
    &["Moscow-Washington"],
    &["communicat*"],
    &["U.S. officials"],
    &["24/7"],
    &["talks -Russia"],
    &["(hotline OR tariffs) country:US"],
    &["--country", "KP"],
    &["date:2011"],
    &["Load more"],
    &["narrow-browser-and-phone"],
    &["--passages", "5", "Schmidt"],
    &["cyber", "--facets"],
    &["nonexistentword"],
];

#[test]
fn json_keeps_to_its_schema() {
    let world = World::seeds();
    let search = schema("search-2.json");
    for query in QUERIES {
        let json = world.json(query);
        assert_eq!(schema_errors(&search, &json), [""; 0], "{query:?}");
    }
    let show = schema("show-2.json");
    for id in world.ids(&["cyber"]) {
        let json: Value = serde_json::from_str(&world.stdout(&["show", &id, "--format", "json"]))
            .expect("show prints JSON");
        assert_eq!(schema_errors(&show, &json), [""; 0], "{id}");
    }
}

#[test]
fn each_line_of_jsonl_is_a_hit_of_json() {
    let world = World::seeds();
    let json = world.json(&["cyber"]);
    let lines = world.stdout(&["search", "-q", "cyber", "--format", "jsonl"]);
    for (line, hit) in lines
        .lines()
        .zip(json["hits"].as_array().expect("hits are a list"))
    {
        let mut line: Value = serde_json::from_str(line).expect("a line is JSON");
        assert_eq!(
            line.as_object_mut().and_then(|line| line.remove("version")),
            Some(Value::from(2))
        );
        assert_eq!(&line, hit);
    }
}

#[test]
fn offsets_give_back_the_text_and_highlights_lie_inside() {
    let world = World::seeds();
    let number =
        |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it fits");
    for query in QUERIES {
        for hit in world.json(query)["hits"]
            .as_array()
            .expect("hits are a list")
        {
            let file = fs::read_to_string(world.path(hit["path"].as_str().expect("a path")))
                .expect("the seed is there");
            let passage = hit["passage"]["text"].as_str().expect("a passage");
            let start = number(&hit["passage"]["start"]);
            assert_eq!(
                &file[start..number(&hit["passage"]["end"])],
                passage,
                "{query:?}"
            );
            assert_eq!(
                number(&hit["passage"]["line"]),
                file[..start].matches('\n').count() + 1
            );
            for (text, lit) in [
                (passage, &hit["highlights"]),
                (
                    hit["title"].as_str().expect("a title"),
                    &hit["title_highlights"],
                ),
            ] {
                let mut end = 0;
                for highlight in lit.as_array().expect("highlights are a list") {
                    let (from, to) = (number(&highlight["start"]), number(&highlight["end"]));
                    assert!(
                        end <= from
                            && from < to
                            && text.is_char_boundary(from)
                            && text.is_char_boundary(to),
                        "{query:?}: {highlight}"
                    );
                    end = to;
                }
            }
        }
    }
}

#[test]
fn passages_cover_the_prose() {
    use cybersearch::article::Article;
    use cybersearch::matching::passage;
    for entry in fs::read_dir(project().join("seeds"))
        .expect("the seeds are there")
        .flatten()
    {
        let article = Article {
            text: fs::read_to_string(entry.path()).expect("a seed can be read"),
            ..Article::default()
        };
        let layout = article.layout();
        let sentences = passage::sentences(&article.text, &layout);
        for block in layout.body() {
            let mut at = block.span.start;
            for sentence in sentences
                .iter()
                .filter(|sentence| block.span.contains(&sentence.span.start))
            {
                assert!(article.text[at..sentence.span.start].trim().is_empty());
                at = sentence.span.end;
            }
            assert!(
                article.text[at..block.span.end].trim().is_empty(),
                "{:?}: {}",
                entry.path(),
                &article.text[block.span.clone()]
            );
        }
        assert!(sentences.len() > 10);
    }
}

#[test]
fn boilerplate_never_shows_while_a_sentence_matches() {
    let world = World::seeds();
    for query in [
        "browser",
        "advertisment",
        "video",
        "popular",
        "more",
        "cyber",
        "portrait",
        "load",
        "podcasts",
        "slideshow",
        "see",
    ] {
        for hit in world.json(&[query, "--passages", "9"])["hits"]
            .as_array()
            .expect("hits are a list")
        {
            let passage = hit["passage"]["text"].as_str().expect("a passage");
            let is_boilerplate = [
                "Advertis",
                "browser",
                "Load more",
                "Most Popular",
                "See all",
                "Slideshow",
                "Podcasts",
            ]
            .iter()
            .any(|words| passage.contains(words));
            assert!(!is_boilerplate || hit["score"] == 0.0, "{query}: {hit}");
        }
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let (one, other) = (World::seeds(), World::seeds());
    for query in QUERIES {
        assert_eq!(
            one.json(query)["hits"],
            other.json(query)["hits"],
            "{query:?}"
        );
    }
}

#[test]
fn pages_of_an_answer_follow_each_other() {
    let world = World::seeds();
    let all = world.ids(&["cyber"]);
    let paged: Vec<String> = (0..3)
        .flat_map(|page| world.ids(&["cyber", "-n2", "--offset", &(page * 2).to_string()]))
        .collect();
    assert_eq!(paged, all);
}
