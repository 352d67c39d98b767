//! A folder to run the real program in, and its transcripts.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary folder with a library to search.
pub struct World {
    folder: TempDir,
    /// Where the program keeps what it remembers for its user.
    state: TempDir,
}

impl World {
    /// An empty folder.
    pub fn empty() -> World {
        World {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            state: tempfile::tempdir().expect("a temporary folder can be made"),
        }
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> World {
        let world = World::empty();
        for (path, text) in files {
            world.write(path, text.as_bytes());
        }
        world
    }

    /// A folder with the five seeds.
    pub fn seeds() -> World {
        let world = World::empty();
        for entry in std::fs::read_dir(project().join("seeds")).expect("the seeds are there") {
            let path = entry.expect("a seed can be listed").path();
            let name = path
                .file_name()
                .expect("a seed has a name")
                .to_string_lossy()
                .into_owned();
            world.write(
                &format!("seeds/{name}"),
                &std::fs::read(&path).expect("a seed can be read"),
            );
        }
        world
    }

    /// Lets other users remember something there, too.
    #[cfg(unix)]
    pub fn open_state(&self) {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(self.state.path(), open).expect("it can be opened");
    }

    /// The program where every user may start it: the folder that it is built in
    /// may be closed to others.
    #[cfg(unix)]
    pub fn program_for_all(&self) -> PathBuf {
        self.open_state();
        let program = self.state.path().join("cybersearch");
        let built = env!("CARGO_BIN_EXE_cybersearch");
        if !program.exists() && std::fs::hard_link(built, &program).is_err() {
            std::fs::copy(built, &program).expect("the program can be copied");
        }
        program
    }

    /// The folder's path.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file, with its folders.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .expect("folders can be made");
        std::fs::write(path, bytes).expect("a file can be written");
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).expect("the file was there");
    }

    /// The program, to be run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_cybersearch")), arguments)
    }

    /// The program at `program`, to be run in the folder.
    pub fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("COLUMNS", "80")
            .env("XDG_STATE_HOME", self.state.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .output()
            .expect("the program starts")
    }

    /// Runs the program with `input` in its stdin.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that needs no more closes the pipe.
                let _ = stdin.write_all(input);
            });
            child.wait_with_output().expect("the program ends")
        })
    }

    /// Runs the program with endless lines in its stdin and a stdout that nobody
    /// reads: only the closed pipe can end it. Returns its status and its stderr.
    pub fn run_without_reader(&self, arguments: &[&str], line: &[u8]) -> (Option<i32>, String) {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().expect("stdin is piped");
        while stdin.write_all(line).is_ok() {}
        let mut errors = String::new();
        let mut stderr = child.stderr.take().expect("stderr is piped");
        stderr.read_to_string(&mut errors).expect("it can be read");
        (child.wait().expect("the program ends").code(), errors)
    }

    /// Runs the program and returns its stdout; it must succeed.
    pub fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("the output is UTF-8")
    }

    /// Runs a search and returns its JSON, whether there are hits or not.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let arguments: Vec<&str> = ["search", "-q", "--format", "json"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let output = self.run(&arguments);
        assert_ne!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("the output is JSON")
    }

    /// The ids of the articles that a search finds, in order.
    pub fn ids(&self, arguments: &[&str]) -> Vec<String> {
        let json = self.json(arguments);
        let hits = json["hits"].as_array().expect("hits are a list").iter();
        hits.map(|hit| hit["id"].as_str().expect("an id is text").to_owned())
            .collect()
    }

    /// What a person sees who runs these commands, each as its arguments.
    pub fn transcript(&self, commands: &[&[&str]]) -> String {
        let shown: Vec<String> = commands
            .iter()
            .map(|arguments| self.shown(arguments))
            .collect();
        shown.join("\n")
    }

    /// What a person sees who pipes `input` into a command.
    pub fn transcript_with(&self, arguments: &[&str], input: &str) -> String {
        self.told(arguments, &self.run_with(arguments, input.as_bytes()))
    }

    fn shown(&self, arguments: &[&str]) -> String {
        self.told(arguments, &self.run(arguments))
    }

    fn told(&self, arguments: &[&str], output: &Output) -> String {
        let quoted: Vec<String> = arguments
            .iter()
            .map(|argument| {
                if argument.contains([' ', '"', '*']) || argument.is_empty() {
                    format!("'{argument}'")
                } else {
                    (*argument).to_owned()
                }
            })
            .collect();
        let mut shown = format!(
            "$ cybersearch {}\n{}",
            quoted.join(" "),
            String::from_utf8_lossy(&output.stdout)
        );
        if !output.stderr.is_empty() {
            shown.push_str("------- stderr -------\n");
            shown.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        let status = output
            .status
            .code()
            .map_or("none".to_owned(), |code| code.to_string());
        self.settle(&format!("{shown}[exit status: {status}]\n"))
    }

    /// Takes out what differs from run to run: paths, times, sizes.
    fn settle(&self, text: &str) -> String {
        let root = self.root().canonicalize().expect("the folder is there");
        let text = text
            .replace(&*root.to_string_lossy(), "[FOLDER]")
            .replace(&*self.root().to_string_lossy(), "[FOLDER]");
        let lines = text.split_inclusive('\n').map(|line| {
            if line.starts_with("built      ") {
                "built      [TIME]\n".to_owned()
            } else if line.starts_with("index      ") {
                format!("{} ([SIZE])\n", line.split(" (").next().unwrap_or(""))
            } else {
                line.to_owned()
            }
        });
        let text: String = lines.collect();
        replace_between(&text, "\"built_at\":\"", "\"", "[TIME]")
    }
}

/// Replaces what stands between two marks.
fn replace_between(text: &str, before: &str, after: &str, by: &str) -> String {
    let Some(start) = text.find(before).map(|at| at + before.len()) else {
        return text.to_owned();
    };
    let end = text[start..]
        .find(after)
        .map_or(text.len(), |at| start + at);
    format!(
        "{}{by}{}",
        &text[..start],
        replace_between(&text[end..], before, after, by)
    )
}

/// The JSON schema of this name, ready to check output against.
pub fn schema(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(project().join("docs/schema").join(name))
        .expect("the schema is there");
    let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is sound")
}

/// What in `json` is not as `schema` has it.
pub fn schema_errors(schema: &jsonschema::Validator, json: &serde_json::Value) -> Vec<String> {
    let errors = schema.iter_errors(json);
    errors.map(|error| error.to_string()).collect()
}

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
