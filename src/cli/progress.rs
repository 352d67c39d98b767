//! How far an index has come, on a terminal's stderr.

use std::io::{self, IsTerminal};
use std::sync::Mutex;

use cybersearch::update::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;

/// Fewer files than this are read before a bar could be seen.
const MIN_FILES: usize = 200;

/// Tells what happens while an index is written.
pub(super) struct Progress<'a> {
    session: &'a Session,
    bar: Mutex<Option<ProgressBar>>,
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
            Event::Progress(done, total) => self.advance(*done, *total),
        }
    }

    fn advance(&self, done: usize, total: usize) {
        if total < MIN_FILES || self.session.global.quiet || !io::stderr().is_terminal() {
            return;
        }
        let mut bar = self
            .bar
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let shown = bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left");
            ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr())
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        shown.set_position(done as u64);
        if done == total {
            shown.finish_and_clear();
            // The next update begins with one of its own.
            *bar = None;
        }
    }
}
