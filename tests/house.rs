//! The house as ARCHITECTURE.md draws it: one line for each file, wings that
//! import only what lies below them, folders that can be looked over.
//!
//! `WRITE_MAP=1 cargo test --test house` writes the map anew from the first
//! sentence of each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The wings from the top down: each may import those after it. Those that
/// share a line know nothing of each other.
const WINGS: [&[&str]; 18] = [
    &["main", "cli"],
    &["serve"],
    &["mcp"],
    &["output", "meaning"],
    &["search"],
    &["push"],
    &["update"],
    &["engine"],
    &["plan"],
    &["matching"],
    &["document"],
    &["corrections", "library"],
    &["extract"],
    &["article", "source", "query"],
    &["layout", "gazetteer"],
    &["stop", "parallel"],
    &["text", "files"],
    &["failure", "panics", "named"],
];

/// Files of one line that import each other, as `source` and `article` do.
const WITHIN: [(&str, &str); 1] = [("source", "article")];

/// The most files of a folder.
const MOST_FILES: usize = 14;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All source files, by their path from `src/`.
fn sources() -> BTreeMap<String, String> {
    fn add(folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("the sources can be listed") {
            let path = entry.expect("the sources can be listed").path();
            if path.is_dir() {
                add(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root().join("src")).expect("it is inside");
                let text = fs::read_to_string(&path).expect("a source can be read");
                let name = name.to_string_lossy().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    let mut files = BTreeMap::new();
    add(&root().join("src"), &mut files);
    files
}

/// The wing of a file.
fn wing(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn floor(wing: &str) -> Option<usize> {
    WINGS.iter().position(|wings| wings.contains(&wing))
}

/// The wings that a file imports, its tests and comments left out.
fn imported(text: &str) -> Vec<String> {
    let tests = [
        "#[cfg(test)]\nmod tests",
        "#[cfg(test)]\npub(crate) mod tests",
    ];
    let ends = tests.iter().filter_map(|begin| text.find(begin));
    let code = &text[..ends.min().unwrap_or(text.len())];
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut wings = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices("crate::") {
            let name: String = line[at + "crate::".len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            wings.push(name);
        }
    }
    wings
}

#[test]
fn wings_import_what_lies_below_them() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = wing(&path);
        if own == "lib" || own == "main" || own == "cli" {
            continue;
        }
        let Some(above) = floor(own) else {
            wrong.push(format!("{path}: `{own}` is no wing of the list"));
            continue;
        };
        for other in imported(&text) {
            let Some(below) = floor(&other) else {
                continue;
            };
            let is_within = WITHIN.contains(&(own, other.as_str()));
            if other != own && below <= above && !is_within {
                wrong.push(format!("{path} imports `{other}`, which is not below it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_local_engine_names_the_library() {
    let names = |text: &str| text.contains("tantivy::");
    let may = |path: &str| path.starts_with("engine/local/");
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| {
            let code: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            !may(path) && names(&code.join("\n"))
        })
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn only_the_server_names_its_crates() {
    let crates = ["hyper::", "hyper_util::", "tokio::", "maud::"];
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| {
            let mut code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            !path.starts_with("serve/")
                && code.any(|line| crates.iter().any(|name| line.contains(name)))
        })
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn html_is_always_escaped() {
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("PreEscaped"))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_folder_can_be_looked_over() {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for path in sources().keys() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    folders.retain(|_, files| *files > MOST_FILES);
    assert!(folders.is_empty(), "{folders:?}");
}

/// What a file says of itself first: a sentence.
fn first_sentence(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let words: Vec<&str> = lines
        .map(|line| line.trim_start_matches("//!").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let text = words.join(" ");
    let ends = text.match_indices(". ").map(|(at, _)| at);
    let is_end = |at: &usize| text[at + 2..].starts_with(char::is_uppercase);
    let end = ends.into_iter().find(is_end).unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

/// The map: a table for each wing, from the top down.
fn map() -> String {
    let sources = sources();
    let mut map = String::from("| file | responsible for |\n|---|---|\n");
    for wings in WINGS {
        for own in wings {
            for (path, text) in sources.iter().filter(|(path, _)| wing(path) == *own) {
                let says = first_sentence(text).replace('|', "\\|");
                writeln!(map, "| `{path}` | {says} |").expect("a text can be written to");
            }
        }
    }
    map
}

#[test]
fn the_map_has_a_line_for_each_file() {
    const BEGIN: &str = "<!-- map -->\n";
    const END: &str = "<!-- end of map -->";
    let path = root().join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).expect("it can be read");
    let (before, rest) = text.split_once(BEGIN).expect("the map begins");
    let (old, after) = rest.split_once(END).expect("the map ends");
    let map = map();
    if std::env::var_os("WRITE_MAP").is_some() {
        let text = format!("{before}{BEGIN}{map}{END}{after}");
        fs::write(&path, text).expect("it can be written");
        return;
    }
    let is_line = |line: &&str| line.starts_with("| `");
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.lines().filter(is_line).collect(),
        map.lines().filter(is_line).collect(),
    );
    let missing: Vec<&&str> = new.iter().filter(|line| !old.contains(line)).collect();
    let stale: Vec<&&str> = old.iter().filter(|line| !new.contains(line)).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "ARCHITECTURE.md lacks {missing:#?}\nand has {stale:#?}"
    );
    assert_eq!(old, new, "in another order");
}
