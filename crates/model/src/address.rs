//! Where a parcel goes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A postal address, as a shop system keeps it. Empty fields are empty at the platform too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(default)]
pub struct Address {
    /// Given name of whoever takes the parcel.
    pub first_name: String,
    /// Family name of whoever takes the parcel.
    pub last_name: String,
    /// Company, if it goes to one.
    pub company: String,
    /// Street and number.
    pub street: String,
    /// Flat, floor, building.
    pub street_2: String,
    /// City.
    pub city: String,
    /// Code of the state or province, such as `CA`, where the country has them.
    pub region: String,
    /// Postal code as written.
    pub postal_code: String,
    /// Two-letter country code (ISO 3166-1).
    pub country: String,
    /// Phone number for the carrier.
    pub phone: String,
}
