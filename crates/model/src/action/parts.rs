//! What actions are made of.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::money::Money;

/// Some pieces of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct Pieces {
    /// The platform's id of the line.
    pub line: String,
    /// How many, above zero.
    pub quantity: u32,
}

/// Texts of a product; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(default)]
pub struct ProductText {
    /// Title.
    pub title: Option<String>,
    /// Description, as HTML that we wrote.
    pub description: Option<String>,
    /// Title for search engines.
    pub seo_title: Option<String>,
    /// Description for search engines.
    pub seo_description: Option<String>,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// Hundredths of a percent of the order: 1000 is 10 %.
    BasisPoints(u32),
    /// An amount of the whole order.
    Amount(Money),
}

/// Goods on their way into a warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct Arrival {
    /// The platform's id of the warehouse.
    pub location: String,
    /// The day they are expected, in the warehouse's time zone.
    #[ts(type = "string")]
    pub expected_on: Date,
    /// The carrier's number, if it is known.
    pub tracking: Option<String>,
    /// What comes: the warehouse's id of each thing (as `line`) and how many.
    pub pieces: Vec<Pieces>,
}
