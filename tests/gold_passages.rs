//! The best passage of each gold question holds the words that answer it.

mod common;

use common::World;

#[test]
fn the_first_passage_is_the_right_one() {
    let world = World::seeds();
    let mut wrong = Vec::new();
    let questions = include_str!("gold/passages.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for line in questions {
        let mut columns = line.split('\t');
        let (Some(query), Some(file), Some(needle)) =
            (columns.next(), columns.next(), columns.next())
        else {
            panic!("{line}: three columns are wanted");
        };
        let json = world.json(&[query]);
        let first = &json["hits"][0];
        let passage = first["passage"]["text"].as_str().unwrap_or_default();
        let passage = passage.split_whitespace().collect::<Vec<_>>().join(" ");
        if first["path"] != format!("seeds/{file}") || !passage.contains(needle) {
            wrong.push(format!("{query}: {} {passage}", first["path"]));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
