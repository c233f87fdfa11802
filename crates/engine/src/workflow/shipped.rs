//! The workflows that come with Fermata, read in when it is built.

use super::file::Workflow;
use crate::Error;

/// The files, as they stand in `workflows/`.
pub const FILES: &[&str] = &[
    include_str!("../../../../workflows/support/late-parcel.yaml"),
    include_str!("../../../../workflows/marketing/hold-cart-mail.yaml"),
];

/// A workflow and the very text it was read from.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// The workflow.
    pub workflow: Workflow,
    /// Its file.
    pub file: &'static str,
}

/// Reads all files.
pub fn all() -> Result<Vec<Shipped>, Error> {
    FILES.iter().map(|file| Ok(Shipped { workflow: Workflow::parse(file)?, file })).collect()
}
