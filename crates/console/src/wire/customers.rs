//! Customers: search, one person, and what happened between us.

use fermata_model::{
    CustomerId, EventId, EventKind, IdentityId, Money, Platform, ProposalId, RecordId, Stream, Timestamp,
};

use super::wire;

wire! {
    /// Searches customers; an empty text lists them.
    pub struct CustomersSearch {
        /// Name, e-mail, phone or order number, or the beginning of one.
        pub text: String,
        /// Skip so many.
        #[serde(default)]
        pub offset: u32,
        /// At most so many; 0 means 100.
        #[serde(default)]
        pub limit: u32,
    }

    /// A window of a customer list.
    pub struct Customers {
        /// The rows of this window.
        pub rows: Vec<CustomerRow>,
        /// How many match in all.
        pub total: u32,
        /// Is `total` exact, or a floor where counting would take too long?
        pub total_exact: bool,
    }

    /// A customer as a row.
    pub struct CustomerRow {
        /// Ours.
        pub id: CustomerId,
        /// Name, or e-mail where there is none.
        pub name: String,
        /// Best known e-mail address.
        pub email: Option<String>,
        /// How many orders.
        pub orders: u32,
        /// What they spent after refunds, per currency.
        pub spent: Vec<Money>,
        /// When anything last happened.
        pub last_event: Option<Timestamp>,
        /// How many tickets wait for an answer.
        pub open_tickets: u32,
    }

    /// Names one customer.
    #[derive(Copy, Eq)]
    pub struct CustomerRef {
        /// Ours.
        pub id: CustomerId,
    }

    /// Finds a customer by what a person would type.
    pub struct CustomerFind {
        /// Our id, an e-mail address, a phone number or an order number.
        pub who: String,
    }

    /// A customer as a page.
    pub struct Customer {
        /// The row.
        pub row: CustomerRow,
        /// Why these records are one person.
        pub identities: Vec<Identity>,
        /// What is going on at this moment, each a line with its source.
        pub now: Vec<NowFact>,
        /// Proposals about this customer that wait or are on their way.
        pub proposals: Vec<ProposalId>,
        /// Is marketing held back, and why?
        pub marketing_held: Option<String>,
    }

    /// One platform's view of the person.
    pub struct Identity {
        /// Ours.
        pub id: IdentityId,
        /// The platform.
        pub platform: Platform,
        /// The person's id there; `None` where a record only mentions the person.
        pub external_id: Option<String>,
        /// Name there.
        pub name: Option<String>,
        /// Addresses and numbers there.
        pub contacts: Vec<String>,
        /// Why it belongs to this customer, each a line; empty for the first.
        pub reasons: Vec<String>,
    }

    /// One line about the present.
    pub struct NowFact {
        /// What: "Parcel late by 3 days".
        pub text: String,
        /// How bad.
        pub level: super::Level,
        /// Where it comes from.
        pub source: String,
        /// When that was read.
        pub at: Timestamp,
    }

    /// Asks for a stretch of the timeline, newest first.
    pub struct TimelineRead {
        /// Whose.
        pub id: CustomerId,
        /// Which kinds; empty means all.
        #[serde(default)]
        pub only: Vec<TimelineFilter>,
        /// Continue after this place.
        #[serde(default)]
        pub after: Option<String>,
        /// At most so many; 0 means 100.
        #[serde(default)]
        pub limit: u32,
    }

    /// Groups of kinds that a person filters by.
    #[derive(Copy, Eq)]
    pub enum TimelineFilter {
        /// Orders, carts, refunds.
        Orders,
        /// Tickets, messages and notes.
        Messages,
        /// Parcels.
        Parcels,
        /// Marketing.
        Sends,
        /// What Fermata did or chose not to do.
        Ours,
    }

    /// A stretch of the timeline.
    pub struct Timeline {
        /// Newest first.
        pub events: Vec<TimelineEvent>,
        /// Where the next stretch continues; `None` at the beginning of time.
        pub next: Option<String>,
    }

    /// One thing that happened.
    pub struct TimelineEvent {
        /// Ours.
        pub id: EventId,
        /// What happened.
        pub kind: EventKind,
        /// When it happened.
        pub at: Timestamp,
        /// When we learned of it.
        pub learned_at: Timestamp,
        /// Where it comes from: a platform's name, or `Fermata`.
        pub source: String,
        /// One line: `#1042 · 3 items`, a subject, a tracking state.
        pub title: String,
        /// A second line where there is one: the begin of a message.
        pub detail: Option<String>,
        /// How much money, if any.
        pub amount: Option<Money>,
        /// The record behind it.
        pub record: Option<RecordId>,
        /// The proposal behind it, for what is ours.
        pub proposal: Option<ProposalId>,
    }

    /// Names one record.
    #[derive(Copy, Eq)]
    pub struct RecordShow {
        /// Ours.
        pub id: RecordId,
    }

    /// A record as the platform gave it.
    pub struct RawRecord {
        /// Ours.
        pub id: RecordId,
        /// The platform.
        pub platform: Platform,
        /// The kind of record.
        pub stream: Stream,
        /// Its id there.
        pub external_id: String,
        /// When the platform last changed it; `None` if it was only named so far.
        pub changed_at: Option<Timestamp>,
        /// The JSON text as it came, card numbers masked; `None` if it is gone or never came.
        pub raw: Option<String>,
    }
}
