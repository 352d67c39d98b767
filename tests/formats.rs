//! Formats as a person meets them: the list of them, and PDF with and without
//! its reader, which is a program of its own.

mod common;

use std::path::Path;
use std::process::Output;
#[cfg(unix)]
use std::time::Duration;

use common::{World, schema, schema_errors};

/// Runs the program with this `PATH`.
fn run(world: &World, path: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output: Output = world
        .command(arguments)
        .env("PATH", path)
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_list_needs_no_library_and_keeps_to_its_schema() {
    let world = World::empty();
    let (status, json, errors) = run(&world, "", &["formats", "--format", "json"]);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(schema_errors(&schema("formats-2.json"), &json), [""; 0]);
    let rows = json["formats"].as_array().expect("it is a list");
    let pdf = rows.iter().find(|row| row["format"] == "pdf");
    let pdf = pdf.expect("PDF is listed");
    assert_eq!(
        (&pdf["available"], &pdf["reader_version"]),
        (&false.into(), &serde_json::Value::Null)
    );
    let (_, text, _) = run(&world, "", &["formats"]);
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    assert!(text.contains("install the package poppler-utils"), "{text}");
}

/// A text that a false `pdftotext` takes for a PDF.
const PDF: &[u8] = b"%PDF-1.4 a file for a false reader";

#[test]
fn without_a_reader_each_pdf_is_skipped_by_name() {
    let world = World::empty();
    world.write("seeds/a.txt", b"Talks held\n\nThe harbour was closed.\n");
    world.write("seeds/b.pdf", PDF);
    let (status, _, errors) = run(&world, "", &["index"]);
    assert_eq!(status, Some(0), "{errors}");
    let (_, told, _) = run(&world, "", &["status"]);
    let skip = "seeds/b.pdf: needs pdftotext (package poppler-utils)";
    assert!(told.contains(skip), "{told}");
    // A program in the current folder is none.
    reader(world.root(), "echo harbour");
    let (_, _, errors) = run(&world, ".:", &["extract", "seeds/b.pdf"]);
    assert!(errors.contains("needs pdftotext"), "{errors}");
}

/// Writes a false `pdftotext` into a folder.
#[cfg(unix)]
fn reader(folder: &Path, does: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("pdftotext");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = -v ]; then\necho asked >>\"$0.asked\"\necho 'pdftotext version 9.9' >&2\nexit\nfi\n{does}\n"
    );
    std::fs::write(&path, script).expect("it can be written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("it can be made a program");
}

#[cfg(not(unix))]
fn reader(_folder: &Path, _does: &str) {}

#[cfg(unix)]
#[test]
fn what_the_reader_of_this_machine_prints_is_read() {
    let world = World::empty();
    let tools = tempfile::tempdir().expect("a temporary folder can be made");
    let path = tools.path().to_str().expect("its name is text");
    reader(tools.path(), "printf 'The harbour was closed.\\n\\f'");
    world.write("a.pdf", PDF);
    let (status, json, errors) = run(&world, path, &["extract", "a.pdf"]);
    assert_eq!(status, Some(0), "{errors}");
    assert!(json.contains("The harbour was closed."), "{json}");
    let (_, text, _) = run(&world, path, &["formats"]);
    assert!(text.contains("pdftotext 9.9"), "{text}");
}

/// Asking a program for its version takes longer than a search.
#[cfg(unix)]
#[test]
fn a_reader_is_asked_by_an_update_that_may_need_it_and_by_no_search() {
    let world = World::empty();
    let tools = tempfile::tempdir().expect("a temporary folder can be made");
    let path = tools.path().to_str().expect("its name is text");
    reader(tools.path(), "printf 'The harbour was closed.\\n\\f'");
    let was_asked = || std::fs::remove_file(tools.path().join("pdftotext.asked")).is_ok();
    world.write("seeds/a.txt", b"Talks held\n\nThe ferry sailed.\n");
    run(&world, path, &["index"]);
    run(&world, path, &["ferry"]);
    assert!(!was_asked(), "nothing there may be a PDF");
    world.write("seeds/b.pdf", PDF);
    run(&world, "", &["index"]);
    // Another machine's index, or a package that was installed since.
    let (_, report, _) = run(&world, path, &["index"]);
    assert!(report.contains("1 changed"), "{report}");
    assert!(was_asked());
    let (_, hits, _) = run(&world, path, &["harbour"]);
    assert!(hits.starts_with("seeds/b.pdf:p1: "), "{hits}");
    run(&world, path, &["status"]);
    assert!(!was_asked());
}

/// Whether a process with this word among its arguments runs.
#[cfg(unix)]
fn is_running(word: &str) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return false;
    };
    let mut lines = processes.filter_map(|entry| {
        let line = std::fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).into_owned())
    });
    lines.any(|line| line.contains(word))
}

/// Whether it comes to be so within ten seconds.
#[cfg(unix)]
fn soon(is_so: impl Fn() -> bool) -> bool {
    (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        is_so()
    })
}

/// Whether a program that is started here would not hear SIGINT.
#[cfg(unix)]
fn is_interrupt_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 0b10 != 0)
}

/// Trap: a reader that hangs is left behind when the program is killed.
#[cfg(target_os = "linux")]
#[test]
fn no_reader_outlives_the_program() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let tools = tempfile::tempdir().expect("a temporary folder can be made");
    let path = tools.path().to_str().expect("its name is text");
    for (signal, sleep) in [
        (Signal::SIGINT, "271.82818"),
        (Signal::SIGTERM, "271.82819"),
        (Signal::SIGKILL, "271.82820"),
    ] {
        // Who started the tests may have it ignored, as `nohup` does.
        if signal == Signal::SIGINT && is_interrupt_ignored() {
            continue;
        }
        reader(tools.path(), &format!("exec /bin/sleep {sleep}"));
        let world = World::empty();
        world.write("seeds/a.pdf", PDF);
        let mut child = world
            .command(&["index", "-q"])
            .env("PATH", path)
            .spawn()
            .expect("the program starts");
        assert!(soon(|| is_running(sleep)), "{signal}: it does not begin");
        let id = i32::try_from(child.id()).expect("it is a number");
        kill(Pid::from_raw(id), signal).expect("it can be told");
        child.wait().expect("it ends");
        assert!(soon(|| !is_running(sleep)), "{signal}: it is left behind");
    }
}
