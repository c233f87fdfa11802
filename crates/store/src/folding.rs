//! Folding the log into the file, beside whoever writes.
//!
//! What is written goes to the end of a log first and is copied from there to its place in the file.
//! SQLite would have the writer do so itself every now and then, and the writer is what others wait for.
//! If this thread cannot keep up, or fails, the writer still does: see `wal_autocheckpoint`.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::Error;

/// From how many pages in the log on they are copied: less often costs less, as the same page comes again.
const MANY: i64 = 1_000;

/// A thread that folds when it is told that something was written.
pub(crate) struct Folding {
    written: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Folding {
    /// Starts it with a connection of its own.
    pub(crate) fn start(conn: Connection) -> Self {
        let (written, told) = sync_channel(1);
        let thread = std::thread::spawn(move || run(&conn, &told));
        Self { written: Some(written), thread: Some(thread) }
    }

    /// Says that something was written; never waits.
    pub(crate) fn tell(&self) {
        if let Some(written) = &self.written {
            // If it has not looked since it was told before, once is enough.
            let _ = written.try_send(());
        }
    }
}

impl Drop for Folding {
    fn drop(&mut self) {
        self.written = None;
        if let Some(thread) = self.thread.take() {
            // The file must not be closed by the writer while this still holds it.
            let _ = thread.join();
        }
    }
}

fn run(conn: &Connection, told: &Receiver<()>) {
    while told.recv().is_ok() {
        // The writer comes to it if this does not.
        let _ = fold(conn);
    }
}

fn fold(conn: &Connection) -> Result<(), Error> {
    let waits = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?);
    if conn.query_row("PRAGMA wal_checkpoint(NOOP)", (), waits)? >= MANY {
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseKey, open};

    /// Returns how many pages the log has, and how many of them have been folded.
    fn log(conn: &Connection) -> (i64, i64) {
        conn.query_row("PRAGMA wal_checkpoint(NOOP)", (), |row| Ok((row.get(1)?, row.get(2)?))).unwrap()
    }

    #[test]
    fn much_that_was_written_is_folded_once_it_is_told_and_little_is_left_for_later() {
        let dir = tempfile::tempdir().unwrap();
        let (file, key) = (dir.path().join("store.db"), DatabaseKey::new([7; 32]));
        let (writer, signing) = open::writer(&file, &key).unwrap();
        writer.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        for (bytes, is_much) in [(40_000, false), (8_000_000, true)] {
            writer.execute_batch(&format!("CREATE TABLE much{bytes} AS SELECT zeroblob({bytes})")).unwrap();
            let folding = Folding::start(open::folder(&file, &key, signing).unwrap());
            folding.tell();
            // It does what it was told before it ends.
            drop(folding);
            let (pages, folded) = log(&writer);
            assert!(pages > 0);
            assert_eq!(folded, if is_much { pages } else { 0 });
        }
    }
}
