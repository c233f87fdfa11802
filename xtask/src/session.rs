//! A desktop session for machines without one: a virtual screen, a message bus and an unlocked
//! keychain, all private and gone with the command that they were made for.

use std::path::Path;
use std::process::Command;

use crate::shell::command;

/// Makes a command that runs inside such a session; `home` becomes its home folder.
///
/// On other systems the command runs as it is, on the display that is there.
pub(crate) fn inside(home: &Path, program: &str, args: &[&str]) -> Command {
    if !cfg!(target_os = "linux") {
        return command(program, args);
    }
    let mut all = vec!["tests/window/session.sh", program];
    all.extend(args);
    let mut call = command("bash", &all);
    call.env("FERMATA_SESSION_HOME", home);
    call
}
