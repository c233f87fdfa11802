//! The proof that both sides agree: every stream is read whole from its platform and compared with
//! what is held, record by record. Nothing is written.
//!
//! Counts, sums of money and a digest say at a glance whether the sides agree; the first differing
//! records say where they do not. What has a known reason (set aside, changed at the platform
//! meanwhile or since it was last read) is counted apart and belongs to neither side's figures, so
//! the sides of a proof that holds are equal to the last digit.

mod fields;
mod side;
mod stream;

use fermata_model::{ConnectionId, RecordId, Stream, Timestamp};
use fermata_store::progress;

pub use side::Side;

use crate::{Error, Sync};

/// How many differing records of a stream are named.
pub const NAMED: usize = 20;

/// What the two sides of one connection look like.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The connection.
    pub connection: ConnectionId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it had read everything.
    pub ended_at: Timestamp,
    /// Its streams, in the order of the platform's capability.
    pub streams: Vec<StreamProof>,
}

/// What the two sides of one stream look like.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamProof {
    /// The kind of record.
    pub stream: Stream,
    /// What is held here.
    pub here: Side,
    /// What the platform says.
    pub there: Side,
    /// Records that differ for no known reason.
    pub unexplained: u64,
    /// The first of them, at most [`NAMED`].
    pub first: Vec<Difference>,
    /// Records that differ for a known reason.
    pub explained: Explained,
    /// Why the stream could not be compared, if it could not.
    pub problem: Option<String>,
}

/// A record that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The platform's id.
    pub external_id: String,
    /// Our id, if it ever came.
    pub record: Option<RecordId>,
    /// How it differs.
    pub how: How,
    /// The fields that differ, as paths into the neutral form; into the platform's own text, after
    /// `raw:`, where the neutral form is the same.
    pub fields: Vec<String>,
}

/// How a record differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The platform has it, and it is not here.
    MissingHere,
    /// It is here, and the platform does not have it.
    GoneThere,
    /// Both have it and do not agree.
    Different,
}

/// Records that differ for a known reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// They could not be read and were set aside.
    pub set_aside: u64,
    /// They changed while the proof ran.
    pub changed_meanwhile: u64,
    /// They changed at the platform since it was last read.
    pub not_yet_read: u64,
}

impl Proof {
    /// Tells whether every stream could be compared and no difference is unexplained.
    pub fn holds(&self) -> bool {
        self.streams.iter().all(StreamProof::holds)
    }
}

impl StreamProof {
    /// Tells whether the stream could be compared and no difference is unexplained.
    pub fn holds(&self) -> bool {
        self.unexplained == 0 && self.problem.is_none()
    }

    fn failed(stream: Stream, problem: String) -> Self {
        Self {
            stream,
            here: Side::default(),
            there: Side::default(),
            unexplained: 0,
            first: Vec::new(),
            explained: Explained::default(),
            problem: Some(problem),
        }
    }
}

impl Sync {
    /// Compares what is held of a connection with what its platform says, without writing.
    ///
    /// It reads whole streams within the connection's share of the quota, so it takes as long as a
    /// first sync.
    ///
    /// Errors: [`Error::Store`], and what shuts the whole connection; a stream that cannot be read
    /// says so in its own proof.
    pub async fn prove(&self, connection: ConnectionId) -> Result<Proof, Error> {
        let connector = self.connector(connection).await?;
        let began_at = self.now();
        let mut streams = Vec::new();
        for capability in connector.capability().streams {
            if capability.stream == Stream::Removals {
                // It says what is gone, and keeps nothing to compare.
                continue;
            }
            let (id, stream) = (connection, capability.stream);
            if self.read(move |conn| progress::get(conn, id, stream)).await?.absent().is_some() {
                // The account does not have it, so that there is nothing on either side.
                continue;
            }
            match stream::prove(self, connection, &connector, capability).await {
                Ok(proof) => streams.push(proof),
                Err(error) if error.shuts_connection() => return Err(error),
                Err(error @ (Error::Platform(_) | Error::Circle(_))) => {
                    streams.push(StreamProof::failed(capability.stream, error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Proof { connection, began_at, ended_at: self.now(), streams })
    }
}
