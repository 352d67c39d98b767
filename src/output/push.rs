//! What bringing articles into an engine came to.

use super::status;
use super::update;
use crate::push::PushReport;

/// `5 articles: 1 new file, …; in news-f800301-g1, searches find it`.
pub fn summary(report: &PushReport) -> String {
    let mut parts = vec![update::summary(&report.update)];
    if report.is_dry {
        parts.push("nothing was pushed (--dry-run)".to_owned());
        return parts.join("; ");
    }
    if report.newer > 0 {
        let files = status::count(report.newer, "file");
        parts.push(format!("{files} already there from a later push"));
    }
    parts.push(standing(report));
    parts.join("; ")
}

/// What `--finish` came to.
pub fn finished(report: &PushReport) -> String {
    let articles = status::count(report.update.articles, "article");
    let files = status::count(report.files, "file");
    format!("{articles} of {files}; {}", standing(report))
}

/// Where it stands: what is left to do, if anything.
fn standing(report: &PushReport) -> String {
    let index = &report.index;
    let left = report.update.errors.len() + report.update.missing.len() + report.refused.len();
    if report.uncounted > 0 {
        let articles = status::count(report.uncounted, "article");
        return format!("{articles} missing or too many in {index}: push again");
    }
    if left > 0 {
        let left = status::count(left as u64, "file");
        return format!("{left} left to push to {index}: push again");
    }
    if report.is_current {
        format!("in {index}, where searches find them")
    } else {
        format!("in {index}, which searches find after --finish")
    }
}

/// What `--create` came to.
pub fn created(report: &PushReport) -> String {
    format!(
        "{} is made, empty; searches find it after --finish",
        report.index
    )
}

/// What `--remove` came to.
pub fn removed(names: &[String]) -> String {
    format!("removed: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::Report;

    #[test]
    fn the_last_line_says_what_is_left() {
        let mut report = PushReport {
            update: Report {
                articles: 5,
                added: 5,
                ..Report::default()
            },
            index: "news-f1-g1".to_owned(),
            is_current: true,
            ..PushReport::default()
        };
        let counts = "5 articles: 5 new files, 0 changed, 0 removed, 0 unchanged";
        let found = "in news-f1-g1, where searches find them";
        assert_eq!(summary(&report), format!("{counts}; {found}"));
        report.is_current = false;
        let waits = "in news-f1-g1, which searches find after --finish";
        assert_eq!(summary(&report), format!("{counts}; {waits}"));
        report.update.errors.push(("a".to_owned(), "no".to_owned()));
        assert!(summary(&report).ends_with("1 file left to push to news-f1-g1: push again"));
        report.uncounted = 2;
        assert!(
            summary(&report).ends_with("2 articles missing or too many in news-f1-g1: push again")
        );
    }
}
