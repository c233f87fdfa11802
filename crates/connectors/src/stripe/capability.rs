//! What Stripe can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

/// Nothing is ever removed.
const fn list(stream: Stream, overlap_days: u64, minutes: u64) -> StreamCapability {
    let overlap = Duration::from_hours(24 * overlap_days);
    StreamCapability::of_changes(stream, 100, overlap, Duration::from_mins(minutes), Removal::Never)
}

/// The permission to read the account's own name.
pub(super) const ACCOUNT: &str = "accounts_kyc_basic_read";

/// What Stripe can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Stripe,
    api_version: "2026-09-30.endive",
    // The vendor names no day for any version: docs.stripe.com, API versioning.
    retires: None,
    address_example: "https://api.stripe.com",
    credentials: &[CredentialField {
        name: "api_key",
        label: "Restricted API key (Developers, API keys), begins with rk_",
        secret: true,
        required: true,
    }],
    // Page sizes: docs.stripe.com, Pagination. No list can be asked for a time of change, only for the time at which its
    // objects came to be, so each overlap is as long as the state of one can still move by itself.
    streams: &[
        // Direct debits, the slowest, are decided within 14 working days: docs.stripe.com, SEPA Direct Debit payments.
        // Refunds and disputes bring the charges along that they change.
        list(Stream::Payments, 21, 15),
        // A payer has 45 days to say where the money shall go, and a bank sends back within 30 what it cannot place:
        // docs.stripe.com, Refund bank transfer payments; Refunds, failed refunds.
        list(Stream::Refunds, 75, 15),
        // Up to three weeks to answer and up to three months to decide: docs.stripe.com, How disputes work.
        list(Stream::Disputes, 120, 30),
    ],
    actions: &[ActionCapability {
        action: ActionKind::PaymentRefund,
        // Lists show what was answered; a request whose answer was lost may still be at work, for no longer than the
        // vendor's clients wait (80 s).
        settles_within: Duration::from_mins(2),
        // Kept for 24 hours at least: docs.stripe.com, Idempotent requests. Less an hour for clocks that differ.
        key_trusted_for: Duration::from_hours(23),
        undone_by: None,
    }],
    // The names that the vendor gives when one is missing, without the `rak_` before them.
    scopes: &[
        Scope { name: "charge_read", needed_for: "Payments and refunds are not shown.", required: true },
        Scope { name: "charge_write", needed_for: "Payments cannot be refunded.", required: false },
        Scope { name: "dispute_read", needed_for: "Disputes are not shown.", required: false },
        Scope { name: ACCOUNT, needed_for: "The connection is not shown by its name.", required: false },
    ],
    limits: &[
        "Payments that a shop system took through Stripe are refunded in the shop system.",
        "Disputes are shown; they are answered at Stripe.",
        "A refund cannot be taken back.",
    ],
};
