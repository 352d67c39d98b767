//! Words in other forms, scripts and spellings, and words with wildcards.

mod common;

use common::World;

/// An article that is filled up so that its words count as text.
fn world(articles: &[(&str, &str)]) -> World {
    let articles: Vec<(String, String)> = articles
        .iter()
        .map(|(name, text)| (format!("seeds/{name}.txt"), format!("Report\n\n{text}\n")))
        .collect();
    let articles: Vec<(&str, &str)> = articles
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let world = World::with(&articles);
    world.stdout(&["index", "-q"]);
    world
}

/// The names of the articles that a query finds, all of its words, and what
/// lights up in them.
fn found(world: &World, query: &str) -> (Vec<String>, Vec<String>) {
    let json = world.json(&["--no-fold", "--", query]);
    if json["query"]["partial"] == true {
        return (Vec::new(), Vec::new());
    }
    let (mut names, mut lit) = (Vec::new(), Vec::new());
    for hit in json["hits"].as_array().expect("hits are a list") {
        let id = hit["id"].as_str().expect("an id is text");
        names.push(id.replace("seeds/", "").replace(".txt", ""));
        let text = hit["passage"]["text"].as_str().unwrap_or_default();
        for span in hit["highlights"].as_array().expect("highlights are a list") {
            let [start, end] = ["start", "end"].map(|end| {
                usize::try_from(span[end].as_u64().expect("a number")).expect("it fits")
            });
            lit.push(text[start..end].to_owned());
        }
    }
    names.sort();
    lit.sort();
    (names, lit)
}

fn check(world: &World, query: &str, names: &str, lit: &str) {
    let found = found(world, query);
    assert_eq!(found.0.join(" "), names, "{query}");
    assert_eq!(found.1.join(" | "), lit, "{query}");
}

#[test]
fn words_of_two_countries_and_irregular_forms_are_one_word() {
    let world = world(&[
        (
            "uk",
            "The labour party and the defence secretary organised a programme. Women and \
             children came. They met, they said, and the team won.",
        ),
        (
            "us",
            "The labor party and the defense secretary organize a program. A woman and a child \
             come. They meet, they say, and the team wins.",
        ),
    ]);
    for (query, lit) in [
        ("labor", "labor | labour"),
        ("defence", "defence | defense"),
        ("organized", "organised | organize"),
        ("program", "program | programme"),
        ("woman", "Women | woman"),
        ("children", "child | children"),
        ("meets", "meet | met"),
        ("said", "said | say"),
        ("winning", "wins | won"),
        ("\"labour party\"", "labor party | labour party"),
        ("body:women", "Women | woman"),
        ("women NEAR/4 came", "Women | came | come | woman"),
    ] {
        check(&world, query, "uk us", lit);
    }
    // The form that was typed, and no other.
    check(&world, "=women", "uk", "Women");
    check(&world, "=labor", "us", "labor");
    check(&world, "=said", "uk", "said");
    check(&world, "=say", "us", "say");
    check(&world, "title:women", "", "");
}

#[test]
fn elided_articles_and_apostrophes_are_no_part_of_a_word() {
    let world = world(&[
        (
            "fr",
            "Le président n'ira pas à l’étranger, dit l'Élysée, pour les œuvres d'études de l'Union.",
        ),
        ("it", "La sede dell’Impero è nell'edificio all'angolo."),
        (
            "ie",
            "Mr O’Brien and Mr D'Souza said they don't know d'Artagnan.",
        ),
    ]);
    check(&world, "étranger", "fr", "l’étranger");
    check(&world, "elysee", "fr", "l'Élysée");
    check(&world, "l’Élysée", "fr", "l'Élysée");
    check(&world, "études", "fr", "d'études");
    check(&world, "=union", "fr", "l'Union");
    check(&world, "\"de l'Union\"", "fr", "de l'Union");
    check(&world, "impero", "it", "dell’Impero");
    check(&world, "edificio", "it", "nell'edificio");
    check(&world, "OBrien", "ie", "O’Brien");
    check(&world, "O'Brien", "ie", "O’Brien");
    check(&world, "DSouza", "ie", "D'Souza");
    check(&world, "dont know", "ie", "don't | know");
    check(&world, "Artagnan", "ie", "d'Artagnan");
    check(&world, "d'Artagnan", "ie", "d'Artagnan");
    check(&world, "étran*", "fr", "l’étranger");
}

#[test]
fn marks_that_may_be_left_out_do_not_matter() {
    let world = world(&[
        ("ar", "قال الوزير إنّ المحادثات مستمرّة، وأكّد الرئيس دعمه."),
        ("he", "הוא אמר שָׁלוֹם לכולם"),
        ("ko", "회의는 서울에서 열렸고 북한과 미국이 참가했다."),
    ]);
    check(&world, "مستمرة", "ar", "مستمرّة");
    check(&world, "إن", "ar", "إنّ");
    check(&world, "وأكد", "ar", "وأكّد");
    check(&world, "اكد", "ar", "وأكّد");
    check(&world, "محادثات", "ar", "المحادثات");
    check(&world, "=محادثات", "", "");
    check(&world, "المحـــادثات", "ar", "المحادثات");
    check(&world, "שלום", "he", "שָׁלוֹם");
    check(&world, "서울", "ko", "서울");
    check(&world, "북한 미국", "ko", "미국 | 북한");
    check(&world, "서국", "", "");
}

#[test]
fn wildcards_stand_anywhere_in_a_word() {
    let world = world(&[
        (
            "w",
            "The organization counted women and a woman. A quick brown fox, a paradox; the \
             anti-government protest.",
        ),
        (
            "x",
            "An omen of wool, and quick thinking by the organisations.",
        ),
    ]);
    check(&world, "wom*n", "w", "woman | women");
    check(&world, "organi?ation", "w", "organization");
    check(
        &world,
        "organi?ation*",
        "w x",
        "organisations | organization",
    );
    check(&world, "*ox", "w", "fox | paradox");
    check(&world, "?ox", "w", "fox");
    check(&world, "\"quick bro*\"", "w", "quick brown");
    check(&world, "\"quick *n f?x\"", "w", "quick brown fox");
    check(&world, "\"quick f*\"~1", "w", "fox | quick");
    check(&world, "anti-gov*", "w", "anti-government");
    check(&world, "body:wom*n -title:*ox", "w", "woman | women");
    check(&world, "wom*n NEAR/2 organi*", "w", "organization | women");
    check(&world, "„quick brown“", "w", "quick brown");
    check(&world, "«quick brown»", "w", "quick brown");
    check(&world, "title:wom*n", "", "");
    check(&world, "who counted?", "w", "counted");
    let output = world.run(&["*"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("* stands for letters of a word"), "{said}");
}
