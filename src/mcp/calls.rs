//! The requests that are under way, so that a client can take one back.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::stop::Stop;

/// What may end each request that is under way, by its id.
#[derive(Debug, Default)]
pub struct Calls(Mutex<HashMap<String, Stop>>);

impl Calls {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Stop>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a request that `stop` ends.
    pub fn begin(&self, id: &Value, stop: &Stop) {
        self.known().insert(id.to_string(), stop.clone());
    }

    /// Ends a request; whether its answer is still wanted.
    pub fn end(&self, id: &Value) -> bool {
        self.known().remove(&id.to_string()).is_some()
    }

    /// Stops a request, if it is under way. Its answer is not wanted any more.
    pub fn cancel(&self, id: &Value) {
        if let Some(stop) = self.known().remove(&id.to_string()) {
            stop.pull();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_cancelled_is_stopped_and_not_answered() {
        let (calls, one, other) = (Calls::default(), Stop::default(), Stop::default());
        calls.begin(&json!(1), &one);
        calls.begin(&json!("1"), &other);
        calls.cancel(&json!(1));
        calls.cancel(&json!(7));
        assert!(one.begin().is_stopped());
        assert!(!other.begin().is_stopped());
        assert!(!calls.end(&json!(1)));
        assert!(calls.end(&json!("1")));
    }
}
