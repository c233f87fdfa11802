//! How large a page is asked for.
//!
//! A page is priced by how many records it may hold, and one that turns out empty costs as much as was asked
//! for; most passes over what changed find next to nothing. So their first page is small, with room for twice of
//! what the pass before found. Whatever is left comes in pages of the largest size, and so does the next pass.
//!
//! Source: recorded answers of real shops, 2025-01 (an empty list of two was charged 15 of 16 points) and 2026-04;
//! shopify.dev, api/usage/limits, for the limit of a single query.

use std::collections::HashMap;

use fermata_model::{Platform, Stream};
use jiff::SignedDuration;
use serde::Serialize;

use super::{CAPABILITY, Document, Shopify, errors, locked};
use crate::{Error, Kind, Pull};

/// The room of a first page while nothing is known of the shop: half the price of 250 records.
const FEW: u32 = 24;
/// The least room of a first page, at a third of that price.
const LEAST: u32 = 8;
/// In a longer window than this there may be much.
const SHORT: SignedDuration = SignedDuration::from_hours(1);

/// What was learned about pages.
#[derive(Default)]
pub(super) struct Sizes {
    /// The largest page of each operation that the shop has not refused as too costly.
    most: HashMap<&'static str, u32>,
    /// How many records the first page of the next pass over changes should have room for, by list.
    expected: HashMap<String, u32>,
}

/// A list that is read page by page.
pub(super) struct Paged<'a> {
    pub(super) document: &'a Document,
    pub(super) pull: &'a Pull,
    /// Which of several lists of that document; empty where it is one.
    pub(super) list: &'a str,
    /// Is it the first page of the list?
    pub(super) begins: bool,
}

impl Paged<'_> {
    /// Asks for a page, for a smaller one if the shop finds it too costly, and remembers what it took.
    pub(super) async fn read<V: Serialize>(
        &self,
        shopify: &Shopify,
        variables: impl Fn(u32) -> V,
    ) -> Result<String, Error> {
        let operation = self.document.operation;
        let mut size = self.size(&locked(&shopify.sizes));
        loop {
            let response = shopify.ask_for(self.document, size, &variables(size)).await?;
            if !errors::is_too_costly(&response.body) {
                return Ok(response.body);
            }
            if size == 1 {
                return Err(Error::new(
                    Platform::Shopify,
                    operation,
                    Kind::Rejected,
                    "Shopify finds even a single record too costly to read.",
                ));
            }
            size /= 2;
            locked(&shopify.sizes).most.insert(operation, size);
        }
    }

    /// Learns from a page how large the first one of the next pass should be.
    pub(super) fn learn(&self, shopify: &Shopify, records: usize, more: bool) {
        if !self.is_first_of_changes() {
            return;
        }
        let found = u32::try_from(records).unwrap_or(u32::MAX);
        let expected = if more { u32::MAX } else { found.saturating_mul(2).max(LEAST) };
        locked(&shopify.sizes).expected.insert(self.name(), expected);
    }

    fn size(&self, sizes: &Sizes) -> u32 {
        let most = CAPABILITY.page_size(self.pull);
        let most = sizes.most.get(self.document.operation).map_or(most, |known| most.min(*known));
        if !self.is_first_of_changes() {
            return most;
        }
        let unknown = || if self.is_short() { FEW } else { most };
        most.min(sizes.expected.get(&self.name()).copied().unwrap_or_else(unknown))
    }

    fn is_first_of_changes(&self) -> bool {
        self.begins && self.pull.since.is_some() && self.pull.size.is_none()
    }

    /// Customers are read by whole days; discounts too, but few of them change in a day.
    fn is_short(&self) -> bool {
        let asked = self.pull.since.map(|since| self.pull.until.duration_since(since));
        asked.is_some_and(|asked| asked <= SHORT) && self.pull.stream != Stream::Customers
    }

    fn name(&self) -> String {
        format!("{} {}", self.document.operation, self.list)
    }
}
