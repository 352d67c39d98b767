//! Searches that are stopped: because they take too much work, because their
//! time is over, because nobody waits for them.

mod common;

use std::thread;
use std::time::Duration;

use common::World;
use cybersearch::engine::local::Index;
use cybersearch::library::Library;
use cybersearch::search::{By, FacetRequest, Request, facets, rank, search};
use cybersearch::stop::Stop;
use cybersearch::update::in_memory;

/// Words that no two numbers share.
fn word(number: usize) -> String {
    let syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"];
    let digits = [number / 1000, number / 100, number / 10, number];
    let spelt = digits.map(|digit| syllables[digit % 10]);
    format!("a{}", spelt.concat())
}

/// A library of so many articles, with ten words of its own each.
fn library(articles: usize) -> World {
    let world = World::empty();
    for article in 0..articles {
        let own: Vec<String> = (article * 10..article * 10 + 10).map(word).collect();
        let said = "The prices of oil rose, said the bank of the country, and the market of oil \
                    fell in the talks of the bank.";
        let text = format!(
            "Talks {article}\n\n{said} {}. {said}\n\n{said} An end.\n",
            own.join(" ")
        );
        world.write(&format!("seeds/{article}.txt"), text.as_bytes());
    }
    world
}

fn index_of(world: &World) -> Index {
    in_memory(&Library::at(world.root()), &|_| {}).expect("it can be indexed")
}

fn request(text: &str, stop: Stop) -> Request {
    Request {
        text: text.to_owned(),
        limit: 10,
        passages: 1,
        fold: true,
        stop,
        ..Request::default()
    }
}

fn limited(cost: u64) -> Stop {
    Stop::default().cost_limit(Some(cost))
}

/// Queries of every kind that can be made costly.
fn costly() -> Vec<String> {
    let fuzzy: Vec<String> = (0..100).map(|number| word(number * 7) + "~2").collect();
    let exact = ["the bank", "of oil", "of the"].map(|text| format!("=\"{text}\""));
    vec![
        fuzzy.join(" "),
        fuzzy.join(" OR "),
        "a* NEAR/1000 a*".to_owned(),
        "the NEAR/s of NEAR/s oil NEAR/s bank NEAR/s said NEAR/s the NEAR/s prices".to_owned(),
        "the NEAR/9 of NEAR/9 oil NEAR/9 bank NEAR/9 said NEAR/9 the NEAR/9 prices".to_owned(),
        "\"the prices\"~900 \"of the\"~900 \"bank oil\"~900".to_owned(),
        exact.join(" "),
        "body:a*".to_owned(),
        "talks -(the NEAR/s oil NEAR/s bank)".to_owned(),
        "\"of the\" \"the bank\" \"said the\"".to_owned(),
        ["abaxx", "acexx", "adixx"].repeat(5).join(" "),
        "path:\"*1*2*3*4*5*6*7*8*9*.txt\"".to_owned(),
    ]
}

#[test]
fn whatever_takes_too_much_work_is_stopped() {
    let index = index_of(&library(300));
    for query in costly() {
        for cost in [0, 10, 1000, 5000] {
            let request = request(&query, limited(cost));
            let error = search(&index, &request).expect_err(&query);
            let told = error.to_string();
            let begins = query.chars().take(20).collect::<String>();
            assert!(
                told.starts_with(&format!("search stopped: “{begins}")),
                "{told}"
            );
            let why = format!(": too much work (limit: {cost} units)");
            assert!(told.ends_with(&why), "{told}");
            assert_eq!(error.action(), Some("narrow the query, or use --no-limit"));
            rank(&index, &request).expect_err(&query);
            let by = vec![By::Country, By::Year, By::Source];
            facets(&index, &request, &FacetRequest::of(by, 3)).expect_err(&query);
        }
    }
}

#[test]
fn a_search_costs_the_same_whatever_the_threads_and_is_stopped_just_there() {
    let index = index_of(&library(400));
    for query in costly() {
        let cost = |parallel| {
            let request = Request {
                parallel,
                ..request(&query, limited(u64::MAX))
            };
            let answer = search(&index, &request).expect("nothing stops it");
            (request.stop.spent(), answer.total)
        };
        let (alone, total) = cost(false);
        assert_eq!(cost(true), (alone, total), "{query}");
        for parallel in [false, true] {
            let request = |limit| Request {
                parallel,
                ..request(&query, limited(limit))
            };
            assert!(search(&index, &request(alone)).is_ok(), "{query}");
            assert!(search(&index, &request(alone - 1)).is_err(), "{query}");
        }
    }
}

#[test]
fn what_ordinary_queries_find_does_not_depend_on_the_limit() {
    let index = index_of(&library(200));
    for query in [
        "oil prices",
        "\"of the bank\"",
        "oil NEAR/s bank",
        "abacece~",
        "abace*",
        "talks -bank",
        "path:1*",
    ] {
        let limited = request(query, Stop::default());
        let free = request(query, Stop::default().cost_limit(None));
        let [limited, free] = [&limited, &free].map(|request| {
            let answer = search(&index, request).expect("it is no work");
            let hits = answer.articles.iter().flat_map(|article| &article.hits);
            (answer.total, hits.cloned().collect::<Vec<_>>())
        });
        assert_eq!(limited, free, "{query}");
    }
}

#[test]
fn another_thread_stops_a_search() {
    let index = index_of(&library(50));
    let stop = Stop::default();
    let error = thread::scope(|scope| {
        let kept = stop.clone();
        scope.spawn(move || kept.pull());
        // Answered as often as it takes until the other thread has run.
        loop {
            if let Err(error) = search(&index, &request("the NEAR/s oil", stop.clone())) {
                return error;
            }
        }
    });
    assert_eq!(error.to_string(), "search stopped: it was cancelled");
    search(&index, &request("oil", stop)).expect_err("it stays stopped");
}

#[test]
fn a_search_without_time_is_stopped() {
    let index = index_of(&library(10));
    let stop = Stop::default().time_limit(Some(Duration::ZERO));
    let error = search(&index, &request("oil", stop)).expect_err("its time is over");
    assert_eq!(
        error.to_string(),
        "search stopped: time limit of 0 s exceeded"
    );
    // More time than there is.
    let stop = Stop::default().time_limit(Some(Duration::MAX));
    assert!(search(&index, &request("oil", stop)).is_ok());
}

/// The status, and what is told on stderr.
fn told(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let output = world.run(arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), errors)
}

#[test]
fn the_program_says_in_a_line_that_the_time_is_over() {
    let world = library(3);
    world.stdout(&["index"]);
    let line = "cybersearch: search stopped: time limit of 0 s exceeded; \
                narrow the query, or raise --time-limit\n";
    for command in [
        &["oil"][..],
        &["search", "oil"],
        &["facets", "oil"],
        &["facets"],
    ] {
        let arguments: Vec<&str> = command
            .iter()
            .copied()
            .chain(["--time-limit", "0"])
            .collect();
        assert_eq!(told(&world, &arguments), (Some(2), line.to_owned()));
        // Without a limit to the work there is one to the time all the same.
        let arguments: Vec<&str> = arguments.into_iter().chain(["--no-limit"]).collect();
        assert_eq!(told(&world, &arguments), (Some(2), line.to_owned()));
    }
    for limit in ["600", "600.5", "10m"] {
        assert!(
            !world
                .stdout(&["oil", "--time-limit", limit, "--no-limit"])
                .is_empty()
        );
    }
    let (status, errors) = told(&world, &["oil", "--time-limit", "-1"]);
    assert_eq!(status, Some(2), "{errors}");
    assert!(errors.contains("such as 2 or 0.5"), "{errors}");
}

#[test]
fn a_batch_tells_a_query_that_is_stopped_and_answers_the_rest() {
    let world = library(3);
    world.stdout(&["index"]);
    // So many that the default limit ends it while they are looked up.
    let long: Vec<String> = (0..800)
        .map(|number| format!("{}{number}~2", "abcd".repeat(25)))
        .collect();
    world.write(
        "queries",
        format!("costly\t{}\nplain\toil\n", long.join(" ")).as_bytes(),
    );
    let output = world.run(&["batch", "queries", "--format", "paths", "-n1"]);
    assert_eq!(output.status.code(), Some(2));
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(found.starts_with("plain"), "{found}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    let told = "cybersearch: costly: search stopped: “abcdabcd";
    assert!(errors.starts_with(told), "{errors}");
    let why = "…”: too much work (limit: 100 million units); \
               narrow the query, or use --no-limit\n";
    assert!(errors.ends_with(why), "{errors}");
}
