//! An engine behind TLS that asks who is there: its certificate is of an
//! authority of our own, as in most newsrooms.
//!
//! The keys and certificates of `tests/fixtures/tls` were made with `openssl ca`
//! and are good for nothing else: `engine.pem` is for `localhost` and until 2120,
//! `expired.pem` the same until February 2020, `other-ca.pem` an authority that
//! signed neither.

use std::io::Write;
use std::process::Output;

use crate::common::{World, project};
use crate::fixture;
use crate::stub::{Answered, Stub, raw_answer};

/// What `Basic ann:correct horse` is on the way.
const AUTH: &str = "Basic YW5uOmNvcnJlY3QgaG9yc2U=";

/// An engine with a certificate, as recorded.
fn engine(certificate: &str) -> Stub {
    Stub::replaying_to(AUTH, certificate, &fixture("opensearch-2.19.6.jsonl"))
}

/// What `search` says to an index, with an authority to trust and somebody who asks.
fn search(world: &World, url: &str, ca: Option<&str>, auth: &str) -> Output {
    let file = ca.map(|ca| project().join("tests/fixtures/tls").join(ca));
    let mut arguments = vec!["search", "--index", url, "hotline Moscow"];
    if let Some(file) = &file {
        arguments.extend(["--ca", file.to_str().expect("a plain path")]);
    }
    let mut command = world.command(&arguments);
    command.env("CYBERSEARCH_AUTH", auth);
    command.output().expect("the program starts")
}

/// The one line that tells why there is no answer.
fn refusal(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(output.stdout, b"", "{told}");
    assert!(
        !told.contains("correct horse") && !told.contains("YW5u"),
        "{told}"
    );
    told
}

#[test]
fn an_authority_of_ones_own_and_a_password_are_enough() {
    let engine = engine("engine.pem");
    let world = World::seeds();
    world.run(&["index", "-q"]);
    let url = engine.secure_url("localhost", "news");
    let found = search(&world, &url, Some("ca.pem"), "Basic ann:correct horse");
    let here = world.run(&["search", "hotline Moscow"]);
    let told = String::from_utf8_lossy(&found.stderr).into_owned();
    assert_eq!(found.status.code(), Some(0), "{told}");
    assert_eq!(
        String::from_utf8_lossy(&found.stdout),
        String::from_utf8_lossy(&here.stdout)
    );
    assert_eq!(engine.unknown(), [""; 0]);
}

#[test]
fn a_certificate_of_somebody_else_is_no_engine() {
    let world = World::empty();
    let auth = "Basic ann:correct horse";
    for (certificate, host, ca, why) in [
        (
            "engine.pem",
            "localhost",
            None,
            "not signed by an authority that is trusted",
        ),
        (
            "engine.pem",
            "localhost",
            Some("other-ca.pem"),
            "not signed by an authority that is trusted",
        ),
        (
            "engine.pem",
            "127.0.0.1",
            Some("ca.pem"),
            "for another name",
        ),
        (
            "expired.pem",
            "localhost",
            Some("ca.pem"),
            "no longer valid",
        ),
    ] {
        let engine = engine(certificate);
        let url = engine.secure_url(host, "news");
        let told = refusal(&search(&world, &url, ca, auth));
        assert!(told.contains(why), "{certificate} {host} {ca:?}: {told}");
        assert!(told.lines().count() <= 2, "{told}");
    }
}

#[test]
fn who_is_not_let_in_is_told_how_to_say_who_asks() {
    let engine = engine("engine.pem");
    let world = World::empty();
    let url = engine.secure_url("localhost", "news");
    for auth in ["", "Basic ann:wrong"] {
        let told = refusal(&search(&world, &url, Some("ca.pem"), auth));
        assert!(told.contains("it asks who you are"), "{told}");
    }
}

#[test]
fn one_end_without_tls_is_told() {
    let world = World::empty();
    let secure = engine("engine.pem");
    let told = refusal(&search(
        &world,
        &secure.url("news"),
        Some("ca.pem"),
        "Bearer x",
    ));
    assert!(told.contains("https"), "{told}");
    let plain = Stub::answering(|_| Answered::Bytes(raw_answer("200 OK", "", "{}")));
    let url = plain.secure_url("localhost", "news");
    let told = refusal(&search(&world, &url, Some("ca.pem"), "Bearer x"));
    assert!(told.contains("http://"), "{told}");
}

#[test]
fn a_file_without_a_certificate_is_refused() {
    let world = World::empty();
    let mut file = tempfile::NamedTempFile::new_in(world.root()).expect("a file");
    file.write_all(b"no certificate").expect("it is written");
    let path = file.path().to_str().expect("a plain path").to_owned();
    let arguments = [
        "search",
        "--index",
        "https://localhost:1/news",
        "--ca",
        &path,
        "x",
    ];
    let told = refusal(&world.run(&arguments));
    assert!(told.contains("no certificate"), "{told}");
}
