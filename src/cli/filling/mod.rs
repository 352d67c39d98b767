//! The commands that fill an index: in a folder (`index`, `watch`), or in an
//! engine elsewhere (`push`).

pub(super) mod index;
#[cfg(feature = "remote")]
pub(super) mod push;
pub(super) mod watch;
