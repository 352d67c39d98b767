//! Paths as a filter names them: a run of whole folders and names, in which
//! `*` and `?` stand for characters of one name.
//!
//! Whole names are compared: `a` is found in `seeds/a/b.txt`, `b` is not.
//! The filter becomes a regular expression over whole keys: `x/*` is
//! `(.*/)?x/[^/]*(/.*)?`, which an automaton runs against the dictionary of
//! paths. Patterns with so many stars that the automaton grows too large are
//! compared key by key, with the same outcome: a window of as many names as the
//! filter has moves along the key.
//!
//! A single name against a glob is matched with one point of return: after a
//! mismatch only the last star takes one more character, since whatever an
//! earlier star could take, the later one can. O(name × glob) at worst, linear
//! mostly.

/// The pattern of the paths that have `path` as a run of whole folders and
/// names; `*` and `?` stand for characters of one of them. All other characters
/// stand for themselves.
pub(crate) fn path_pattern(path: &str) -> String {
    let mut pattern = String::from("(.*/)?");
    for c in path.chars() {
        match c {
            '*' => pattern.push_str("[^/]*"),
            '?' => pattern.push_str("[^/]"),
            '\\' | '.' | '+' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' | '&'
            | '-' | '~' => pattern.extend(['\\', c]),
            _ => pattern.push(c),
        }
    }
    pattern.push_str("(/.*)?");
    pattern
}

/// The same, without a pattern: slower, and without a limit. `key` is separated
/// by `/` on every system.
///
/// | key | filter | |
/// |---|---|---|
/// | `seeds/a/b.txt` | `a/b.txt` | yes |
/// | `seeds/a/b.txt` | `s*s/?/*` | yes |
/// | `seeds/a/b.txt` | `seeds/b.txt` | no: a folder lies between |
/// | `seeds/a/b.txt` | `b` | no: half a name |
pub(crate) fn has_path(key: &str, path: &str) -> bool {
    let names: Vec<&str> = key.split('/').collect();
    let wanted: Vec<&str> = path.split('/').collect();
    names.windows(wanted.len()).any(|run| {
        let pairs = run.iter().zip(&wanted);
        pairs.into_iter().all(|(name, glob)| is_named(name, glob))
    })
}

/// Whether a name is as `glob` has it. After a star that fails, the star takes
/// one character more: linear but for what stars repeat.
fn is_named(name: &str, glob: &str) -> bool {
    let (name, glob): (Vec<char>, Vec<char>) = (name.chars().collect(), glob.chars().collect());
    let (mut at, mut on) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match glob.get(on) {
            Some('*') => {
                star = Some((at, on));
                on += 1;
            }
            Some(c) if *c == '?' || *c == name[at] => {
                at += 1;
                on += 1;
            }
            _ => {
                let Some((taken, star_on)) = star else {
                    return false;
                };
                star = Some((taken + 1, star_on));
                (at, on) = (taken + 1, star_on + 1);
            }
        }
    }
    glob[on..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_pattern_of_whole_names() {
        assert_eq!(path_pattern("a.txt"), "(.*/)?a\\.txt(/.*)?");
        assert_eq!(path_pattern("x/*"), "(.*/)?x/[^/]*(/.*)?");
    }

    #[test]
    fn the_slow_way_finds_the_same_paths() {
        for (key, path, expected) in [
            ("seeds/a/b.txt", "a", true),
            ("seeds/a/b.txt", "a/b.txt", true),
            ("seeds/a/b.txt", "seeds/b.txt", false),
            ("seeds/a/b.txt", "*.txt", true),
            ("seeds/a/b.txt", "s*s/?/*", true),
            ("seeds/a/b.txt", "b", false),
            ("seeds/a<b>.txt", "a<b>.txt", true),
            ("x/aaab", "a*a*b", true),
            ("x/aaac", "a*a*b", false),
        ] {
            assert_eq!(has_path(key, path), expected, "{key} {path}");
        }
    }
}
