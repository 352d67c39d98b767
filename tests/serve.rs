//! The server over real HTTP: doors, limits, documents, pages, and what peers
//! were caught with.
#![cfg(feature = "serve")]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "requests and hostile texts are put together as they are read"
)]

mod common;
#[path = "common/server.rs"]
mod server;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use common::World;
use serde_json::Value;
use server::{ADDRESSES, HOSTILE, Server, hostile, parse};

#[test]
fn every_address_answers_and_keeps_its_headers() {
    let world = World::seeds();
    let server = Server::open(&world);
    for address in ADDRESSES {
        let answer = server.get(address);
        assert_eq!(
            answer.status,
            200,
            "{address}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{address}"
        );
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.starts_with("default-src 'none'"),
            "{address}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(answer.header("access-control-allow-origin").is_none());
        let is_html = answer.header("content-type") == Some("text/html; charset=utf-8");
        if is_html {
            let text = answer.text();
            assert!(!text.contains(" style="), "{address}");
            assert!(
                !text.contains("<script>") && !text.contains("onclick"),
                "{address}"
            );
            let outside = text.matches("=\"http").count() + text.matches("=\"//").count();
            assert_eq!(outside, 0, "{address} asks elsewhere");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[test]
fn names_that_were_made_to_point_here_are_refused() {
    // CVE-2024-28224 (ollama), CVE-2025-66414, CVE-2025-66416 (MCP SDKs),
    // RUSTSEC-2026-0189, CVE-2025-9611, CVE-2026-11624: DNS rebinding.
    let world = World::seeds();
    let server = Server::open(&world);
    let port = server.port;
    let hosts = [
        format!("evil.test:{port}"),
        "evil.test".to_owned(),
        format!("LOCALHOST:{port}"),
        format!("localhost.evil:{port}"),
        format!("127.0.0.1.evil:{port}"),
        format!("[::1].evil:{port}"),
        "127.0.0.1:9".to_owned(),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1.:{port}"),
        format!("0.0.0.0:{port}"),
        format!("a@127.0.0.1:{port}"),
    ];
    for address in ADDRESSES.iter().chain(&["/login?token=x", "/none"]) {
        for host in &hosts {
            let answer = server.ask("GET", address, &[("Host", host)], &[]);
            assert_eq!(answer.status, 421, "{address} {host}");
            assert!(!answer.text().contains("hotline"));
        }
        let own = server.host();
        let twice = server.ask("GET", address, &[("Host", &own), ("Host", &own)], &[]);
        assert!(
            matches!(twice.status, 400 | 421),
            "{address}: {}",
            twice.status
        );
        let none = server.ask("GET", address, &[], &[]);
        assert!(
            matches!(none.status, 400 | 421),
            "{address}: {}",
            none.status
        );
        for own in [format!("localhost:{port}"), format!("[::1]:{port}")] {
            assert_ne!(
                server.ask("GET", address, &[("Host", &own)], &[]).status,
                421
            );
        }
    }
}

#[test]
fn other_sites_learn_nothing_by_asking() {
    // CVE-2026-40110 (Jupyter): an origin compared by its beginning.
    let world = World::seeds();
    let server = Server::open(&world);
    let own = server.host();
    for origin in [
        "null".to_owned(),
        "http://evil.test".to_owned(),
        format!("http://{own}.evil"),
        format!("http://{own}/"),
        format!("https://{own}"),
    ] {
        for address in ["/search?q=hotline", "/api/v1/search?q=hotline"] {
            let answer = server.get_with(address, &[("Origin", &origin)]);
            assert_eq!(answer.status, 403, "{origin}");
        }
    }
    let from = |mode: &str, dest: &str| {
        let headers = [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", dest),
        ];
        server.get_with("/search?q=hotline", &headers).status
    };
    // What Chromium sends for an image, a frame, a fetch, and a link.
    assert_eq!(from("no-cors", "image"), 403);
    assert_eq!(from("navigate", "iframe"), 403);
    assert_eq!(from("no-cors", "empty"), 403);
    assert_eq!(from("navigate", "document"), 200);
    assert_eq!(
        server
            .get_with("/", &[("Origin", &format!("http://{own}"))])
            .status,
        200
    );
}

#[test]
fn a_private_archive_asks_for_its_token() {
    // CVE-2025-49596 (MCP Inspector), Jupyter before 4.3: an open local port.
    let world = World::seeds();
    let server = Server::start(&world, &[]);
    let token = server.token.clone().expect("a token is the default");
    assert_eq!(token.len(), 64);
    let host = server.host();
    let plain = [("Host", host.as_str())];
    for address in ADDRESSES
        .iter()
        .filter(|address| **address != "/favicon.ico")
    {
        let answer = server.ask("GET", address, &plain, &[]);
        assert_eq!(answer.status, 401, "{address}");
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("Moscow"),
            "{address}"
        );
        assert_eq!(server.get(address).status, 200, "{address}");
    }
    assert_eq!(
        server.ask("GET", "/login?token=wrong", &plain, &[]).status,
        401
    );
    let login = server.ask("GET", &format!("/login?token={token}"), &plain, &[]);
    assert_eq!(login.status, 200);
    let cookie = login.header("set-cookie").expect("a cookie");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    assert!(!login.text().contains(&token));
    let cookie = cookie.split(';').next().expect("a cookie has a value");
    let with = [("Host", host.as_str()), ("Cookie", cookie)];
    let page = server.ask("GET", "/search?q=hotline", &with, &[]);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(&token));
    // The page for who was led here asks once more, and only then.
    let led = [
        ("Host", host.as_str()),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ];
    let asked = server.ask("GET", "/search?q=%22%3E%3Cb%3E", &led, &[]);
    assert_eq!(asked.status, 401);
    assert!(
        asked
            .text()
            .contains("content=\"0;url=/search?q=%22%3E%3Cb%3E\""),
        "{}",
        asked.text()
    );
    assert!(
        !server
            .ask("GET", "/search?q=x", &plain, &[])
            .text()
            .contains("http-equiv")
    );
}

#[test]
fn methods_types_and_sizes_have_their_doors() {
    let world = World::seeds();
    let server = Server::open(&world);
    let host = server.host();
    let ask = |method: &str, path: &str, kind: &str, body: &[u8]| {
        let headers = [("Host", host.as_str()), ("Content-Type", kind)];
        server.ask(method, path, &headers, body)
    };
    assert_eq!(ask("POST", "/search", "text/plain", b"q=x").status, 405);
    assert_eq!(ask("DELETE", "/", "text/plain", b"").status, 405);
    assert_eq!(
        ask("OPTIONS", "/api/v1/search", "text/plain", b"").status,
        405
    );
    assert_eq!(ask("GET", "/api/v1/extract", "text/plain", b"").status, 405);
    assert_eq!(ask("GET", "/none", "text/plain", b"").status, 404);
    assert_eq!(
        ask("GET", "/../../etc/passwd", "text/plain", b"").status,
        404
    );
    assert_eq!(ask("POST", "/extract", "text/plain", b"text=x").status, 415);
    assert_eq!(
        ask("POST", "/api/v1/extract", "multipart/form-data", b"x").status,
        415
    );
    let large = vec![b'a'; (1 << 20) + 1];
    assert_eq!(
        ask("POST", "/api/v1/extract", "text/plain", &large).status,
        413
    );
    let long = format!("/search?q={}", "a".repeat(17 << 10));
    assert_eq!(ask("GET", &long, "text/plain", b"").status, 414);
    let long = format!("/api/v1/search?q={}", "a+".repeat(3000));
    assert_eq!(ask("GET", &long, "text/plain", b"").status, 400);
    let head = ask("HEAD", "/search?q=hotline", "text/plain", b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    // Smuggling: both lengths, or a second request in the body of a GET.
    let both = format!(
        "POST /api/v1/extract HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
    );
    let answer = parse(&server.raw(both.as_bytes()));
    assert_ne!(answer.status, 200);
    for byte in 0..=255_u8 {
        let answer = server.get(&format!("/search?q=%{byte:02x}x"));
        assert!(
            matches!(answer.status, 200 | 400),
            "{byte}: {}",
            answer.status
        );
    }
}

#[test]
fn documents_are_those_of_the_command_line() {
    let world = World::seeds();
    let server = Server::open(&world);
    let by_command = world.json(&["hotline Moscow", "--limit", "3", "--facets=country,year"]);
    let mut by_http = server.json("/api/v1/search?q=hotline+Moscow&limit=3&facets=country,year");
    by_http["index"]["stale"] = by_command["index"]["stale"].clone();
    assert_eq!(by_http, by_command);
    let shown = world.stdout(&["show", "--format", "json", "seeds/001_a8fd6759c55bd904.txt"]);
    let shown: Value = serde_json::from_str(&shown).expect("show prints JSON");
    let by_http = server.json("/api/v1/article?id=seeds/001_a8fd6759c55bd904.txt");
    assert_eq!(by_http, shown);
    let counted = world.stdout(&["facets", "-q", "--format", "json", "cyber", "--by", "main"]);
    let counted: Value = serde_json::from_str(&counted).expect("facets print JSON");
    let by_http = server.json("/api/v1/facets?q=cyber&by=main");
    assert_eq!(by_http["facets"], counted["facets"]);
    let schema = |name: &str| {
        let schema = server.json(&format!("/api/v1/schema/{name}"));
        jsonschema::validator_for(&schema).expect("a schema")
    };
    let found = server.json("/api/v1/search?q=cyber&explain=1&passages=3");
    assert!(schema("search-2").is_valid(&found));
    assert!(schema("show-2").is_valid(&shown));
    assert!(schema("facets-2").is_valid(&by_http));
    let host = server.host();
    let headers = [("Host", host.as_str()), ("Content-Type", "text/plain")];
    let text = b"Talks\n\nMay 3, 2013\n\nBarack Obama spoke in Moscow.\n";
    let extracted = server.ask("POST", "/api/v1/extract", &headers, text);
    assert_eq!(extracted.json()["countries"][0]["code"], "RU");
    assert!(schema("extract-2").is_valid(&extracted.json()));
    let headers = [
        ("Host", host.as_str()),
        ("Content-Type", "application/json"),
    ];
    let record = br#"{"title":"Talks","text":"Xi Jinping spoke.","date":"2013-05-03"}"#;
    let extracted = server
        .ask("POST", "/api/v1/extract", &headers, record)
        .json();
    assert_eq!(extracted["published"]["value"], "2013-05-03");
    let broken = server.ask("POST", "/api/v1/extract", &headers, b"[1,");
    assert_eq!(broken.status, 400, "{}", broken.text());
    let none = server.json("/api/v1/search?q=zeppelin");
    assert_eq!(none["total"], 0);
}

#[test]
fn agents_are_answered_at_an_address_of_their_own() {
    let world = World::seeds();
    let server = Server::start(&world, &[]);
    let (host, bearer) = (server.host(), server.bearer());
    let post = |more: &[(&str, &str)], body: &str| {
        let mut headers = vec![("Host", host.as_str()), ("Authorization", bearer.as_str())];
        headers.push(("Content-Type", "application/json"));
        headers.extend(more);
        server.ask("POST", "/mcp", &headers, body.as_bytes())
    };
    let begun = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    let begun = post(&[], begun);
    assert_eq!(begun.json()["result"]["serverInfo"]["name"], "cybersearch");
    let told = post(
        &[],
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    );
    assert_eq!((told.status, told.body.len()), (202, 0));
    let call = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search","arguments":{"query":"hotline Moscow"}}}"#;
    let found = post(&[], call).json();
    let text = found["result"]["content"][0]["text"]
        .as_str()
        .expect("a text");
    assert!(text.contains("seeds/001_a8fd6759c55bd904.txt:21"), "{text}");
    // Headers of the stateless life without a body that agrees.
    let other = post(&[("MCP-Protocol-Version", "2026-07-28")], call);
    assert_eq!(other.status, 400);
    assert_eq!(post(&[], "{").status, 400);
    // The same doors as everywhere.
    let bare = [
        ("Host", host.as_str()),
        ("Content-Type", "application/json"),
    ];
    assert_eq!(server.ask("POST", "/mcp", &bare, b"{}").status, 401);
    assert_eq!(server.get("/mcp").status, 405);
    let form = [
        ("Host", host.as_str()),
        ("Authorization", &bearer),
        ("Content-Type", "text/plain"),
    ];
    assert_eq!(server.ask("POST", "/mcp", &form, b"{}").status, 415);
    let closed = Server::start(&world, &["--no-token", "--no-mcp"]);
    let host = closed.host();
    let headers = [
        ("Host", host.as_str()),
        ("Content-Type", "application/json"),
    ];
    assert_eq!(closed.ask("POST", "/mcp", &headers, b"{}").status, 404);
}

#[test]
fn the_api_tells_what_is_wrong_in_one_shape() {
    let world = World::seeds();
    let server = Server::open(&world);
    for (path, status, kind, what) in [
        (
            "/api/v1/search",
            400,
            "bad_request",
            "nothing to search for: the query is empty",
        ),
        (
            "/api/v1/search?q=x&countri=RU",
            400,
            "bad_request",
            "no parameter countri",
        ),
        (
            "/api/v1/search?q=x&date=soon",
            400,
            "bad_request",
            "date: invalid date “soon”",
        ),
        (
            "/api/v1/search?q=x&limit=1001",
            400,
            "bad_request",
            "limit: invalid value “1001”",
        ),
        (
            "/api/v1/search?q=x&meaning=1",
            400,
            "bad_request",
            if cfg!(feature = "meaning") {
                "meaning: no sentence model was loaded when this program started"
            } else {
                "meaning: this program was built without sentence models"
            },
        ),
        ("/api/v1/article", 400, "bad_request", "id: not given"),
        (
            "/api/v1/article?id=/etc/passwd",
            404,
            "not_found",
            "no such article: /etc/passwd",
        ),
        ("/api/v1/none", 404, "not_found", "no such page"),
        ("/api/v1/schema/none", 404, "not_found", "no such page"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}");
        let told = answer.json();
        assert_eq!(told["version"], 2);
        assert_eq!(told["error"]["kind"], kind, "{path}");
        assert_eq!(told["error"]["what"], what, "{path}");
        assert!(told["error"]["help"].is_string(), "{path}");
    }
    // A page passes over what it does not know.
    assert_eq!(server.get("/search?q=hotline&utm_source=x").status, 200);
    let wrong = server.get("/search?q=hotline&date=soon");
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("invalid date"), "{}", wrong.text());
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let world = World::seeds();
    let server = Server::open(&world);
    let path = "/api/v1/search?q=hotline";
    let first = server.get(path);
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = server.get_with(path, &[("If-None-Match", &tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = server.get_with("/api/v1/search?q=Moscow", &[("If-None-Match", &tag)]);
    assert_eq!(other.status, 200);
    // A changed file changes the answer, though no commit was made.
    world.write("seeds/001_a8fd6759c55bd904.txt", b"Other\n\nWords.\n");
    let changed = server.get_with(path, &[("If-None-Match", &tag)]);
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["hits"][0]["state"], "changed");
}

#[test]
fn commits_of_others_are_followed_without_a_failed_request() {
    let world = World::with(&[("seeds/0.txt", "Oil\n\nOil rose.\n")]);
    let server = Server::open(&world);
    let total = || server.json("/api/v1/search?q=oil&limit=0")["total"].clone();
    assert_eq!(total(), 1);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut last = 1;
            while last < 6 {
                let now = total().as_u64().expect("a number");
                assert!(now >= last, "{now} after {last}");
                last = now;
            }
        });
        for file in 1..6 {
            world.write(&format!("seeds/{file}.txt"), b"Oil\n\nOil rose again.\n");
            let rebuild = if file == 3 { "--rebuild" } else { "--" };
            let updated = world.run(&["index", "-q", rebuild]);
            assert!(updated.status.success());
        }
        asking.join().expect("no request failed");
    });
    // An index that is gone is told; a new one is found.
    std::fs::remove_dir_all(world.path("index")).expect("it can be removed");
    let lost = server.get("/api/v1/search?q=oil");
    assert_eq!(
        (lost.status, lost.json()["error"]["kind"].clone()),
        (404, "not_found".into())
    );
    assert!(world.run(&["index", "-q"]).status.success());
    assert_eq!(total(), 6);
}

#[test]
fn hostile_text_is_text() {
    // Nbconvert, GHSA-xw7c-jx9m-xh5g (datasette): stored and reflected scripts.
    let world = hostile();
    let server = Server::open(&world);
    let encoded = |text: &str| {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02x}")).collect::<String>()
    };
    let mut addresses = vec![
        "/".to_owned(),
        "/people".to_owned(),
        "/search?q=oil&passages=3&explain=1&no-fold=1".to_owned(),
        "/feed?q=oil".to_owned(),
        "/status".to_owned(),
    ];
    for (at, text) in HOSTILE.iter().enumerate() {
        let (id, text) = (encoded(&format!("{at}{text}")), encoded(text));
        addresses.extend([
            format!("/search?q={text}"),
            format!("/search?q=oil&person={text}"),
            format!("/article?id={id}&q={text}&b={text}"),
            format!("/person?name={text}"),
            format!("/timeline?q={text}&vs={text}"),
            format!("/country/{text}"),
            format!("/{text}"),
            format!("/opensearch.xml?q={text}"),
        ]);
    }
    for address in addresses {
        let answer = server.get(&address);
        assert!(answer.status < 500, "{address}: {}", answer.status);
        let text = answer.text();
        for wrong in [
            "<script>",
            "<img",
            "<svg onload",
            "<b>\"",
            "</textarea><script",
            "href=\"javascript",
        ] {
            assert!(!text.contains(wrong), "{address} has {wrong}");
        }
    }
    let found = server.get("/article?id=0%3Cscript%3Ealert(1)%3C/script%3E");
    assert_eq!(found.status, 200, "{}", found.text());
    assert!(found.text().contains("&lt;script&gt;"));
    let csv = server.get("/export?q=oil&format=csv&no-fold=1");
    assert_eq!(csv.text().lines().count(), 1 + HOSTILE.len());
    let secure = [("X-Forwarded-Proto", "https")];
    let feed = server.get_with("/feed?q=oil", &secure).text();
    assert!(
        feed.contains(&format!("\"https://{}/", server.host())),
        "{feed}"
    );
    let atom = server.get("/feed?q=oil").text();
    assert!(!atom.contains("https://127"), "{atom}");
    assert!(atom.contains("&lt;script&gt;"), "{atom}");
}

#[test]
fn the_original_is_a_file_and_never_a_page() {
    let world = World::with(&[(
        "seeds/a.txt",
        "Oil\n\n<html><script>alert(1)</script> Oil rose.\n",
    )]);
    let server = Server::open(&world);
    let answer = server.get("/original?id=seeds/a.txt");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"a.txt\"")
    );
    assert!(
        answer
            .header("content-security-policy")
            .expect("a policy")
            .contains("sandbox")
    );
    assert_eq!(
        answer.body,
        std::fs::read(world.path("seeds/a.txt")).expect("it is there")
    );
    // Only articles have one, whatever lies on the disk.
    world.write("secret.txt", b"secret");
    for id in [
        "secret.txt",
        "../secret.txt",
        "/etc/passwd",
        "seeds/../secret.txt",
        "seeds",
    ] {
        assert_eq!(
            server.get(&format!("/original?id={id}")).status,
            404,
            "{id}"
        );
    }
}

#[test]
fn a_timeline_is_a_file_for_spreadsheets_too() {
    let world = World::seeds();
    let server = Server::open(&world);
    let answer = server.get("/timeline.csv?q=hotline&vs=%3DMoscow");
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"timeline.csv\"")
    );
    let text = answer.text();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("time,hotline,'=Moscow,all articles"));
    let sums: Vec<usize> = lines.fold(vec![0; 3], |sums, line| {
        let counts = line
            .split(',')
            .skip(1)
            .map(|count| count.parse::<usize>().unwrap());
        sums.into_iter()
            .zip(counts)
            .map(|(sum, count)| sum + count)
            .collect()
    });
    let total = |query: &str| server.json(&format!("/api/v1/search?{query}"))["total"].clone();
    assert_eq!(sums[0], total("q=hotline"));
    assert_eq!(sums[1], total("q=%3DMoscow"));
    assert_eq!(sums[2], 5);
}

#[test]
fn an_export_has_what_the_page_has() {
    let world = World::empty();
    let records: String = (0..450)
        .map(|at| format!("{{\"id\":\"r{at}\",\"title\":\"Oil {at}\",\"text\":\"Oil number{at} rose in week{at}.\",\"date\":\"2013-05-{:02}\"}}\n", at % 28 + 1))
        .collect();
    world.write("seeds/a.jsonl", records.as_bytes());
    let server = Server::open(&world);
    let page = server.json("/api/v1/search?q=oil&sort=newest&limit=1000&no-fold=1");
    let ids: Vec<&str> = page["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .map(|hit| hit["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), 450);
    let lines = server
        .get("/export?q=oil&sort=newest&no-fold=1&format=jsonl")
        .text();
    let exported: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let exported_ids: Vec<&str> = exported
        .iter()
        .map(|hit| hit["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(exported_ids, ids);
    assert_eq!(exported[449]["rank"], page["hits"][449]["rank"]);
    let csl = server.get("/export?q=oil&sort=newest&no-fold=1&format=csl");
    assert_eq!(csl.json().as_array().expect("a list").len(), 450);
    assert_eq!(
        csl.header("content-disposition"),
        Some("attachment; filename=\"cybersearch.json\"")
    );
    let ris = server.get("/export?q=oil&no-fold=1&format=ris").text();
    assert_eq!(ris.matches("TY  - NEWS").count(), 450);
    let bib = server.get("/export?q=oil&no-fold=1&format=bib").text();
    assert_eq!(bib.matches("@article{cybersearch").count(), 450);
    let csv = server.get("/export?q=oil&no-fold=1&format=csv").text();
    assert_eq!(csv.lines().count(), 451);
    // 200 and 400 are whole parts.
    for whole in [200, 400] {
        let path = format!("/export?q=oil&no-fold=1&format=csl&date=2013-05-{:02}", 1);
        assert!(server.get(&path).json().as_array().expect("a list").len() < whole);
    }
    assert_eq!(server.get("/export?q=oil&format=exe").status, 400);
}

#[test]
fn a_facet_leads_to_what_it_counts() {
    let world = World::seeds();
    let server = Server::open(&world);
    let counted = server.json("/api/v1/facets?q=cyber&by=country,main,person,year,month&limit=0");
    for facet in counted["facets"].as_array().expect("facets") {
        for value in facet["values"].as_array().expect("values") {
            let (by, shown) = (
                facet["by"].as_str(),
                value["value"].as_str().expect("a value"),
            );
            let name = match by {
                Some("year" | "month") => "date",
                Some(by) => by,
                None => panic!("a facet without a name"),
            };
            let shown: String = shown.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let found = server.json(&format!(
                "/api/v1/search?q=cyber&all=1&limit=0&{name}=%3D{shown}"
            ));
            assert_eq!(found["total"], value["count"], "{name}={}", value["value"]);
        }
    }
}

#[test]
fn costly_queries_end_in_time_and_light_ones_pass_them() {
    let world = World::empty();
    let text = "The oil of the bank, said the market, rose and the talks of the bank. ".repeat(40);
    let records: String = (0..300)
        .map(|at| {
            format!("{{\"id\":\"r{at}\",\"title\":\"Oil {at}\",\"text\":\"{text} word{at}.\"}}\n")
        })
        .collect();
    world.write("seeds/a.jsonl", records.as_bytes());
    let server = Server::start(
        &world,
        &["--no-token", "--time-limit", "0.001", "--searches", "2"],
    );
    let costly = format!(
        "/api/v1/search?q={}",
        "the+NEAR/s+said+NEAR/s+of+NEAR/s+bank+NEAR/s+oil+NEAR/s+rose"
    );
    let stopped = server.get(&costly);
    assert_eq!(stopped.status, 503, "{}", stopped.text());
    assert_eq!(stopped.json()["error"]["kind"], "stopped");
    assert_eq!(stopped.header("retry-after"), Some("1"));
}

#[test]
fn half_requests_do_not_keep_others_out() {
    let world = World::seeds();
    let server = Server::open(&world);
    let held: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: 127")
                .expect("it takes some bytes");
            stream
        })
        .collect();
    assert_eq!(server.get("/").status, 200);
    for stream in &held {
        let _ = stream.shutdown(Shutdown::Both);
    }
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn a_server_starts_only_where_it_may() {
    let world = World::seeds();
    assert!(world.run(&["index", "-q"]).status.success());
    let refused = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["serve", "--port", "0"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let output = world.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = refused(&["--host", "0.0.0.0"]);
    assert!(told.contains("add --allow-host NAME"), "{told}");
    let told = refused(&["--host", "0.0.0.0", "--no-token", "--allow-host", "archive"]);
    assert!(told.contains("needs a token"), "{told}");
    assert!(refused(&["--allow-host", "http://archive/"]).contains("invalid host"));
    world.write("token", b"short\n");
    assert!(refused(&["--token-file", "token"]).contains("at least 20"));
    assert!(refused(&["--token-file", "none"]).contains("cannot read the token"));
    let first = Server::open(&world);
    let port = first.port.to_string();
    let output = world.run(&["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("cannot listen at") && told.lines().count() == 1,
        "{told}"
    );
}

#[test]
fn it_listens_on_this_machine_alone_and_by_other_names_when_told() {
    let world = World::seeds();
    world.write("token", b"a-token-of-my-own-choice\n");
    let server = Server::start(
        &world,
        &[
            "--token-file",
            "token",
            "--allow-host",
            "archive.example.org",
        ],
    );
    assert_eq!(server.token.as_deref(), Some("a-token-of-my-own-choice"));
    let bearer = server.bearer();
    let headers = [
        ("Host", "archive.example.org"),
        ("Authorization", bearer.as_str()),
        ("Origin", "https://archive.example.org"),
    ];
    assert_eq!(server.ask("GET", "/", &headers, &[]).status, 200);
    let listening = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let port = format!(":{:04X}", server.port);
    let own = listening
        .lines()
        .filter(|line| line.contains(&port) && line.contains(" 0A "));
    for line in own {
        assert!(line.contains(&format!("0100007F{port}")), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_when_asked() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let world = World::seeds();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut server = Server::open(&world);
        // A connection that is kept open keeps nobody waiting.
        let mut kept = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", server.host());
        kept.write_all(request.as_bytes())
            .expect("it takes a request");
        let mut first = [0; 15];
        kept.read_exact(&mut first).expect("it answers");
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        let id = Pid::from_raw(i32::try_from(server.child.id()).expect("an id"));
        kill(id, signal).expect("it runs");
        let status = server.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
fn pages_are_small() {
    let world = World::seeds();
    let server = Server::open(&world);
    for (address, most) in [
        ("/search?q=cyber", 16 << 10),
        ("/countries", 45 << 10),
        ("/", 16 << 10),
    ] {
        let answer = server.get(address);
        assert!(
            answer.body.len() <= most,
            "{address}: {}",
            answer.body.len()
        );
    }
    let text = server.get("/search?q=cyber").text();
    // The page itself, its styles and its script.
    let assets: Vec<&str> = text
        .split('"')
        .filter(|part| part.starts_with("/a/"))
        .collect();
    assert_eq!(assets.len(), 3, "{assets:?}");
    for asset in assets {
        let answer = server.get(asset);
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
    }
}
