//! Articles that lack parts of a query, after those that have all of it.

mod common;

use common::World;

/// `all.txt` is long, names everything once, and is about something else.
fn world() -> World {
    let filler = "The council heard a report on drains, gulls and the price of paint. ".repeat(40);
    let world = World::with(&[
        (
            "seeds/all.txt",
            &format!(
                "Year in review\n\n{filler}A strike of bank employees ended in May.\n\n{filler}"
            ),
        ),
        (
            "seeds/most.txt",
            "Strike at the bank\n\nThe strike at the bank goes on. The bank said the strike hurts \
             nobody, and the strike went on.",
        ),
        (
            "seeds/rare.txt",
            "Employees\n\nAll employees of the mill were sent home; employees of the dye works \
             were not.",
        ),
        (
            "seeds/common.txt",
            "Harbour\n\nThe bank of the river gave way.",
        ),
        (
            "seeds/common2.txt",
            "Fishing\n\nThe other bank of the river held.",
        ),
        (
            "seeds/common3.txt",
            "Walks\n\nA walk along the bank of the old canal.",
        ),
        (
            "seeds/other.txt",
            "Weather\n\nRain came from the west all day.",
        ),
    ]);
    world.stdout(&["index", "-q"]);
    world
}

/// The ids that a search finds, in order, each with what it lacks.
fn found(world: &World, arguments: &[&str]) -> Vec<String> {
    let json = world.json(arguments);
    let hits = json["hits"].as_array().expect("hits are a list").iter();
    hits.map(|hit| {
        let lacks = hit["lacks"].as_array().expect("a list");
        assert_eq!(hit["complete"], lacks.is_empty());
        let lacks: Vec<&str> = lacks.iter().filter_map(|lack| lack.as_str()).collect();
        let id = hit["id"].as_str().expect("an id").replace("seeds/", "");
        format!("{id} [{}]", lacks.join(" "))
    })
    .collect()
}

#[test]
fn from_three_parts_on_most_of_them_will_do_after_all_of_them() {
    let world = world();
    let query = "bank employees strike";
    assert_eq!(
        found(&world, &[query]),
        ["all.txt []", "most.txt [employees]"]
    );
    let json = world.json(&[query]);
    assert_eq!(json["total"], 1);
    assert_eq!(json["total_partial"], 1);
    assert_eq!(json["query"]["partial"], false);
    // One page is the beginning of a longer one.
    assert_eq!(found(&world, &["-n1", query]), ["all.txt []"]);
    assert_eq!(
        found(&world, &["-n1", "--offset", "1", query]),
        ["most.txt [employees]"]
    );
    let shown = world.stdout(&["search", "--format", "text", "--color", "never", query]);
    assert_eq!(
        shown.matches("    without: employees\n").count(),
        1,
        "{shown}"
    );
    let csv = world.stdout(&["search", "--format", "csv", query]);
    assert!(
        csv.lines()
            .next()
            .is_some_and(|head| head.contains(",lacks,"))
    );
    assert!(csv.contains(",employees,"), "{csv}");
}

#[test]
fn complete_ones_come_first_in_every_order() {
    let world = World::with(&[
        ("seeds/a.txt", "May 1, 1999\n\nAlpha beta gamma.\n"),
        ("seeds/b.txt", "May 1, 2003\n\nAlpha beta alone.\n"),
        ("seeds/c.txt", "May 1, 2001\n\nAlpha gamma alone.\n"),
        ("seeds/d.txt", "May 1, 2005\n\nNothing at all.\n"),
    ]);
    world.stdout(&["index", "-q"]);
    for (sort, expected) in [
        ("newest", ["a.txt []", "b.txt [gamma]", "c.txt [beta]"]),
        ("oldest", ["a.txt []", "c.txt [beta]", "b.txt [gamma]"]),
    ] {
        assert_eq!(
            found(&world, &["--sort", sort, "alpha beta gamma"]),
            expected,
            "{sort}"
        );
    }
    // Filters and exclusions hold whatever is lacking.
    assert_eq!(
        found(&world, &["alpha beta gamma date:2003"]),
        ["b.txt [gamma]"]
    );
    assert_eq!(
        found(&world, &["alpha beta gamma -gamma"]),
        ["b.txt [gamma]"]
    );
}

#[test]
fn with_two_parts_partial_ones_are_for_want_of_a_complete_one() {
    let world = world();
    assert_eq!(found(&world, &["strike employees"]), ["all.txt []"]);
    let lonely = found(&world, &["strike gulls"]);
    assert_eq!(lonely, ["all.txt []"]);
    let mut partial = found(&world, &["mill rain"]);
    partial.sort();
    assert_eq!(partial, ["other.txt [mill]", "rare.txt [rain]"]);
    let json = world.json(&["mill rain"]);
    assert_eq!(
        (&json["total"], &json["total_partial"]),
        (&0.into(), &2.into())
    );
    assert_eq!(json["query"]["partial"], true);
}

#[test]
fn options_say_what_becomes_of_partial_ones() {
    let world = world();
    let query = "bank employees strike";
    assert_eq!(found(&world, &["--all", query]), ["all.txt []"]);
    let any = found(&world, &["--any", query]);
    assert_eq!(any[0], "most.txt [employees]");
    assert_eq!(any.len(), 6);
    let json = world.json(&["--any", query]);
    assert_eq!(
        (&json["total"], &json["total_partial"]),
        (&6.into(), &0.into())
    );
    assert_eq!(
        world.stdout(&["search", "--format", "paths", query]),
        "seeds/all.txt\n"
    );
    let none = world.run(&["search", "--format", "paths", "bank mill rain"]);
    assert_eq!((none.status.code(), none.stdout.len()), (Some(1), 0));
    let json = world.json(&["--facets", "year", query]);
    assert_eq!(json["facets"][0]["unknown"], 1);
}

#[test]
fn in_a_query_of_phrases_every_phrase_holds() {
    let world = world();
    let query = "\"bank employees\" \"the strike\" \"sent home\"";
    let output = world.run(&["search", query]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn words_that_no_article_has_do_not_keep_others_from_counting() {
    let world = world();
    assert_eq!(
        found(&world, &["-n2", "strike bank elephants zebras"]),
        ["most.txt [elephants zebras]", "all.txt [elephants zebras]"]
    );
}

#[test]
fn compounds_are_found_by_their_words_and_better_side_by_side() {
    let world = World::with(&[
        (
            "seeds/apart.txt",
            "Waves\n\nA shock came, and later there was a sound in the hall of the town.",
        ),
        (
            "seeds/together.txt",
            "Waves\n\nA hall came, and later there was a shock sound in the town in the end.",
        ),
        (
            "seeds/one.txt",
            "Waves\n\nA sound of bells, a sound of horns, a sound of rain was in the air.",
        ),
        (
            "seeds/virus.txt",
            "Virus\n\nCOVID-19 came; an F-16 of al-Qaeda did not.",
        ),
        ("seeds/nineteen.txt", "Covid\n\nThe 19 patients had covid."),
        ("seeds/rapist.txt", "Court\n\nThe rapist was sentenced."),
        ("seeds/truce.txt", "Truce\n\nA ceasefire holds."),
    ]);
    world.stdout(&["index", "-q"]);
    assert_eq!(
        found(&world, &["shock-sound"]),
        ["together.txt []", "apart.txt []"]
    );
    assert_eq!(
        found(&world, &["--any", "shock-sound bells"]),
        [
            "one.txt [shock-sound]",
            "together.txt [bells]",
            "apart.txt [bells]"
        ]
    );
    for query in ["covid19", "COVID-19", "F16", "f16", "alqaeda"] {
        assert_eq!(found(&world, &[query]), ["virus.txt []"], "{query}");
    }
    assert_eq!(found(&world, &["cease-fire"]), ["truce.txt []"]);
    assert_eq!(world.run(&["search", "therapist"]).status.code(), Some(1));
    // The small words of a compound ask for nothing.
    assert_eq!(found(&world, &["bells and/or horns"]), ["one.txt []"]);
}
