//! What Klaviyo can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::date;

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What Klaviyo can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Klaviyo,
    api_version: "2026-07-15",
    // Two years from its day: developers.klaviyo.com, Versioning and deprecation.
    retires: Some(date(2028, 7, 15)),
    address_example: "https://a.klaviyo.com",
    credentials: &[CredentialField {
        name: "api_key",
        label: "Private API key (Settings, API keys), begins with pk_",
        secret: true,
        required: true,
    }],
    // Page sizes: the vendor's OpenAPI, revision 2026-07-15, `page[size]` of get_profiles and
    // get_events.
    streams: &[
        StreamCapability {
            stream: Stream::Profiles,
            page_size: 100,
            incremental: true,
            overlap: Duration::from_secs(5 * MINUTE),
            every: Duration::from_secs(5 * MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Sends,
            page_size: 1000,
            incremental: true,
            // The filter looks at when an event happened, not when it arrived; integrations
            // deliver hours later.
            overlap: Duration::from_secs(DAY),
            every: Duration::from_secs(5 * MINUTE),
            removal: Removal::Never,
        },
        // Few, and read whole each time.
        StreamCapability {
            stream: Stream::Lists,
            page_size: 10,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Segments,
            page_size: 10,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Flows,
            page_size: 50,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Campaigns,
            page_size: 100,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
    ],
    actions: &[
        ActionCapability {
            action: ActionKind::MarketingHold,
            settles_within: Duration::from_secs(15 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: Some(ActionKind::MarketingRelease),
        },
        ActionCapability {
            action: ActionKind::MarketingRelease,
            settles_within: Duration::from_secs(15 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: Some(ActionKind::MarketingHold),
        },
        // `unique_id`: "only the first processed event will be recorded", with no end named;
        // a day is far longer than any doubt lasts.
        ActionCapability {
            action: ActionKind::MarketingFollowUp,
            settles_within: Duration::from_secs(15 * MINUTE),
            key_trusted_for: Duration::from_secs(DAY),
            undone_by: None,
        },
        ActionCapability {
            action: ActionKind::EventTrack,
            settles_within: Duration::from_secs(15 * MINUTE),
            key_trusted_for: Duration::from_secs(DAY),
            undone_by: None,
        },
        ActionCapability {
            action: ActionKind::ProfileSet,
            settles_within: Duration::from_secs(15 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: Some(ActionKind::ProfileSet),
        },
    ],
    // `x-klaviyo-scopes` of each operation used.
    scopes: &[
        Scope { name: "accounts:read", needed_for: "The connection cannot be checked.", required: true },
        Scope {
            name: "profiles:read",
            needed_for: "Profiles and their consent are not shown.",
            required: true,
        },
        Scope {
            name: "events:read",
            needed_for: "What was sent, opened and clicked is not shown.",
            required: true,
        },
        Scope { name: "lists:read", needed_for: "Lists are not shown.", required: false },
        Scope { name: "segments:read", needed_for: "Segments are not shown.", required: false },
        Scope { name: "flows:read", needed_for: "Flows are not shown.", required: false },
        Scope { name: "campaigns:read", needed_for: "Campaigns are not shown.", required: false },
        Scope { name: "metrics:read", needed_for: "Events have no names.", required: true },
        Scope { name: "profiles:write", needed_for: "Marketing cannot be held back.", required: false },
        Scope {
            name: "subscriptions:read",
            needed_for: "Whether a hold took effect is seen late.",
            required: false,
        },
        Scope {
            name: "subscriptions:write",
            needed_for: "Marketing can be neither held back nor let go on.",
            required: false,
        },
        Scope { name: "events:write", needed_for: "Follow-ups cannot be sent.", required: false },
    ],
    limits: &[
        "Klaviyo does not tell which profiles were deleted or merged there.",
        "A hold stops e-mail only, not text messages.",
        "A follow-up needs a flow in Klaviyo that starts on the event \"Fermata Follow-up\"; without one nothing is sent.",
        "Releasing a hold leaves alone the addresses that unsubscribed, bounced or are invalid.",
        "Events that reach Klaviyo more than a day after they happened are found only by the next full sync.",
    ],
};
