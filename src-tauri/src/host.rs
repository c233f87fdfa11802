//! The one core behind the window, opened in the background.

use std::path::PathBuf;

use fermata_console::{Caller, Console, Door, Problem, Setup};
use tokio::sync::OnceCell;

/// Holds the core, or the reason why it could not be opened.
pub(crate) struct Host {
    setup: Setup,
    door: OnceCell<Result<Door, Problem>>,
}

impl Host {
    /// Remembers where to open the core; nothing is opened yet.
    pub(crate) fn new(data_dir: Option<PathBuf>, practice: bool) -> Self {
        Self { setup: Setup::desktop(data_dir, practice), door: OnceCell::new() }
    }

    /// Returns the door, after the core is open.
    ///
    /// Errors: why it could not be opened; the same each time, until the program starts again.
    pub(crate) async fn door(&self) -> Result<Door, Problem> {
        let opened = self.door.get_or_init(|| async {
            let console = Console::open(self.setup.clone()).await?;
            console.start().await?;
            Ok(Door::new(console, Caller::window()))
        });
        opened.await.clone()
    }

    /// Lets the core finish what must not be cut off.
    pub(crate) async fn close(&self) {
        if let Some(Ok(door)) = self.door.get() {
            door.console().close().await;
        }
    }
}
