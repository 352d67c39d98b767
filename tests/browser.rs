//! The pages in a real browser: what they look like to machines that read them,
//! where their links lead, what their script does, and what others cannot do to
//! them.
//!
//! Without a browser every test says that it is skipped; with
//! `CYBERSEARCH_BROWSER=required` it fails. `CYBERSEARCH_AXE` is the file of
//! axe-core that pages are checked with, `CYBERSEARCH_PICTURES` a folder for
//! pictures of them.
#![cfg(all(unix, feature = "serve"))]
#![allow(
    clippy::format_collect,
    clippy::print_stderr,
    reason = "what is skipped is said; addresses are put together as they are read"
)]

#[path = "common/browser.rs"]
mod browser;
mod common;
#[path = "common/server.rs"]
mod server;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use browser::{Browser, complaints};
use common::World;
use serde_json::{Value, json};
use server::{HOSTILE, Server, hostile};

/// A page of every kind, by what its picture is called.
const PAGES: [(&str, &str); 19] = [
    ("start", "/"),
    ("search", "/search?q=hotline+Moscow"),
    ("why", "/search?q=hotline&explain=1&no-fold=1&passages=3"),
    (
        "filtered",
        "/search?q=cyber&country=RU&date=2013&sort=newest",
    ),
    ("no-hit", "/search?q=hotlne"),
    ("empty", "/search?q="),
    (
        "article",
        "/article?id=seeds/001_a8fd6759c55bd904.txt&q=hotline&b=1657-1960#b",
    ),
    ("people", "/people"),
    ("person", "/person?name=Barack+Obama"),
    ("countries", "/countries"),
    ("country", "/country/RU"),
    ("timeline", "/timeline?q=cyber&vs=Moscow&vs=hotline"),
    ("share", "/timeline?q=cyber&vs=Moscow&share=1"),
    ("together", "/together?q=cyber"),
    ("extract", "/extract"),
    ("status", "/status"),
    ("help", "/help"),
    ("lost", "/no-such-page"),
    ("no-article", "/article?id=none"),
];

/// What axe-core is asked for.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// A browser and a server of the seeds, or `None` where there is no browser.
fn seeds() -> Option<(World, Server, Browser)> {
    let browser = Browser::start()?;
    let world = World::seeds();
    let server = Server::open(&world);
    Some((world, server, browser))
}

fn origin(server: &Server) -> String {
    format!("http://{}", server.host())
}

/// Opens a page of the server.
fn open(browser: &mut Browser, server: &Server, path: &str) {
    browser.open(&format!("{}{path}", origin(server)));
}

/// Nothing failed, and nothing was asked of anybody else.
fn assert_quiet(browser: &mut Browser, server: &Server, page: &str) {
    let events = browser.events();
    let told: Vec<String> = complaints(&events, &origin(server))
        .into_iter()
        // A page that is not there is told as an error, too.
        .filter(|told| !told.contains("status of 404"))
        .collect();
    assert!(told.is_empty(), "{page}: {told:#?}");
}

#[test]
fn every_page_is_quiet_and_fits() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    let pictures = std::env::var_os("CYBERSEARCH_PICTURES");
    for (name, path) in PAGES {
        for (width, scale) in [(1100, 1), (390, 2), (320, 1), (550, 2)] {
            browser.width(width, scale);
            open(&mut browser, &server, path);
            let widest = browser.eval("document.documentElement.scrollWidth");
            assert!(
                widest.as_u64() <= Some(width.into()),
                "{name} at {width}: {widest}"
            );
            if let Some(folder) = &pictures {
                browser.eval("scrollTo(0, 0); 1");
                for scheme in ["light", "dark"] {
                    browser.medium("screen", scheme);
                    browser
                        .picture(&Path::new(folder).join(format!("{name}-{width}-{scheme}.png")));
                }
                browser.medium("screen", "light");
            }
        }
        browser.medium("print", "light");
        let shown = browser.text("getComputedStyle(document.querySelector('header nav')).display");
        assert_eq!(shown, "none", "{name} in print");
        browser.medium("screen", "light");
        assert_quiet(&mut browser, &server, name);
    }
}

#[test]
fn a_page_is_three_requests() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    open(&mut browser, &server, "/search?q=cyber");
    let events = browser.events();
    let requests = events
        .iter()
        .filter(|event| event["method"] == "Network.requestWillBeSent");
    let addresses: Vec<&str> = requests
        .filter_map(|event| event["params"]["request"]["url"].as_str())
        // The icon is the window's.
        .filter(|address| !address.ends_with("icon.svg"))
        .collect();
    assert_eq!(addresses.len(), 3, "{addresses:?}");
}

#[test]
fn axe_finds_no_fault() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    let Some(axe) = std::env::var_os("CYBERSEARCH_AXE") else {
        eprintln!("skipped: CYBERSEARCH_AXE names no axe-core");
        return;
    };
    let axe = std::fs::read_to_string(axe).expect("axe-core can be read");
    let mut faults = Vec::new();
    for scheme in ["light", "dark"] {
        browser.medium("screen", scheme);
        for (name, path) in PAGES {
            open(&mut browser, &server, path);
            browser.eval(
                "for (const more of document.querySelectorAll('details')) more.open = true; 1",
            );
            browser.eval(&format!("{axe}; 1"));
            let found = browser.eval(&format!(
                "axe.run(document, {{runOnly: {{type: 'tag', values: {RULES}}}}}).then((done) => \
                 done.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html).slice(0, 3)))"
            ));
            let found = found.as_array().cloned().unwrap_or_default();
            faults.extend(
                found
                    .iter()
                    .map(|fault| format!("{name}, {scheme}: {fault}")),
            );
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The number that a page of hits begins with.
fn number(browser: &mut Browser) -> u64 {
    let told = browser.text("document.querySelector('h1').textContent");
    let digits: String = told.chars().take_while(|c| !c.is_whitespace()).collect();
    digits
        .replace(',', "")
        .parse()
        .unwrap_or_else(|_| panic!("a number: {told}"))
}

#[test]
fn facets_and_bars_lead_to_what_they_say() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    let page = "/search?q=cyber";
    open(&mut browser, &server, page);
    browser.eval(
        "globalThis.to = (link) => { \
         const address = new URL(link.getAttribute('href'), location); \
         return address.pathname + address.search; }; 1",
    );
    let facets = browser.eval(
        "[...document.querySelectorAll('.facet li')].map((one) => \
         [to(one.querySelector('a')), one.querySelector('.n').textContent])",
    );
    let bars = browser.eval(
        "[...document.querySelectorAll('.chart svg a')].map((one) => \
         [to(one), one.querySelector('title').textContent.split(': ')[1].split(' ')[0]])",
    );
    let all: Vec<Value> = [facets, bars]
        .iter()
        .flat_map(|list| list.as_array().cloned().unwrap_or_default())
        .collect();
    assert!(all.len() > 20, "{all:?}");
    for one in all {
        let (address, says) = (one[0].as_str().unwrap(), one[1].as_str().unwrap());
        open(&mut browser, &server, address);
        assert_eq!(number(&mut browser).to_string(), says, "{address}");
    }
    open(&mut browser, &server, page);
    browser.click(".chart svg a");
    assert!(browser.text("location.search").contains("date="));
    assert_quiet(&mut browser, &server, page);
}

#[test]
fn occurrences_are_walked_with_and_without_the_script() {
    let Some((world, server, mut browser)) = seeds() else {
        return;
    };
    let id = "seeds/001_a8fd6759c55bd904.txt";
    let page = format!("/article?id={id}&q=cyber+OR+Russia+OR+China");
    open(&mut browser, &server, &page);
    let shown =
        browser.eval("[...document.querySelectorAll('.text mark')].map((one) => one.textContent)");
    let shown = shown.as_array().unwrap().clone();
    let json = server.json(&format!(
        "/api/v1/article?id={id}&q=cyber+OR+Russia+OR+China"
    ));
    let text = std::fs::read_to_string(world.path(id)).unwrap();
    let marks = json["highlights"]["text"]
        .as_array()
        .unwrap_or_else(|| panic!("{json}"));
    let told: Vec<Value> = marks
        .iter()
        .map(|mark| {
            let at = |name: &str| usize::try_from(mark[name].as_u64().unwrap()).unwrap();
            json!(text[at("start")..at("end")])
        })
        .collect();
    assert!(told.len() > 3);
    assert_eq!(shown, told);
    for expected in 0..2 {
        browser.key("n");
        let at = browser.eval("[...document.querySelectorAll('.text mark')].findIndex((one) => one.classList.contains('at'))");
        assert_eq!(at, expected);
    }
    browser.scripts(false);
    open(&mut browser, &server, &page);
    let links = browser.eval(
        "[...document.querySelectorAll('nav[aria-label=Occurrences] a')].map((one) => \
         document.querySelector(one.hash) !== null)",
    );
    let links = links.as_array().unwrap();
    assert!(
        links.len() > 3 && links.iter().all(|there| there == true),
        "{links:?}"
    );
}

#[test]
fn a_citation_is_the_same_from_a_hit_and_from_its_article() {
    let Some((world, server, mut browser)) = seeds() else {
        return;
    };
    let page = "/search?q=cyber&passages=2";
    open(&mut browser, &server, page);
    let cited = browser.eval(
        "[...document.querySelectorAll('ol.hits .place')].map((one) => \
         [one.querySelector('a').getAttribute('href'), one.querySelector('textarea').value])",
    );
    let cited = cited.as_array().unwrap().clone();
    assert!(cited.len() > 3);
    for one in &cited {
        let (address, from_hit) = (one[0].as_str().unwrap(), one[1].as_str().unwrap());
        open(&mut browser, &server, address);
        let from_article = browser.text("document.querySelector('details.cite textarea').value");
        assert_eq!(from_hit, from_article);
        let quoted = from_hit.strip_prefix("> “").unwrap();
        let (quoted, rest) = quoted.split_once("”\n").unwrap();
        let file = rest
            .split(", ")
            .find(|part| part.starts_with("seeds/"))
            .unwrap();
        let (file, _line) = file.rsplit_once(':').unwrap();
        let (_, bytes) = rest.rsplit_once(" bytes ").unwrap();
        let (start, end) = bytes.split_once('–').unwrap();
        let text = std::fs::read_to_string(world.path(file)).unwrap();
        let there = &text[start.parse().unwrap()..end.parse().unwrap()];
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(one_line(there), one_line(quoted));
        // The link leads to the passage.
        assert!(
            browser.eval("document.querySelector('#b') !== null") == true,
            "{address}"
        );
    }
    assert_quiet(&mut browser, &server, page);
}

#[test]
fn history_and_basket_stay_in_the_browser() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    open(&mut browser, &server, "/search?q=hotline");
    let keep = "[...document.querySelectorAll('.cite button')].find((one) => one.textContent.includes('basket'))";
    assert_eq!(
        browser.text(&format!("{keep}.textContent")),
        "keep in basket"
    );
    browser.eval(&format!("{keep}.click(); 1"));
    assert_eq!(
        browser.text(&format!("{keep}.textContent")),
        "remove from basket"
    );
    open(&mut browser, &server, "/search?q=hotline");
    assert_eq!(
        browser.text(&format!("{keep}.textContent")),
        "remove from basket"
    );
    for _ in 0..2 {
        open(&mut browser, &server, "/");
        assert_eq!(
            browser.text("document.querySelector('#history li').textContent"),
            "hotline"
        );
        let basket = browser.text("document.querySelector('#basket textarea').value");
        assert!(
            basket.starts_with("> “") && basket.contains("seeds/"),
            "{basket}"
        );
    }
    assert_eq!(browser.text("document.cookie"), "");
    browser.eval("[...document.querySelectorAll('#basket button')].at(-1).click(); 1");
    open(&mut browser, &server, "/");
    assert_eq!(
        browser.eval("document.querySelector('#basket').hidden"),
        true
    );
    assert_quiet(&mut browser, &server, "basket");
}

#[test]
fn keys_do_what_the_help_says() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    open(&mut browser, &server, "/search?q=cyber&limit=2");
    browser.key("j");
    browser.key("j");
    let at = "[...document.querySelectorAll('ol.hits > li')].findIndex((one) => one.classList.contains('at'))";
    assert_eq!(browser.eval(at), 1);
    browser.key("k");
    assert_eq!(browser.eval(at), 0);
    browser.key("c");
    assert_eq!(
        browser.eval("document.querySelector('details.cite').open"),
        true
    );
    browser.key("/");
    assert_eq!(browser.text("document.activeElement.id"), "q");
    // In the search line a letter is a letter.
    browser.key("j");
    assert_eq!(browser.eval(at), 0);
    browser.eval("document.activeElement.blur(); 1");
    browser.follow("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n'})); 1");
    assert!(browser.text("location.search").contains("offset=2"));
    browser.follow("document.dispatchEvent(new KeyboardEvent('keydown', {key: '?'})); 1");
    assert_eq!(browser.text("location.pathname"), "/help");
}

#[test]
fn every_function_works_without_the_script() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    browser.scripts(false);
    open(&mut browser, &server, "/");
    browser.follow(
        "document.querySelector('#q').value = 'hotline Moscow'; \
         document.querySelector('header form').submit(); 1",
    );
    assert!(number(&mut browser) > 0);
    browser.click("ol.hits .place a");
    assert_eq!(browser.text("location.pathname"), "/article");
    let cited = browser.text("document.querySelector('details.cite textarea').textContent");
    assert!(cited.contains("bytes"), "{cited}");
    open(&mut browser, &server, "/extract");
    browser.follow(
        "document.querySelector('main textarea').value = 'Barack Obama was in Moscow on 3 May 2013.'; \
         document.querySelector('main form').submit(); 1",
    );
    let found = browser.text("document.querySelector('main').textContent");
    for expected in ["Barack Obama", "Russia", "2013-05-03"] {
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert_quiet(&mut browser, &server, "without script");
}

#[test]
fn hostile_articles_do_nothing() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = hostile();
    let server = Server::open(&world);
    let encoded = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect::<String>()
    };
    let mut pages = vec![
        "/".to_owned(),
        "/people".to_owned(),
        "/status".to_owned(),
        "/search?q=oil&passages=3&explain=1&no-fold=1".to_owned(),
    ];
    for (at, text) in HOSTILE.iter().enumerate() {
        pages.push(format!("/article?id={}", encoded(&format!("{at}{text}"))));
        pages.push(format!("/search?q={}", encoded(text)));
        pages.push(format!("/person?name={}", encoded(text)));
        pages.push(format!("/timeline?q={0}&vs={0}", encoded(text)));
    }
    for page in pages {
        open(&mut browser, &server, &page);
        let strange = browser
            .eval("document.querySelectorAll('img, iframe, svg[onload], main script').length");
        assert_eq!(strange, 0, "{page}");
        assert_quiet(&mut browser, &server, &page);
    }
    // What the browser keeps of such pages is text as well.
    open(&mut browser, &server, "/");
    assert_eq!(
        browser.eval("document.querySelectorAll('#history script, #history img').length"),
        0
    );
    assert!(browser.eval("document.querySelectorAll('#history li').length") != 0);
    assert_quiet(&mut browser, &server, "history");
}

/// The status of each answer of the server among events, by its address; also of
/// those that the page was not shown.
fn answers(events: &[Value], port: u16) -> Vec<(String, u64)> {
    let of = |method: &'static str| events.iter().filter(move |event| event["method"] == method);
    let answers = of("Network.responseReceivedExtraInfo").filter_map(|event| {
        let id = &event["params"]["requestId"];
        let mut asked = of("Network.requestWillBeSent");
        let asked = asked.find(|asked| asked["params"]["requestId"] == *id)?;
        let address = asked["params"]["request"]["url"].as_str()?.to_owned();
        let is_ours = address.contains(&format!(":{port}/"));
        is_ours.then_some((address, event["params"]["statusCode"].as_u64()?))
    });
    answers.collect()
}

#[test]
fn other_pages_in_the_browser_learn_nothing() {
    let Some((_world, server, mut browser)) = seeds() else {
        return;
    };
    // A name that was made to point here.
    browser.open(&format!(
        "http://evil.test:{}/search?q=hotline",
        server.port
    ));
    let told = answers(&browser.events(), server.port);
    assert!(
        !told.is_empty() && told.iter().all(|(_, status)| *status == 421),
        "{told:?}"
    );

    // Another page, at another name and at another port of this machine, that
    // asks for pages in every way a page can.
    let here = origin(&server);
    let page = format!(
        "<!doctype html><title>other</title>\
         <img src='{here}/search?q=image'>\
         <iframe src='{here}/search?q=frame'></iframe>\
         <script src='{here}/search?q=script'></script>\
         <link rel=stylesheet href='{here}/search?q=style'>\
         <script>fetch('{here}/search?q=fetch', {{mode: 'no-cors'}}).catch(() => 0);\
         fetch('{here}/api/v1/search?q=cors').catch(() => 0);\
         fetch('{here}/mcp', {{method: 'POST', mode: 'no-cors', body: '{{}}'}}).catch(() => 0);</script>"
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                page.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    for host in ["evil.test", "127.0.0.1"] {
        browser.events();
        browser.open(&format!("http://{host}:{port}/"));
        // The answers of requests that the page does not wait for.
        browser.eval(&format!(
            "Promise.allSettled([fetch('{here}/search?q=last', {{mode: 'no-cors'}})]).then(() => 1)"
        ));
        let told = answers(&browser.events(), server.port);
        assert!(told.len() >= 6, "{host}: {told:?}");
        for (address, status) in told {
            assert_eq!(status, 403, "{host}: {address}");
        }
    }
    // A link that is followed leads to the page.
    browser.follow(&format!("location.href = '{here}/search?q=hotline'; 1"));
    assert!(number(&mut browser) > 0);
}

#[test]
fn the_printed_link_lets_in_and_hides_its_token() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = World::seeds();
    let server = Server::start(&world, &[]);
    open(&mut browser, &server, "/search?q=hotline");
    let told = answers(&browser.events(), server.port);
    assert_eq!(
        told.first().map(|(_, status)| *status),
        Some(401),
        "{told:?}"
    );
    let token = server.token.clone().expect("there is a token");
    open(&mut browser, &server, &format!("/login?token={token}"));
    browser.arrive();
    assert_eq!(
        browser.text("location.href"),
        format!("{}/", origin(&server))
    );
    // The script of a page cannot read it.
    assert_eq!(browser.text("document.cookie"), "");
    open(&mut browser, &server, "/search?q=hotline");
    assert!(number(&mut browser) > 0);
    assert!(
        !browser
            .text("document.documentElement.outerHTML")
            .contains(&token)
    );
}
