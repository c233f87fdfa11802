//! What Klaviyo can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::date;

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const FEW_MINUTES: Duration = Duration::from_mins(5);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A job, or anything that is only taken at first, is through by then.
const JOB: Duration = Duration::from_mins(15);

/// One of few, read whole each hour; what is gone is missing when all are listed.
const fn few(stream: Stream, page_size: u32) -> StreamCapability {
    StreamCapability::whole(stream, page_size, HOUR, Removal::DAILY)
}

/// Something that is brought into a state, which shows when the job is through.
const fn set(action: ActionKind, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability::keyless(action, JOB, undone_by)
}

/// An event. `unique_id`: "only the first processed event will be recorded", with no end named; a
/// day is far longer than any doubt lasts.
const fn event(action: ActionKind) -> ActionCapability {
    ActionCapability { action, settles_within: JOB, key_trusted_for: DAY, undone_by: None }
}

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
    // Page sizes: the vendor's OpenAPI, revision 2026-07-15, `page[size]` of each list.
    streams: &[
        StreamCapability::of_changes(Stream::Profiles, 100, FEW_MINUTES, FEW_MINUTES, Removal::DAILY),
        // The filter looks at when an event happened, not when it arrived; integrations deliver
        // hours later.
        StreamCapability::of_changes(Stream::Sends, 1000, DAY, FEW_MINUTES, Removal::Never),
        few(Stream::Lists, 10),
        few(Stream::Segments, 10),
        few(Stream::Flows, 50),
        few(Stream::Campaigns, 100),
    ],
    actions: &[
        set(ActionKind::MarketingHold, Some(ActionKind::MarketingRelease)),
        set(ActionKind::MarketingRelease, Some(ActionKind::MarketingHold)),
        event(ActionKind::MarketingFollowUp),
        event(ActionKind::EventTrack),
        set(ActionKind::ProfileSet, Some(ActionKind::ProfileSet)),
        set(ActionKind::ListAdd, Some(ActionKind::ListRemove)),
        set(ActionKind::ListRemove, Some(ActionKind::ListAdd)),
        set(ActionKind::StockNotice, None),
        set(ActionKind::CampaignHold, Some(ActionKind::CampaignRelease)),
        set(ActionKind::CampaignRelease, Some(ActionKind::CampaignHold)),
        set(ActionKind::CampaignBlock, Some(ActionKind::CampaignBlock)),
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
        Scope {
            name: "templates:read",
            needed_for: "Blocks of campaigns cannot be changed.",
            required: false,
        },
        Scope {
            name: "profiles:write",
            needed_for: "Marketing cannot be held back, nor profiles and lists changed.",
            required: false,
        },
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
        Scope { name: "lists:write", needed_for: "Nobody can be put on a list.", required: false },
        Scope {
            name: "catalogs:write",
            needed_for: "Nobody can be told when something is back in stock.",
            required: false,
        },
        Scope {
            name: "campaigns:write",
            needed_for: "Campaigns can be neither held nor released.",
            required: false,
        },
        Scope {
            name: "templates:write",
            needed_for: "Blocks of campaigns cannot be changed.",
            required: false,
        },
    ],
    limits: &[
        "Klaviyo does not tell which profiles were deleted or merged there.",
        "A hold stops e-mail only, not text messages.",
        "A follow-up needs a flow in Klaviyo that starts on the event \"Fermata Follow-up\"; without one nothing is sent.",
        "Releasing a hold leaves alone the addresses that unsubscribed, bounced or are invalid.",
        "Being put on a list gives no consent, and being taken off it stops no flow that it has started.",
        "Whoever was put down for a back-in-stock notice cannot be taken off again from here; Klaviyo writes to them once.",
        "A campaign that has begun to leave cannot be held. A held one goes back among Klaviyo's drafts, and can be released only while the time at which it was to leave is still to come.",
        "A campaign that leaves by each recipient's own clock or habits (local time, Smart Send Time) can be released only until its time has come somewhere on earth, 14 hours before it comes in UTC.",
        "Of a campaign only those blocks can be changed that are saved as universal content; such a block changes in every message that holds it, since Klaviyo does not tell which those are.",
        "Campaigns by text message or push are not read.",
        "Events that reach Klaviyo more than a day after they happened are found only by the next full sync.",
    ],
};
