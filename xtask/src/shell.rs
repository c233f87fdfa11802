//! Calling other programs, and saying which one failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a chore comes to: nothing, or a sentence that says what failed and what to do.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Returns the repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Returns where a program lies that the same cargo built in the same profile: beside us, wherever
/// the target folder is.
pub(crate) fn built(name: &str) -> Outcome<PathBuf> {
    let ours = std::env::current_exe().map_err(|e| format!("cannot find our own program: {e}"))?;
    let folder = ours.parent().unwrap_or(Path::new("."));
    Ok(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Makes a command that runs in the repository's root.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Makes a call to the same cargo that runs us.
pub(crate) fn cargo(args: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), args)
}

/// Runs a command to its end, showing what it prints.
pub(crate) fn run(mut command: Command) -> Outcome {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let status = command.status().map_err(|e| format!("cannot start `{shown}`: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// Runs a command to its end and returns what it wrote to standard output.
pub(crate) fn output(mut command: Command) -> Outcome<String> {
    let shown = show(&command);
    let out =
        command.stderr(Stdio::inherit()).output().map_err(|e| format!("cannot start `{shown}`: {e}"))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(format!("`{shown}` failed ({})", out.status))
    }
}

/// Tells whether a command can be started and ends well; prints nothing.
pub(crate) fn succeeds(program: &str, args: &[&str]) -> bool {
    command(program, args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn show(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
