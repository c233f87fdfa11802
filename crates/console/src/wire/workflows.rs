//! Workflows: what runs by itself, and how far it is trusted.

use fermata_model::{Mode, Timestamp};

use super::wire;

wire! {
    /// A workflow and what it has done.
    pub struct Workflow {
        /// Its id.
        pub id: String,
        /// Its version.
        pub version: u32,
        /// What it does, in a sentence.
        pub summary: String,
        /// How far it is trusted.
        pub mode: Mode,
        /// Who set that, and when.
        pub mode_set: Option<ModeSet>,
        /// How often it ran since it was first on.
        pub runs: u32,
        /// How many proposals it made in the last 30 days.
        pub proposed: u32,
        /// How many of them were approved.
        pub approved: u32,
        /// How many were edited before approval.
        pub edited: u32,
        /// How many were rejected.
        pub rejected: u32,
        /// How many wait now.
        pub waiting: u32,
        /// When it last proposed something.
        pub last_proposal: Option<Timestamp>,
        /// The file, as it is.
        pub file: String,
    }

    /// Who set a mode, and when.
    #[derive(Eq)]
    pub struct ModeSet {
        /// Who.
        pub by: String,
        /// When.
        pub at: Timestamp,
    }

    /// Sets how far a workflow is trusted.
    pub struct WorkflowMode {
        /// Which.
        pub id: String,
        /// How far.
        pub mode: Mode,
    }
}
