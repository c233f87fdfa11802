//! The proof that both sides of a connection agree.

use fermata_model::{ConnectionId, Money, Stream, Timestamp};

use super::wire;

wire! {
    /// What the two sides of one connection look like.
    #[derive(Eq)]
    pub struct Proof {
        /// The connection.
        pub connection: ConnectionId,
        /// When it began.
        pub began_at: Timestamp,
        /// When it had read everything.
        pub ended_at: Timestamp,
        /// Was everything compared, and is no difference unexplained?
        pub holds: bool,
        /// Its streams.
        pub streams: Vec<StreamProof>,
    }

    /// What the two sides of one stream look like; what is explained belongs to neither.
    #[derive(Eq)]
    pub struct StreamProof {
        /// The kind of record.
        pub stream: Stream,
        /// Was it compared, and is no difference unexplained?
        pub holds: bool,
        /// What is held here.
        pub here: ProofSide,
        /// What the platform says.
        pub there: ProofSide,
        /// Records that differ for no known reason.
        pub unexplained: u32,
        /// The first of them.
        pub first: Vec<ProofDifference>,
        /// Records that could not be read and were set aside.
        pub set_aside: u32,
        /// Records that changed while the proof ran.
        pub changed_meanwhile: u32,
        /// Records that changed at the platform since it was last read.
        pub not_yet_read: u32,
        /// Why it could not be compared.
        pub problem: Option<String>,
    }

    /// The figures of one side.
    #[derive(Eq)]
    pub struct ProofSide {
        /// How many records there are.
        pub records: u32,
        /// The money they speak of, summed up per currency.
        pub sums: Vec<Money>,
        /// Over the id and the text of every record, in hexadecimal digits.
        pub digest: String,
    }

    /// A record that differs.
    #[derive(Eq)]
    pub struct ProofDifference {
        /// The platform's id.
        pub external_id: String,
        /// How it differs.
        pub how: ProofHow,
        /// The fields that differ, where both sides have it.
        pub fields: Vec<String>,
    }

    /// How a record differs.
    #[derive(Copy, Eq)]
    pub enum ProofHow {
        /// The platform has it, and it is not here.
        MissingHere,
        /// It is here, and the platform does not have it.
        GoneThere,
        /// Both have it and do not agree.
        Different,
    }
}
