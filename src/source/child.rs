//! Readers out of process, each with limits: a foreign program may be as slow,
//! greedy or broken as its input makes it, and only its input is lost.
//!
//! The program is looked for once, in the absolute folders of `PATH`, never in
//! the current one. It gets its input on stdin, an environment without anything
//! of the user's, and the root as its folder. Its limits of processor time and
//! memory are set by the shell's `ulimit`; clock and output are watched from
//! here. Threads of its own feed and drain each pipe, so that nothing waits for
//! each other.
//!
//! No child outlives this process, whatever ends it. A shell stands between the
//! two and waits for both: for the reader to end, and for the *lifeline*, a pipe
//! that nobody writes to and of which this process alone holds the other end.
//! Once that is closed, by us or by the system after a `kill -9`, the shell
//! kills all of its process group. A Ctrl-C of the terminal need not be passed
//! on, therefore, and no signal is handled here.
//!
//! Example: a `pdftotext` that sleeps is killed after two minutes, and what it
//! printed before is kept.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// What a reader may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChildLimits {
    /// Seconds of processor time.
    pub(super) cpu: u64,
    /// Bytes of memory beside its input.
    pub(super) memory: u64,
    /// Bytes that it may print.
    pub(super) output: u64,
    /// From start to end. Much more than `cpu`, so that a busy machine decides
    /// nothing: only for readers that sleep.
    pub(super) clock: Duration,
}

impl Default for ChildLimits {
    fn default() -> Self {
        ChildLimits {
            cpu: 20,
            memory: 512 << 20,
            output: 64 << 20,
            clock: Duration::from_mins(2),
        }
    }
}

/// How a reader ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself, in peace.
    Done,
    /// By itself, with this exit status.
    Failed(i32),
    /// By a signal that was not ours.
    Crashed(i32),
    /// Over a limit, in words.
    OverLimit(String),
    /// No more was wanted of it.
    Unwanted,
}

/// What a reader that has ended leaves.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) ended: Ended,
    /// The beginning of what it complained of.
    pub(super) errors: String,
}

/// The most bytes of complaints that are kept.
const MOST_ERRORS: usize = 16 << 10;

/// What is read at once.
const BLOCK: usize = 1 << 16;

/// Runs `program` on `input` and hands what it prints to `take`, block by block,
/// until that says `false`.
///
/// An error is one of the system: the program cannot be started.
pub(super) fn run(
    program: &Path,
    arguments: &[&str],
    input: Arc<Vec<u8>>,
    limits: ChildLimits,
    mut take: impl FnMut(&[u8]) -> bool,
) -> io::Result<Ran> {
    // What is held in memory of its input counts for the reader as well.
    let memory = limits.memory.saturating_add(2 * input.len() as u64);
    let until = Instant::now().checked_add(limits.clock);
    let mut running = Running::start(program, arguments, limits.cpu, memory)?;
    let blocks = running.drain_output()?;
    let errors = running.drain_errors()?;
    running.feed(input)?;
    let mut printed = 0_u64;
    let cut = loop {
        match next(&blocks, until) {
            Ok(block) => {
                printed = printed.saturating_add(block.len() as u64);
                if printed > limits.output {
                    let most = limits.output >> 20;
                    break Some(Ended::OverLimit(format!("more than {most} MB of text")));
                }
                if !take(&block) {
                    break Some(Ended::Unwanted);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => break Some(over_time(limits.clock)),
        }
    };
    let ended = match cut {
        Some(ended) => {
            running.kill();
            ended
        }
        None => running.wait(until, limits),
    };
    let errors = next(&errors, Instant::now().checked_add(GRACE)).unwrap_or_default();
    Ok(Ran {
        ended,
        errors: String::from_utf8_lossy(&errors).into_owned(),
    })
}

/// How long is waited for the complaints of a reader that has ended.
const GRACE: Duration = Duration::from_secs(1);

fn over_time(clock: Duration) -> Ended {
    Ended::OverLimit(format!("more than {} s", clock.as_secs()))
}

/// The next block, if it comes in time.
fn next(blocks: &Receiver<Vec<u8>>, until: Option<Instant>) -> Result<Vec<u8>, RecvTimeoutError> {
    match until {
        Some(until) => blocks.recv_timeout(until.saturating_duration_since(Instant::now())),
        None => blocks.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}

/// A reader that runs; dropped, it is killed.
struct Running {
    child: Child,
    is_over: bool,
    /// Closed, it has the shell kill all that it started.
    #[cfg(unix)]
    lifeline: Option<io::PipeWriter>,
}

/// Sets the limits and starts the reader, then waits for its end; beside it a
/// second shell waits for the lifeline, the descriptor `$3`, and kills all three
/// once that is closed. `$1`: seconds; `$2`: kilobytes; then the command.
#[cfg(unix)]
const SCRIPT: &str = r#"
ulimit -c 0 2>/dev/null
ulimit -t "$1" 2>/dev/null
ulimit -v "$2" 2>/dev/null
life=/dev/fd/$3
shift 3
watcher=
if [ -r "$life" ]; then
    (read -r _ <"$life"; kill -9 0) >/dev/null 2>&1 &
    watcher=$!
fi
exec 3<&0 </dev/null
"$@" <&3 3<&- &
reader=$!
exec 3<&- >/dev/null 2>&1
wait "$reader"
status=$?
if [ -n "$watcher" ]; then
    kill -9 "$watcher"
    wait "$watcher"
fi
exit "$status"
"#;

impl Running {
    #[cfg(unix)]
    fn start(program: &Path, arguments: &[&str], cpu: u64, memory: u64) -> io::Result<Running> {
        use std::os::fd::AsRawFd;
        use std::os::unix::process::CommandExt;

        let (reader, lifeline) = io::pipe()?;
        // The shell inherits this end, and this end alone. So may a child that
        // another thread starts now, which does no harm.
        rustix::io::fcntl_setfd(&reader, rustix::io::FdFlags::empty())?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT, "sh"])
            .arg(cpu.to_string())
            .arg((memory >> 10).to_string())
            .arg(reader.as_raw_fd().to_string())
            .arg(program)
            .args(arguments)
            .process_group(0);
        let child = spawn(&mut command)?;
        Ok(Running {
            child,
            is_over: false,
            lifeline: Some(lifeline),
        })
    }

    /// Elsewhere only clock and output are limited.
    #[cfg(not(unix))]
    fn start(program: &Path, arguments: &[&str], _cpu: u64, _memory: u64) -> io::Result<Running> {
        let child = spawn(Command::new(program).args(arguments))?;
        Ok(Running {
            child,
            is_over: false,
        })
    }

    /// Has a thread read what it prints, to its end.
    fn drain_output(&mut self) -> io::Result<Receiver<Vec<u8>>> {
        let (send, blocks) = sync_channel(4);
        let mut output = self.child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        named("reader's output").spawn(move || {
            loop {
                let mut block = vec![0; BLOCK];
                match output.read(&mut block) {
                    Ok(0) => return,
                    Ok(read) => block.truncate(read),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    // As at its end: how the reader ends tells the rest.
                    Err(_) => return,
                }
                if send.send(block).is_err() {
                    return;
                }
            }
        })?;
        Ok(blocks)
    }

    /// Has a thread read what it complains of, of which the beginning counts.
    fn drain_errors(&mut self) -> io::Result<Receiver<Vec<u8>>> {
        let (send, errors) = sync_channel(1);
        let mut output = self.child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        named("reader's errors").spawn(move || {
            let (mut kept, mut block) = (Vec::new(), [0; 4096]);
            while let Ok(read @ 1..) = output.read(&mut block) {
                let wanted = read.min(MOST_ERRORS - kept.len());
                kept.extend_from_slice(&block[..wanted]);
            }
            // Perhaps nobody wants to know.
            let _ = send.send(kept);
        })?;
        Ok(errors)
    }

    /// Has a thread write its input.
    fn feed(&mut self, input: Arc<Vec<u8>>) -> io::Result<()> {
        let mut pipe = self.child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        named("reader's input").spawn(move || {
            // A reader that has seen enough closes it.
            let _ = pipe.write_all(&input);
        })?;
        Ok(())
    }

    /// Waits for the end of a reader that prints no more.
    fn wait(&mut self, until: Option<Instant>, limits: ChildLimits) -> Ended {
        let mut pause = Duration::from_micros(200);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.is_over = true;
                    return ended(status, limits);
                }
                Ok(None) if until.is_none_or(|until| Instant::now() < until) => {
                    thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(20));
                }
                Ok(None) => {
                    self.kill();
                    return over_time(limits.clock);
                }
                Err(_) => {
                    self.kill();
                    return Ended::Crashed(0);
                }
            }
        }
    }

    /// Ends it, with all that it started.
    fn kill(&mut self) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        #[cfg(unix)]
        {
            let group = rustix::process::Pid::from_child(&self.child);
            // It may have ended by itself.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            self.lifeline = None;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_owned())
}

/// Starts a command with pipes and nothing of the user's.
fn spawn(command: &mut Command) -> io::Result<Child> {
    command
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    command.current_dir("/");
    // Windows finds the libraries of a program by these alone.
    #[cfg(windows)]
    for name in ["PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.spawn()
}

/// What the shell says of the reader: 128 and more is a signal's number.
fn ended(status: std::process::ExitStatus, limits: ChildLimits) -> Ended {
    /// Of the limit of processor time: SIGKILL, or SIGXCPU before it.
    const OUT_OF_TIME: [i32; 2] = [9, 24];
    let signal = match status.code() {
        Some(0) => return Ended::Done,
        Some(code @ 129..=192) if cfg!(unix) => code - 128,
        Some(code) => return Ended::Failed(code),
        None => 9,
    };
    if OUT_OF_TIME.contains(&signal) {
        return Ended::OverLimit(format!("more than {} s of processor time", limits.cpu));
    }
    Ended::Crashed(signal)
}

/// Where a program lies in the absolute folders of `PATH`.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    find_in(&path, name)
}

fn find_in(path: &OsStr, name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    let mut programs = folders.map(|folder| folder.join(&name));
    programs.find(|program| is_program(program))
}

/// Whether a file may be run.
fn is_program(path: &Path) -> bool {
    let Ok(meta) = path.metadata() else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o111 == 0 {
            return false;
        }
    }
    meta.is_file()
}

/// The reader of PDF on this machine, looked for once.
pub(super) fn pdftotext() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM.get_or_init(|| find("pdftotext")).as_deref()
}

/// What reads PDF on this machine, with its version (`pdftotext 22.12.0`); `None`
/// where nothing does. Asked once.
pub(crate) fn version() -> Option<String> {
    static VERSION: OnceLock<Option<String>> = OnceLock::new();
    VERSION.get_or_init(ask_version).clone()
}

fn ask_version() -> Option<String> {
    let program = pdftotext()?;
    let limits = ChildLimits {
        clock: Duration::from_secs(10),
        ..ChildLimits::default()
    };
    let mut said = Vec::new();
    let ran = run(program, &["-v"], Arc::default(), limits, |block| {
        said.extend_from_slice(block);
        said.len() < MOST_ERRORS
    });
    let errors = ran.map_or_else(|_| String::new(), |ran| ran.errors);
    let said = format!("{errors}\n{}", String::from_utf8_lossy(&said));
    let version = said.lines().find_map(|line| {
        let (_, version) = line.split_once("version ")?;
        version.split_whitespace().next()
    });
    let version: String = version.unwrap_or("unknown").chars().take(40).collect();
    Some(format!("pdftotext {version}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, input: &[u8], limits: ChildLimits) -> (Ran, Vec<u8>) {
        let mut printed = Vec::new();
        let input = Arc::new(input.to_vec());
        let ran = run(
            Path::new("/bin/sh"),
            &["-c", script],
            input,
            limits,
            |block| {
                printed.extend_from_slice(block);
                true
            },
        );
        (ran.expect("it starts"), printed)
    }

    fn quick() -> ChildLimits {
        ChildLimits {
            clock: Duration::from_millis(400),
            ..ChildLimits::default()
        }
    }

    /// Whether a process with this word among its arguments runs.
    fn is_running(word: &str) -> bool {
        let Ok(processes) = std::fs::read_dir("/proc") else {
            return false;
        };
        let lines = processes.filter_map(|entry| {
            let path = entry.ok()?.path().join("cmdline");
            std::fs::read(path).ok()
        });
        let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
        lines.any(|line| line.contains(word))
    }

    fn ends_soon(word: &str) -> bool {
        (0..200).any(|_| {
            thread::sleep(Duration::from_millis(10));
            !is_running(word)
        })
    }

    #[test]
    fn it_reads_its_input_and_prints_much_of_it() {
        let input = b"line\n".repeat(200_000);
        let (ran, printed) = sh("/bin/cat; echo why >&2", &input, ChildLimits::default());
        assert_eq!(ran.ended, Ended::Done);
        assert_eq!(ran.errors, "why\n");
        assert_eq!(printed, input);
    }

    #[test]
    fn it_has_nothing_of_the_users() {
        let script = "echo $LC_ALL $HOME; pwd";
        let (_, printed) = sh(script, b"", ChildLimits::default());
        assert_eq!(String::from_utf8_lossy(&printed), "C.UTF-8\n/\n");
    }

    #[test]
    fn its_status_is_told() {
        let status = |script: &str| sh(script, b"", ChildLimits::default()).0.ended;
        assert_eq!(status("exit 3"), Ended::Failed(3));
        assert_eq!(status("kill -6 $$"), Ended::Crashed(6));
        let told = "more than 20 s of processor time".to_owned();
        assert_eq!(status("kill -9 $$"), Ended::OverLimit(told));
    }

    #[test]
    fn one_that_sleeps_is_killed_and_all_it_started() {
        let script = "echo before; sleep 31.41592; echo after";
        let (ran, printed) = sh(script, b"", quick());
        assert!(matches!(ran.ended, Ended::OverLimit(_)), "{:?}", ran.ended);
        assert_eq!(printed, b"before\n");
        assert!(ends_soon("31.41592"));
        // Also one that prints no more.
        let (ran, _) = sh("exec >&- 2>&-; sleep 31.41593", b"", quick());
        assert!(matches!(ran.ended, Ended::OverLimit(_)), "{:?}", ran.ended);
        assert!(ends_soon("31.41593"));
    }

    #[test]
    fn one_that_prints_or_computes_without_end_is_killed() {
        let limits = ChildLimits {
            output: 1 << 20,
            cpu: 1,
            ..ChildLimits::default()
        };
        let (ran, printed) = sh("while :; do echo 2718281828; done", b"", limits);
        assert_eq!(
            ran.ended,
            Ended::OverLimit("more than 1 MB of text".to_owned())
        );
        assert!(printed.len() <= 1 << 20);
        let (ran, _) = sh("while :; do :; done", b"", limits);
        let told = "more than 1 s of processor time".to_owned();
        assert_eq!(ran.ended, Ended::OverLimit(told));
    }

    #[test]
    fn one_that_reads_nothing_does_no_harm() {
        let input = vec![b'x'; 1 << 20];
        let (ran, _) = sh("exit 0", &input, ChildLimits::default());
        assert_eq!(ran.ended, Ended::Done);
    }

    #[test]
    fn no_more_is_wanted() {
        let script = Path::new("/bin/sh");
        let arguments = ["-c", "echo a; sleep 31.41594"];
        let limits = ChildLimits::default();
        let ran = run(script, &arguments, Arc::default(), limits, |_| false).unwrap();
        assert_eq!(ran.ended, Ended::Unwanted);
        assert!(ends_soon("31.41594"));
    }

    #[test]
    fn the_lifeline_ends_it_without_our_help() {
        let arguments = ["-c", "sleep 31.41595"];
        let mut running = Running::start(Path::new("/bin/sh"), &arguments, 20, 1 << 30).unwrap();
        assert!((0..200).any(|_| {
            thread::sleep(Duration::from_millis(10));
            is_running("31.41595")
        }));
        // As the system does once this process is killed.
        running.lifeline = None;
        assert!(ends_soon("31.41595"));
    }

    #[test]
    fn a_program_is_found_in_absolute_folders_alone() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tool");
        std::fs::write(&program, "").unwrap();
        let path = |folders: &str| find_in(OsStr::new(folders), "tool");
        let shown = folder.path().to_string_lossy().into_owned();
        assert_eq!(path(&shown), None, "it may not be run");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        assert_eq!(path(&format!(":.:/nowhere:{shown}")), Some(program));
        assert_eq!(find_in(OsStr::new(".:src::"), "lib.rs"), None);
    }
}
