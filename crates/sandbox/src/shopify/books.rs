//! What the platform keeps and the world has no place for.

use std::collections::HashMap;

use super::discounts::{self, Discount};
use super::holds::Hold;
use crate::world::{Moment, OrderId, ProductId};

/// The platform's own notes, by the things of the world that they belong to.
#[derive(Debug)]
pub(crate) struct Books {
    /// Who takes the parcels of an order that was sent elsewhere.
    pub(crate) recipients: HashMap<OrderId, Recipient>,
    /// Orders that were called off here.
    pub(crate) cancels: HashMap<OrderId, Cancel>,
    /// What keeps an order from being sent.
    pub(crate) holds: HashMap<OrderId, Vec<Hold>>,
    /// How many holds there ever were.
    pub(crate) holds_made: u64,
    /// Texts of products that were changed here.
    pub(crate) texts: HashMap<ProductId, Texts>,
    /// All discounts, in the order of their making.
    pub(crate) discounts: Vec<Discount>,
    /// How many times stock was set.
    pub(crate) adjustments: u64,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            recipients: HashMap::new(),
            cancels: HashMap::new(),
            holds: HashMap::new(),
            holds_made: 0,
            texts: HashMap::new(),
            discounts: discounts::old(),
            adjustments: 0,
        }
    }
}

/// Texts of a product; what is `None` is as the world has it.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// The description as it was written.
    pub(crate) html: Option<String>,
    /// Title for search engines.
    pub(crate) seo_title: Option<String>,
    /// Description for search engines.
    pub(crate) seo_description: Option<String>,
}

/// One setting of stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Adjustment {
    /// Its number.
    pub(crate) number: u64,
    /// When it was made.
    pub(crate) at: Moment,
}

/// Who takes a parcel.
#[derive(Debug)]
pub(crate) struct Recipient {
    /// Given name.
    pub(crate) first: String,
    /// Family name.
    pub(crate) last: String,
    /// Company.
    pub(crate) company: Option<String>,
    /// Phone number.
    pub(crate) phone: Option<String>,
}

/// The job that calls an order off.
#[derive(Debug)]
pub(crate) struct Cancel {
    /// What the staff noted.
    pub(crate) note: Option<String>,
    /// When the job has come to its end, and the order is shown as cancelled.
    pub(crate) done_at: Moment,
}
