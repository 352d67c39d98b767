//! Any text is a query, and a query is printed so that it reads back as itself.

#![no_main]

use cybersearch::query::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = parse(text).query;
    let printed = read.to_string();
    let again = parse(&printed).query;
    assert_eq!(again, read, "{text:?} is printed as {printed:?}");
    assert_eq!(
        again.to_string(),
        printed,
        "{text:?} changes when printed twice"
    );
});
