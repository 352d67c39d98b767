//! Any bytes are the parameters of an address, or a message of an agent: what is
//! no request is refused, and what is one is read the same again.

#![no_main]

use std::path::Path;

use cybersearch::mcp::Message;
use cybersearch::search::parameters::{FACETS, MATCH, QUERY, SHOWN, Values};
use cybersearch::stop::Stop;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let pairs = || form_urlencoded::parse(bytes).into_owned();
    let tables: [&[_]; 4] = [&QUERY, &MATCH, &SHOWN, &FACETS];
    for is_strict in [true, false] {
        let Ok(values) = Values::read(pairs(), &tables, is_strict) else {
            continue;
        };
        let kept = values
            .pairs()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let again = Values::read(kept, &tables, true).expect("what was read is a request");
        assert!(again.pairs().eq(values.pairs()));
        // Dates and countries are read only here.
        let _ = values.request(Path::new("/"), None, Stop::default());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(Some(message)) = Message::read(text) {
            let _ = (message.id(), message.is_work(), message.cancels());
        }
    }
});
