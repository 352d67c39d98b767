//! cybersearch
pub mod analyze;
pub mod article;
pub mod extract;
pub mod layout;
pub mod sentence;
pub mod source;
