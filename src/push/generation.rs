//! The indexes of an engine that stand behind one name.
//!
//! The name that users give, `news`, is an alias. The index itself is called
//! `news-f800301-g2`: its format, and its generation, counted from 1. What is
//! pushed goes to the highest generation of this program's format; searches ask
//! the alias, which moves there in one step once everything is in. What stood
//! behind the alias before is removed then.
//!
//! An index is ours only if its mapping says so (`_meta`), whatever its name:
//! nothing else is written to or removed.

use serde_json::{Value, json};

use crate::engine::remote::client::Client;
use crate::engine::remote::mapping::{FORMAT, META, new_index};
use crate::engine::remote::reply::reason_of;
use crate::failure::{Failure, FailureKind, Result};

/// The most shards that an index is made with.
pub const MOST_SHARDS: u32 = 1024;

/// An index of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation {
    pub(super) format: u32,
    pub(super) number: u32,
    /// The replicas that it is to have once everything is in.
    replicas: u64,
    /// The name of the index.
    pub(super) name: String,
    /// Whether the alias points to it.
    pub(super) is_current: bool,
}

/// What stands behind a name.
#[derive(Debug, Default)]
pub(super) struct Generations {
    /// Those of ours, from the oldest format and the lowest number on.
    all: Vec<Generation>,
    /// The highest number that is taken of this format, by whomever.
    taken: u32,
}

impl Generations {
    /// Looks at what is there.
    ///
    /// # Errors
    /// When the name is that of an index, or of an alias of others.
    pub(super) fn find(client: &Client) -> Result<Generations> {
        let name = client.index();
        let current = match client.get(&format!("/{name}"))? {
            reply if reply.status == 404 => Value::Null,
            reply => reply.ok("cannot look at the index")?,
        };
        let pattern = format!("/{name}-f*-g*?allow_no_indices=true&ignore_unavailable=true");
        let listed = client.get(&pattern)?;
        let listed = match listed.status {
            404 => Value::Null,
            _ => listed.ok("cannot list the indexes")?,
        };
        Generations::of(name, &current, &listed)
    }

    /// Of what the engine says of the name, and of the indexes that may be ours.
    fn of(name: &str, current: &Value, listed: &Value) -> Result<Generations> {
        let mut generations = Generations::default();
        for (index, told) in listed.as_object().into_iter().flatten() {
            let Some((format, number)) = numbers(name, index) else {
                continue;
            };
            if format == FORMAT {
                generations.taken = generations.taken.max(number);
            }
            let meta = &told["mappings"]["_meta"][META];
            if meta["format"] == json!(format) {
                generations.all.push(Generation {
                    format,
                    number,
                    replicas: meta["replicas"].as_u64().unwrap_or(0),
                    name: index.clone(),
                    is_current: current.get(index).is_some(),
                });
            }
        }
        generations.all.sort_unstable();
        let behind = current.as_object().into_iter().flatten();
        for (index, _) in behind {
            if !generations.all.iter().any(|known| known.name == *index) {
                let why = if index == name {
                    "it is an index that cybersearch did not make".to_owned()
                } else {
                    format!("it is an alias of {index}, which cybersearch did not make")
                };
                let failure = Failure::new(format!("cannot push to {name}: {why}"));
                return Err(failure.help("take another name").of(FailureKind::Refused));
            }
        }
        Ok(generations)
    }

    /// The one that is pushed to.
    pub(super) fn newest(&self) -> Option<&Generation> {
        self.all.iter().rev().find(|one| one.format == FORMAT)
    }

    /// All that are ours.
    pub(super) fn into_all(self) -> Vec<Generation> {
        self.all
    }

    /// Makes the next one, empty; `None` where somebody else made it just now.
    pub(super) fn create(
        &self,
        client: &Client,
        shards: u32,
        replicas: u32,
    ) -> Result<Option<Generation>> {
        let number = self.taken + 1;
        let name = format!("{}-f{FORMAT}-g{number}", client.index());
        let reply = client.put(&format!("/{name}"), &new_index(shards, replicas))?;
        let reason = &reply.body["error"]["type"];
        if !reply.is_ok() && reason == "resource_already_exists_exception" {
            return Ok(None);
        }
        reply.ok(&format!("cannot make the index {name}"))?;
        Ok(Some(Generation {
            format: FORMAT,
            number,
            replicas: u64::from(replicas),
            name,
            is_current: false,
        }))
    }

    /// Lets searches find `target`: gives it its replicas, lets it refresh,
    /// points the alias to it, and removes those before it.
    pub(super) fn finish(&self, client: &Client, target: &Generation) -> Result<()> {
        let settings = json!({"index": {
            "number_of_replicas": target.replicas,
            "refresh_interval": Value::Null,
        }});
        let reply = client.put(&format!("/{}/_settings", target.name), &settings)?;
        reply.ok("cannot set up the index")?;
        let alias = client.index();
        let others = self.all.iter().filter(|other| other.name != target.name);
        let mut actions = vec![json!({"add": {"index": target.name, "alias": alias}})];
        for other in others.clone().filter(|other| other.is_current) {
            actions.push(json!({"remove": {"index": other.name, "alias": alias}}));
        }
        let reply = client.post("/_aliases", &json!({"actions": actions}))?;
        reply.ok(&format!("cannot point {alias} to {}", target.name))?;
        // One of a later format is another program's work.
        for other in others.filter(|other| other.format <= target.format) {
            remove(client, other)?;
        }
        Ok(())
    }
}

/// Removes an index of ours; one that is gone already is none the worse.
pub(super) fn remove(client: &Client, generation: &Generation) -> Result<()> {
    let reply = client.delete(&format!("/{}", generation.name))?;
    if reply.status != 404 && !reply.is_ok() {
        let why = reason_of(&reply.body);
        let failure = Failure::new(format!("cannot remove {}: {why}", generation.name));
        return Err(failure.of(FailureKind::Refused));
    }
    Ok(())
}

/// Format and generation of an index's name.
fn numbers(name: &str, index: &str) -> Option<(u32, u32)> {
    let rest = index.strip_prefix(name)?.strip_prefix("-f")?;
    let (format, number) = rest.split_once("-g")?;
    let number_of = |digits: &str| {
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| digits.parse().ok()).flatten()
    };
    Some((number_of(format)?, number_of(number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(format: u32) -> Value {
        json!({"mappings": {"_meta": {META: {"format": format, "replicas": 2}}}})
    }

    #[test]
    fn the_newest_of_our_format_is_pushed_to() {
        let ours = format!("news-f{FORMAT}-g2");
        let foreign = format!("news-f{FORMAT}-g9");
        let listed = json!({
            "news-f5-g3": index(5),
            &ours: index(FORMAT),
            // A name like ours is not enough.
            &foreign: {"mappings": {}},
            "news-fx-g1": index(FORMAT),
        });
        let current = json!({"news-f5-g3": {}});
        let found = Generations::of("news", &current, &listed).unwrap();
        let newest = found.newest().unwrap();
        assert_eq!(
            (&newest.name, newest.number, newest.replicas),
            (&ours, 2, 2)
        );
        assert!(!newest.is_current && found.all[0].is_current);
        assert_eq!((found.all.len(), found.taken), (2, 9));
        let none = Generations::of("news", &Value::Null, &json!({})).unwrap();
        assert_eq!(none.newest(), None);
    }

    #[test]
    fn what_others_made_is_left_alone() {
        for (current, why) in [
            (
                json!({"news": {}}),
                "an index that cybersearch did not make",
            ),
            (json!({"logs-2020": {}}), "an alias of logs-2020"),
        ] {
            let error = Generations::of("news", &current, &json!({})).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
