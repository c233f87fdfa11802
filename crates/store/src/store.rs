//! The store itself: one writer, several readers, and word of every change.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use fermata_model::IdentityId;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::broadcast;

use crate::arrivals::Run;
use crate::changes::{Change, Topic, Writer};
use crate::folding::Folding;
use crate::key::DatabaseKey;
use crate::landing::since::Since;
use crate::landing::waiting::Waiting;
use crate::{Error, Patterns, changes, customers, open};

/// How many reads can run side by side.
const READERS: usize = 4;
/// How many changes a listener may fall behind before it is told to read everything again.
const BACKLOG: usize = 1024;

/// What must be on disk when a write returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The write survives a crash of the program; a power loss may take back the last ones. For
    /// what can be pulled again.
    Normal,
    /// The write survives a power loss. For the ledger, approvals, audit and settings.
    Full,
}

/// One encrypted file that holds everything. Clones share it.
///
/// All calls block; an async caller uses `spawn_blocking`.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    // Closed before the writer, which as the last one out folds the log into the file.
    readers: Mutex<Vec<Connection>>,
    reader_free: Condvar,
    folding: Folding,
    writer: Mutex<WriterSide>,
    changes: broadcast::Sender<Change>,
    patterns: Patterns,
}

struct WriterSide {
    conn: Connection,
    durability: Durability,
}

/// A write transaction.
///
/// It is the connection itself for SQL, and remembers which topics it touched.
pub struct Tx<'a> {
    tx: Transaction<'a>,
    writer: &'a Writer,
    touched: RefCell<Vec<(Topic, Option<i64>)>>,
    /// The run into which events go, if a large landing is under way.
    pub(crate) run: RefCell<Option<Run>>,
    /// The rows that it has still to write.
    pub(crate) waiting: RefCell<Option<Waiting>>,
    /// What it has named and claimed.
    pub(crate) since: RefCell<Option<Since>>,
    /// Identities that have gone to another customer or lost a claim.
    pub(crate) unsettled: RefCell<HashSet<IdentityId>>,
    /// Customers whose row is to be worked out anew before the commit.
    pub(crate) stale_customers: RefCell<BTreeSet<i64>>,
}

impl Tx<'_> {
    /// Says that rows of a topic changed; `subject` names the row if it is just one.
    ///
    /// Listeners hear of it after the commit, once per topic and subject.
    pub fn changed(&self, topic: Topic, subject: Option<i64>) {
        let mut touched = self.touched.borrow_mut();
        if !touched.contains(&(topic, subject)) {
            touched.push((topic, subject));
        }
    }

    /// Returns who writes.
    pub fn writer(&self) -> &Writer {
        self.writer
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.tx
    }
}

impl Store {
    /// Opens the store at a path, makes it if there never was one, and migrates it.
    ///
    /// Errors: [`Error::WrongKey`], [`Error::Damaged`], [`Error::Gone`], [`Error::TooNew`]. None
    /// of them touches the file.
    pub fn open(path: impl AsRef<Path>, key: &DatabaseKey) -> Result<Self, Error> {
        let path = path.as_ref();
        let (writer, signing) = open::writer(path, key)?;
        let patterns = Patterns::load(&writer)?;
        let readers = (0..READERS).map(|_| open::reader(path, key, signing)).collect::<Result<_, _>>()?;
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                writer: Mutex::new(WriterSide { conn: writer, durability: Durability::Normal }),
                readers: Mutex::new(readers),
                reader_free: Condvar::new(),
                folding: Folding::start(open::folder(path, key, signing)?),
                changes: broadcast::Sender::new(BACKLOG),
                patterns,
            }),
        })
    }

    /// Returns where the file is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Runs one write transaction; all of it is kept, or nothing if `work` fails.
    ///
    /// Writes wait for one another. `work` must not write through the same store again: it would
    /// wait for itself.
    pub fn write<T>(
        &self,
        durability: Durability,
        writer: Writer,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut side = lock(&self.shared.writer);
        let side = &mut *side;
        if side.durability != durability {
            side.conn.execute_batch(match durability {
                Durability::Normal => "PRAGMA synchronous = NORMAL",
                Durability::Full => "PRAGMA synchronous = FULL",
            })?;
            side.durability = durability;
        }
        let tx = side.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tx = Tx {
            tx,
            writer: &writer,
            touched: RefCell::default(),
            run: RefCell::default(),
            waiting: RefCell::default(),
            since: RefCell::default(),
            unsettled: RefCell::default(),
            stale_customers: RefCell::default(),
        };
        let result = work(&tx)?;
        customers::refresh_stale(&tx)?;
        let changes = changes::record(&tx, &writer, &tx.touched.borrow())?;
        tx.tx.commit()?;
        self.shared.folding.tell();
        for change in changes {
            // Nobody listening is no error.
            let _ = self.shared.changes.send(change);
        }
        Ok(result)
    }

    /// Runs one read on a consistent state. Keep it short: a long read keeps the log growing.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let reader = self.reader();
        let conn = reader.conn();
        conn.prepare_cached("BEGIN DEFERRED")?.execute(())?;
        let result = work(conn);
        match (conn.prepare_cached("ROLLBACK").and_then(|mut end| end.execute(())), result) {
            (Err(error), Ok(_)) => Err(error.into()),
            (_, result) => result,
        }
    }

    /// Returns the patterns by which texts are prepared for it.
    pub fn patterns(&self) -> &Patterns {
        &self.shared.patterns
    }

    /// Listens to committed changes.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.shared.changes.subscribe()
    }

    fn reader(&self) -> Reader<'_> {
        let mut free = lock(&self.shared.readers);
        loop {
            if let Some(conn) = free.pop() {
                return Reader { shared: &self.shared, conn: Some(conn) };
            }
            free = self.shared.reader_free.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A reading connection on loan; it goes back even if the read panics.
struct Reader<'a> {
    shared: &'a Shared,
    conn: Option<Connection>,
}

impl Reader<'_> {
    fn conn(&self) -> &Connection {
        self.conn.as_ref().expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            if !conn.is_autocommit() {
                // A panic left a read open; it must not hold back the log.
                let _ = conn.execute_batch("ROLLBACK");
            }
            lock(&self.shared.readers).push(conn);
            self.shared.reader_free.notify_one();
        }
    }
}

/// Locks even after a panic elsewhere: a panicked transaction was rolled back when it was dropped.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
