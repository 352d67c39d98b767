//! Styles, script and pictures: from the binary, at addresses that change with them.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use super::reply::{Cache, Refusal, Reply, Trouble};

/// A file of the pages.
struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

const ASSETS: [Asset; 4] = [
    Asset {
        name: "app.css",
        kind: "text/css; charset=utf-8",
        content: include_str!("assets/app.css"),
    },
    Asset {
        name: "app.js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("assets/app.js"),
    },
    Asset {
        name: "icon.svg",
        kind: "image/svg+xml",
        content: include_str!("assets/icon.svg"),
    },
    Asset {
        name: "land.svg",
        kind: "image/svg+xml",
        content: include_str!("assets/land.svg"),
    },
];

/// The hash of all of them.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|asset| asset.content).collect();
    format!("{:016x}", xxh3_64(all.as_bytes()))
});

/// The address of an asset.
pub(super) fn address(name: &str) -> String {
    format!("/a/{}-{name}", *HASH)
}

/// An asset by the last part of its address.
pub(super) fn asset(name: &str) -> Result<Reply, Trouble> {
    let name = name
        .strip_prefix(HASH.as_str())
        .and_then(|name| name.strip_prefix('-'));
    let asset = ASSETS.iter().find(|asset| Some(asset.name) == name);
    let asset = asset.ok_or(Refusal::Route)?;
    let mut reply = Reply::of(asset.kind, asset.content);
    reply.cache = Cache::Forever;
    Ok(reply)
}

/// The icon, where browsers look for it without being told.
#[expect(clippy::unnecessary_wraps, reason = "as the other addresses have it")]
pub(super) fn icon(_: &str) -> Result<Reply, Trouble> {
    Ok(Reply::of(ASSETS[2].kind, ASSETS[2].content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_small_and_have_their_own_addresses() {
        for asset in &ASSETS {
            let most = if asset.name == "land.svg" { 24 } else { 8 };
            assert!(
                asset.content.len() <= most << 10,
                "{}: {}",
                asset.name,
                asset.content.len()
            );
            let address = address(asset.name);
            let reply = super::asset(address.strip_prefix("/a/").unwrap()).unwrap();
            assert_eq!(reply.kind, asset.kind);
            assert_eq!(reply.cache, Cache::Forever);
        }
        for none in ["app.css", "0-app.css", "..", ""] {
            assert!(asset(none).is_err(), "{none}");
        }
    }

    #[test]
    fn land_is_a_path_and_nothing_else() {
        let land = include_str!("assets/land.svg");
        let (_, path) = land.split_once(" d=\"").unwrap();
        let (path, end) = path.split_once('"').unwrap();
        let is_drawn = |c: char| c.is_ascii_digit() || " -MlzZ".contains(c);
        assert!(path.chars().all(is_drawn));
        assert_eq!(end.trim_end(), "/></svg>");
    }

    #[test]
    fn nothing_is_asked_of_another_server() {
        for asset in &ASSETS {
            let outside = asset.content.replace("http://www.w3.org/2000/svg", "");
            for address in ["://", "\"//", "'//", "`//", "(//"] {
                assert!(!outside.contains(address), "{}: {address}", asset.name);
            }
        }
    }
}
