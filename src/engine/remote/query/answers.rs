//! Reads what an engine answers to a search, and trusts none of it: an answer
//! that is not whole is an error, never a smaller answer.

use std::collections::HashSet;

use serde_json::Value;

use crate::engine::remote::reply::reason_of;
use crate::failure::{Failure, FailureKind, Result};

/// Asked with every search: an engine that cannot ask all shards shall say so
/// instead of answering from the rest.
pub(crate) const PARTIAL_REFUSED: &str = "allow_partial_search_results=false";

/// # Errors
/// When a part of the index did not answer, or the engine stopped early.
pub(crate) fn check_whole(answer: &Value) -> Result<()> {
    let bad = |why: &str| {
        Failure::new(format!("the engine's answer is not whole: {why}"))
            .of(FailureKind::Refused)
            .help("check the engine's health, and search again")
    };
    if !answer["error"].is_null() {
        let failure = Failure::new(format!(
            "the engine refuses the search: {}",
            reason_of(answer)
        ));
        return Err(failure.of(FailureKind::Refused));
    }
    let shards = &answer["_shards"];
    let Some(failed) = shards["failed"].as_u64() else {
        return Err(bad("it is no answer to a search"));
    };
    if failed > 0 {
        let all = shards["total"].as_u64().unwrap_or(failed);
        let why = &shards["failures"][0]["reason"]["reason"];
        let why = why
            .as_str()
            .map_or(String::new(), |why| format!(" ({why})"));
        return Err(bad(&format!("{failed} of {all} shards failed{why}")));
    }
    // `terminated_early` is no sign of it: we ask for no bound, and OpenSearch 3
    // says so of counts that it reads without going through the articles.
    if answer["timed_out"].as_bool() == Some(true) {
        return Err(bad("it ran out of time"));
    }
    Ok(())
}

/// What a search found.
#[derive(Debug)]
pub(crate) struct Found {
    /// How many documents answer.
    pub(crate) total: usize,
    /// The first of them.
    pub(crate) hits: Vec<FoundHit>,
}

/// A document that was found.
#[derive(Debug)]
pub(crate) struct FoundHit {
    /// Path and id.
    pub(crate) key: String,
    /// What was asked of its content; null where nothing was.
    pub(crate) source: Value,
    /// The values of columns that were asked for; null where none were.
    pub(crate) fields: Value,
    /// The values that it was sorted by, the last of them its key.
    pub(crate) sort: Vec<Value>,
}

/// Reads a search whose last sort key is the article's key.
///
/// # Errors
/// When the answer is not whole, or is none.
pub(crate) fn found(answer: &mut Value) -> Result<Found> {
    check_whole(answer)?;
    let odd = |what: &str| {
        Failure::new(format!("the engine's answer makes no sense: {what}")).of(FailureKind::Refused)
    };
    let total = &answer["hits"]["total"];
    if total["relation"]
        .as_str()
        .is_some_and(|relation| relation != "eq")
    {
        return Err(odd("it did not count all articles"));
    }
    let total = total["value"].as_u64().ok_or_else(|| odd("no total"))?;
    let total = usize::try_from(total).map_err(|_| odd("a total beyond all bounds"))?;
    let Value::Array(hits) = answer["hits"]["hits"].take() else {
        return Err(odd("no hits"));
    };
    let mut seen = HashSet::with_capacity(hits.len());
    let mut read = Vec::with_capacity(hits.len());
    for mut hit in hits {
        let Value::Array(sort) = hit["sort"].take() else {
            return Err(odd("a hit without its place"));
        };
        let key = sort.last().and_then(Value::as_str);
        let key = key.ok_or_else(|| odd("a hit without a key"))?.to_owned();
        if !seen.insert(key.clone()) {
            return Err(odd(&format!(
                "an article twice: {}",
                key.replace('\0', " ")
            )));
        }
        read.push(FoundHit {
            key,
            source: hit["_source"].take(),
            fields: hit["fields"].take(),
            sort,
        });
    }
    if read.len() > total {
        return Err(odd("more hits than it counts"));
    }
    Ok(Found { total, hits: read })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(mut answer: Value, expected: &str) {
        let error = found(&mut answer).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_is_not_whole_is_no_answer() {
        check(
            json!({"_shards": {"total": 6, "failed": 1}}),
            "1 of 6 shards failed",
        );
        check(
            json!({"_shards": {"failed": 0}, "timed_out": true}),
            "ran out of time",
        );
        check(
            json!({"error": {"reason": "too many clauses"}}),
            "too many clauses",
        );
        check(json!({"took": 1}), "no answer to a search");
        check(json!([1]), "no answer to a search");
        let whole = |hits: Value| json!({"_shards": {"failed": 0}, "hits": hits});
        check(
            whole(json!({"total": {"value": 1, "relation": "gte"}})),
            "did not count",
        );
        check(
            whole(json!({"total": {"value": 1, "relation": "eq"}})),
            "no hits",
        );
        let hits = json!([{"sort": [1.0, "a"]}, {"sort": [1.0, "a"]}]);
        check(
            whole(json!({"total": {"value": 2}, "hits": hits})),
            "an article twice: a",
        );
        check(
            whole(json!({"total": {"value": 2}, "hits": [{}]})),
            "without its place",
        );
        check(
            whole(json!({"total": {"value": 0}, "hits": [{"sort": ["a"]}]})),
            "more hits",
        );
    }

    #[test]
    fn hits_have_a_key_and_what_was_asked() {
        let mut answer = json!({"_shards": {"failed": 0}, "timed_out": false, "hits": {
            "total": {"value": 3, "relation": "eq"},
            "hits": [{"_source": {"body": "x"}, "sort": [2.5, "a\0b"]}]}});
        let found = found(&mut answer).unwrap();
        assert_eq!((found.total, found.hits[0].key.as_str()), (3, "a\0b"));
        assert_eq!(found.hits[0].source["body"], "x");
    }

    #[test]
    fn counts_that_were_at_hand_are_whole() {
        // As OpenSearch 3.9.0 answers.
        let mut answer = json!({"took": 27, "timed_out": false, "terminated_early": true,
            "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
            "hits": {"total": {"value": 7, "relation": "eq"}, "max_score": null, "hits": []}});
        check_whole(&answer).unwrap();
        assert_eq!(found(&mut answer).unwrap().total, 7);
    }
}
