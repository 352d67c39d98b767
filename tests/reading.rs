//! Odd files: encodings, nothing inside, too much inside, hostile content.

mod common;

use std::fs;

use common::World;
use serde_json::{Value, json};

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A text in an encoding of one byte a character.
fn single_bytes(text: &str, byte: impl Fn(char) -> Option<u8>) -> Vec<u8> {
    text.chars()
        .map(|c| byte(c).expect("a character of the encoding"))
        .collect()
}

#[test]
fn every_encoding_is_found_and_leads_back_to_its_bytes() {
    let world = World::empty();
    let text = "Headline here\n\nThe minister said in the caf\u{e9} that the talks went well – “very well” he said.\n";
    let latin1 = single_bytes(text, |c| match c {
        '–' => Some(0x96),
        '“' => Some(0x93),
        '”' => Some(0x94),
        other => u8::try_from(u32::from(other)).ok(),
    });
    let mac = single_bytes(text, |c| match c {
        '\u{e9}' => Some(0x8e),
        '–' => Some(0xd0),
        '“' => Some(0xd2),
        '”' => Some(0xd3),
        other => u8::try_from(u32::from(other)).ok(),
    });
    world.write("seeds/utf8.txt", text.as_bytes());
    world.write("seeds/bom.txt", format!("\u{feff}{text}").as_bytes());
    world.write("seeds/crlf.txt", text.replace('\n', "\r\n").as_bytes());
    world.write(
        "seeds/nfd.txt",
        text.replace('\u{e9}', "e\u{301}").as_bytes(),
    );
    world.write("seeds/latin1.txt", &latin1);
    world.write("seeds/utf16.txt", &utf16le(text));
    world.write(
        "seeds/utf16bom.txt",
        &[b"\xff\xfe".to_vec(), utf16le(text)].concat(),
    );
    let utf32: Vec<u8> = text
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    world.write("seeds/utf32.txt", &utf32);
    world.write("seeds/mac.txt", &mac);
    world.write(
        "seeds/nul.txt",
        text.replace("the talks", "the\0 talks").as_bytes(),
    );
    let json = world.json(&["café", "talks"]);
    let hits = json["hits"].as_array().expect("hits are a list");
    assert_eq!(hits.len(), 10, "{json}");
    for hit in hits {
        let path = hit["path"].as_str().expect("a path is text");
        let bytes = fs::read(world.path(path)).expect("the file is there");
        let place = |name: &str| {
            usize::try_from(hit["passage"][name].as_u64().expect("an offset")).expect("it fits")
        };
        let passage = hit["passage"]["text"].as_str().expect("a passage has text");
        let expected = match path {
            "seeds/latin1.txt" => latin1[15..latin1.len() - 1].to_vec(),
            "seeds/mac.txt" => mac[15..mac.len() - 1].to_vec(),
            "seeds/utf32.txt" => utf32[15 * 4..utf32.len() - 4].to_vec(),
            "seeds/utf16.txt" | "seeds/utf16bom.txt" => utf16le(passage),
            _ => passage.as_bytes().to_vec(),
        };
        assert_eq!(&bytes[place("start")..place("end")], expected, "{path}");
        assert_eq!(hit["title"], "Headline here", "{path}");
        assert_eq!(place("line"), 3, "{path}");
    }
    assert_eq!(world.ids(&["cafe"]).len(), 10);
}

#[test]
fn what_cannot_be_read_is_skipped_with_its_reason() {
    let world = World::with(&[
        ("seeds/good.txt", "A good article about talks."),
        ("seeds/empty.txt", ""),
        ("seeds/blank.txt", " \n\n"),
        ("seeds/page.html", "<p>"),
        ("seeds/.hidden.txt", "hidden talks"),
    ]);
    world.write("seeds/binary.txt", b"\x89PNG\r\n\x1a\n\0\0\0");
    world.write("seeds/large.txt", "talks ".repeat(1000).as_bytes());
    world.write("seeds/many.jsonl", b"{\"id\":\"a\",\"text\":\"talks one\"}\n{bad}\n{\"id\":\"a\",\"text\":\"talks two\"}\n\n{\"title\":\"Talks alone\"}\n{}\n");
    insta::assert_snapshot!(world.transcript(&[
        &["index", "--max-size", "4K"],
        &["status"],
        &["talks", "--format", "paths"],
        &["index", "--max-size", "1M", "--hidden"],
        &["talks", "--format", "paths"],
    ]));
}

#[test]
fn a_record_is_taken_at_its_word() {
    let world = World::with(&[(
        "seeds/a.jsonl",
        "{\"id\":\"x1\",\"title\":\"A title\",\"text\":\"Talks in Moscow on May 1, 1999 with Howard Schmidt.\",\"date\":\"2013-05\",\"countries\":[\"France\",\"de\"],\"people\":[\"Ada Lovelace\"],\"author\":\"Joe Bloggs\",\"url\":\"https://example.com/\",\"section\":\"world\"}\n{\"id\":\"x2\",\"title\":\"Talks alone\"}\n",
    )]);
    let show: Value = serde_json::from_str(&world.stdout(&["show", "x1", "--format", "json"]))
        .expect("show prints JSON");
    assert_eq!(
        (&show["published"]["value"], &show["published"]["method"]),
        (&json!("2013-05"), &json!("metadata"))
    );
    assert_eq!(
        show["countries"],
        json!([{"code":"DE","name":"Germany","main":true,"mentions":[]},{"code":"FR","name":"France","main":true,"mentions":[]}])
    );
    assert_eq!(
        show["people"][1],
        json!({"name":"Joe Bloggs","title":null,"role":"credit","mentions":[]})
    );
    assert_eq!(
        (&show["metadata"], &show["url"]),
        (&json!({"section":"world"}), &json!("https://example.com/"))
    );
    assert_eq!(
        world.ids(&["--person", "lovelace", "--country", "FR", "--date", "2013"]),
        ["x1"]
    );
    assert_eq!(world.ids(&["Bloggs"]), ["x1"]);
    assert_eq!(
        world.stdout(&["show", "seeds/a.jsonl:2"]).lines().next(),
        Some("Talks alone")
    );
    let which = world.run(&["show", "seeds/a.jsonl"]);
    assert_eq!(which.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&which.stderr)
            .contains("use one of: seeds/a.jsonl:1, seeds/a.jsonl:2")
    );
    let alone = &world.json(&["alone"])["hits"][0];
    assert_eq!(
        (&alone["passage"], &alone["title_highlights"][0]["start"]),
        (&Value::Null, &json!(6))
    );
    assert_eq!(
        world.stdout(&["search", "alone"]),
        "seeds/a.jsonl:2: Talks alone\n"
    );
}

/// What `status` lists: path, line and reason.
fn told(list: &Value) -> Vec<String> {
    let line = |told: &Value| {
        let line = told["line"].as_u64();
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
        format!("{}{line}: {}", text("path"), text("reason"))
    };
    list.as_array().expect("a list").iter().map(line).collect()
}

#[test]
fn what_is_not_understood_is_told_and_the_article_is_there() {
    let world = World::with(&[
        (
            "seeds/post.md",
            "---\ndate: someday\ncountries: [RU, Narnia]\n---\nThe ferry sank near Riga.",
        ),
        ("seeds/scan.txt", "The ferry sank in Norway."),
        (
            "seeds/scan.txt.meta.json",
            "{\"date\":\"31.31.2020\",\"countries\":\"Narnia\",\"people\":7}",
        ),
        (
            "seeds/wrong.txt",
            "The ferry lay beside the CafÃ© until noon.",
        ),
        (
            "seeds/api.jsonl",
            "{\"id\":\"a\",\"title\":\"Ferry\",\"artikel\":\"A long text that stands under a key nobody knows.\"}\n{\"id\":\"b\",\"text\":\"The ferry again.\",\"pubDate\":\"04/05/2013\"}\n{\"id\":\"c\",\"note\":\"ferry\"}\n{\"id\":\"d\",\"text\":\"The ferry.\",\"content\":\"\",\"created_at\":\"2013-05-04\"}\n",
        ),
    ]);
    world.write("seeds/short.txt", b"ferry abc d\xe8f");
    let index = world.run(&["index"]);
    assert_eq!(index.status.code(), Some(0));
    let status: Value = serde_json::from_str(&world.stdout(&["status", "--format", "json"]))
        .expect("status prints JSON");
    let told = |list: &str| told(&status[list]);
    assert_eq!(
        told("skipped"),
        [
            "seeds/api.jsonl:3: invalid record: it has neither \"text\" nor \"title\"; its keys are note"
        ]
    );
    assert_eq!(
        told("remarks"),
        [
            "seeds/api.jsonl:1: no text under a known key; “artikel” may hold it",
            "seeds/api.jsonl:2: date not understood: “04/05/2013” (key “pubDate”)",
            "seeds/api.jsonl:4: no date under a known key; “created_at” may hold it",
            "seeds/post.md: date not understood: “someday”",
            "seeds/post.md: country not understood: “Narnia” (key “countries”)",
            "seeds/scan.txt: its .meta.json: date not understood: “31.31.2020”",
            "seeds/scan.txt: its .meta.json: country not understood: “Narnia” (key “countries”)",
            "seeds/scan.txt: its .meta.json: person not understood: 7 (key “people”)",
            "seeds/short.txt: read as Windows-1252, which is a guess",
            "seeds/wrong.txt: “CafÃ©” is “Café”, decoded wrongly; it is found as such and shown as it stands",
        ]
    );
    let shown = world.stdout(&["show", "b"]);
    let published = "published  undated: the stated date “04/05/2013” was not understood";
    assert!(shown.contains(published), "{shown}");
    let shown = world.stdout(&["show", "d"]);
    let published = "published  undated: no date under a known key; “created_at” may hold it\ncreated_at 2013-05-04\n\n";
    assert!(shown.contains(published), "{shown}");
}

#[test]
fn a_country_that_is_none_is_no_code_and_the_text_is_asked() {
    let world = World::with(&[
        (
            "seeds/post.md",
            "---\ncountries: [RU, Narnia]\n---\nThe ferry sank near Riga.",
        ),
        ("seeds/scan.txt", "The ferry sank in Norway."),
        ("seeds/scan.txt.meta.json", "{\"countries\":\"Narnia\"}"),
    ]);
    let countries = |path: &str| {
        let show = world.stdout(&["show", path, "--format", "json"]);
        let show: Value = serde_json::from_str(&show).expect("show prints JSON");
        let countries = show["countries"].as_array().expect("a list").iter();
        let codes: Vec<String> = countries
            .map(|country| country["code"].to_string())
            .collect();
        codes.join(" ")
    };
    assert_eq!(countries("seeds/post.md"), "\"RU\"");
    assert_eq!(countries("seeds/scan.txt"), "\"NO\"");
    assert_eq!(world.ids(&["country:none"]), [""; 0]);
}

#[test]
fn what_was_decoded_wrongly_is_found_as_it_was_and_shown_as_it_stands() {
    let world = World::with(&[(
        "seeds/wrong.txt",
        "The ferry lay beside the CafÃ© until noon.",
    )]);
    let hit = &world.json(&["café"])["hits"][0];
    let text = hit["passage"]["text"].as_str().expect("a passage has text");
    assert_eq!(text, "The ferry lay beside the CafÃ© until noon.");
    let at = |name: &str| {
        usize::try_from(hit["highlights"][0][name].as_u64().expect("an offset")).expect("it fits")
    };
    assert_eq!(&text[at("start")..at("end")], "CafÃ©");
}

#[test]
fn records_of_every_kind_are_read_and_offsets_say_what_they_count_in() {
    let world = World::with(&[(
        "seeds/api.jsonl",
        "{\"id\":\"plain\",\"text\":\"Costs < 5, said the ferry.\",\"date\":1228138394}\n{\"id\":\"html\",\"title\":\"H&amp;M\",\"content\":{\"rendered\":\"<p>The caf&eacute; and the ferry.</p><script>var x</script>\"},\"date\":{\"$date\":1228138394000}}\n{\"id\":\"list\",\"body\":[\"The ferry sank.\",\"Nobody drowned.\"],\"published\":true,\"pubDate\":\"Mon, 01 Dec 2008 10:00:00 GMT\"}\n",
    )]);
    let json = world.json(&["ferry", "--date", "2008-12-01"]);
    let mut found: Vec<(String, String, String)> = json["hits"]
        .as_array()
        .expect("hits are a list")
        .iter()
        .map(|hit| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let passage = &hit["passage"];
            (
                text(&hit["id"]),
                text(&passage["offsets"]),
                text(&passage["text"]),
            )
        })
        .collect();
    found.sort();
    let expected = [
        ("html", "text", "The café and the ferry."),
        ("list", "text", "The ferry sank.\n\nNobody drowned."),
        ("plain", "record", "Costs < 5, said the ferry."),
    ];
    let expected =
        expected.map(|(id, offsets, text)| (id.to_owned(), offsets.to_owned(), text.to_owned()));
    assert_eq!(found, expected);
    let show: Value = serde_json::from_str(&world.stdout(&["show", "html", "--format", "json"]))
        .expect("show prints JSON");
    assert_eq!(
        (&show["offsets"], &show["title"]),
        (&json!("text"), &json!("H&M"))
    );
}

#[test]
fn nothing_in_an_article_or_a_file_name_acts_on_the_terminal() {
    let world = World::with(&[(
        "seeds/a\u{1b}[31m\nb\u{202e}.txt",
        "Red \u{1b}[31mheadline\u{7}\u{9b}31m\n\nThe talks \u{1b}]0;owned\u{7} were \u{202e}dleh\u{2066} in Moscow on Friday,\u{8} said\r officials.",
    )]);
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    for format in ["text", "grep", "json", "jsonl", "csv"] {
        let shown = world.stdout(&["search", "-q", "talks", "--format", format]);
        assert!(!shown.contains(acts), "{format}: {shown:?}");
        assert!(
            format == "text" || shown.lines().count() <= 2,
            "{format}: {shown:?}"
        );
    }
    let id = world.ids(&["talks"]).remove(0);
    for arguments in [
        vec!["show", id.as_str()],
        vec!["show", id.as_str(), "--format", "json"],
        vec!["status"],
    ] {
        let output = world.run(&arguments);
        let shown = String::from_utf8(output.stdout).expect("the output is UTF-8");
        assert!(!shown.contains(acts), "{arguments:?}: {shown:?}");
    }
    let json = world.json(&["talks"]);
    let text = json["hits"][0]["passage"]["text"]
        .as_str()
        .expect("a passage has text");
    assert!(
        text.contains("\u{1b}]0;owned\u{7}"),
        "JSON gives the text as it is"
    );
}

#[cfg(unix)]
#[test]
fn every_file_name_survives() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::empty();
    let names: [&[u8]; 5] = [
        b"with space.txt",
        b"with\nnewline.txt",
        b"with'quote\".txt",
        b"not\xffutf8.txt",
        b"-dash.txt",
    ];
    fs::create_dir(world.path("seeds")).expect("a folder can be made");
    for name in names {
        let path = world.path("seeds").join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, "A talk about hotlines.").expect("a file can be written");
    }
    let output = world.run(&["search", "-q", "hotlines", "--format", "paths", "-0"]);
    let mut found: Vec<&[u8]> = output
        .stdout
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .collect();
    found.sort_unstable();
    let mut expected: Vec<Vec<u8>> = names
        .iter()
        .map(|name| [b"seeds/", *name].concat())
        .collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(
        world.json(&["hotlines"])["hits"]
            .as_array()
            .is_some_and(|hits| hits.iter().all(|hit| hit["state"] == "fresh"))
    );
}

#[cfg(unix)]
#[test]
fn links_are_left_out_unless_followed_and_a_loop_ends() {
    let world = World::with(&[
        ("seeds/a.txt", "A hotline article."),
        ("other/b.txt", "Another hotline article."),
    ]);
    std::os::unix::fs::symlink(world.path("seeds"), world.path("seeds/loop"))
        .expect("a link can be made");
    std::os::unix::fs::symlink(world.path("other"), world.path("seeds/other"))
        .expect("a link can be made");
    assert_eq!(world.ids(&["hotline"]), ["seeds/a.txt"]);
    let output = world.run(&["index", "--follow"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("a link that leads back"),
        "{output:?}"
    );
    assert_eq!(
        world.ids(&["hotline"]),
        ["seeds/a.txt", "seeds/other/b.txt"]
    );
}

#[test]
fn a_line_without_end_costs_time_in_proportion() {
    let world = World::empty();
    world.write(
        "seeds/long.txt",
        "hotline word, ".repeat(200_000).as_bytes(),
    );
    world.write(
        "seeds/blob.txt",
        format!("{} hotline", "x".repeat(500_000)).as_bytes(),
    );
    let json = world.json(&["hotline"]);
    assert_eq!(json["total"], 2);
    for hit in json["hits"].as_array().expect("hits are a list") {
        assert!(
            hit["passage"]["text"]
                .as_str()
                .is_some_and(|text| text.len() <= 2_000),
            "a passage stays a passage"
        );
    }
}
