//! The core behind the command line, opened for one task.

use std::path::PathBuf;

use fermata_console::{Caller, Console, Door, Problem, Setup};

/// Opens the core without starting what runs by itself: the task looks or decides, and whatever
/// keeps the store in step (a window, `serve`, `sync`) carries it out.
pub(crate) async fn open(data_dir: Option<PathBuf>) -> Result<Door, Problem> {
    let console = Console::open(Setup::desktop(data_dir, false)).await?;
    Ok(Door::new(console, Caller::command_line()))
}
