//! How far an index has come, on a terminal's stderr.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use cybersearch::update::{self, Event};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;

/// Fewer files than this, of fewer bytes than [`MIN_BYTES`], are read before a
/// bar could be seen.
const MIN_FILES: usize = 200;

/// See [`MIN_FILES`].
const MIN_BYTES: u64 = 16 << 20;

/// Tells what happens while an index is written.
pub(super) struct Progress<'a> {
    session: &'a Session,
    bar: Mutex<Option<Bar>>,
}

/// A bar that is shown, and since when.
struct Bar {
    shown: ProgressBar,
    since: Instant,
}

impl<'a> Progress<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Progress {
            session,
            bar: Mutex::new(None),
        }
    }

    pub(super) fn event(&self, event: &Event<'_>) {
        match event {
            Event::Busy(holder) => self
                .session
                .note(&format!("the index is being written by {holder}")),
            Event::Renewing(why) => self
                .session
                .note(&format!("{why}; reading everything again")),
            Event::Progress(progress) => self.advance(*progress),
        }
    }

    fn advance(&self, progress: update::Progress) {
        let is_short = progress.all_files < MIN_FILES && progress.all_bytes < MIN_BYTES;
        if is_short || self.session.global.quiet || !io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let Bar { shown, since } = bar.get_or_insert_with(|| {
            // By bytes: one file may be a whole archive.
            let style = ProgressStyle::with_template("{bar:16} {msg}, {eta} left");
            let all = progress.all_bytes.max(1);
            Bar {
                shown: ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr())
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
                since: Instant::now(),
            }
        });
        shown.set_position(progress.bytes.min(progress.all_bytes));
        shown.set_message(message(progress, since.elapsed().as_secs_f64()));
        if progress.files == progress.all_files {
            shown.finish_and_clear();
            // The next update begins with one of its own.
            *bar = None;
        }
    }
}

/// `812/900 files, 1204 members, 1877 articles, 12.4 MB/s`.
fn message(progress: update::Progress, seconds: f64) -> String {
    let update::Progress {
        files,
        all_files,
        bytes,
        members,
        articles,
        ..
    } = progress;
    let members = match members {
        0 => String::new(),
        members => format!(", {members} members"),
    };
    #[expect(clippy::cast_precision_loss, reason = "shown to a tenth")]
    let megabytes = bytes as f64 / 1e6;
    let speed = megabytes / seconds.max(0.1);
    format!("{files}/{all_files} files{members}, {articles} articles, {speed:.1} MB/s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_where_there_are_any() {
        let mut progress = update::Progress {
            files: 2,
            all_files: 9,
            bytes: 3_000_000,
            all_bytes: 9_000_000,
            members: 0,
            articles: 40,
        };
        assert_eq!(message(progress, 2.0), "2/9 files, 40 articles, 1.5 MB/s");
        progress.members = 41;
        let told = message(progress, 2.0);
        assert_eq!(told, "2/9 files, 41 members, 40 articles, 1.5 MB/s");
    }
}
