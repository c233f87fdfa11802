//! What Gorgias can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// A value of a ticket: written before the answer leaves, so a minute is plenty.
const fn set(action: ActionKind, undone_by: ActionKind) -> ActionCapability {
    ActionCapability {
        action,
        settles_within: Duration::from_secs(MINUTE),
        key_trusted_for: Duration::ZERO,
        undone_by: Some(undone_by),
    }
}

/// What Gorgias can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Gorgias,
    // The REST API carries no version in its requests; this is the version of its documents.
    api_version: "1.5.1",
    retires: None,
    address_example: "https://your-shop.gorgias.com",
    credentials: &[
        CredentialField {
            name: "email",
            label: "E-mail address you sign in with",
            secret: false,
            required: true,
        },
        CredentialField {
            name: "api_key",
            label: "API key (Settings, Account, REST API)",
            secret: true,
            required: true,
        },
    ],
    // Page sizes: developers.gorgias.com, Pagination: at most 100. No stream but `removals` has a
    // filter by time; a pass walks from the newest change down to what is known.
    streams: &[
        StreamCapability {
            stream: Stream::Customers,
            page_size: 100,
            incremental: true,
            overlap: Duration::from_secs(5 * MINUTE),
            every: Duration::from_secs(5 * MINUTE),
            removal: Removal::Told,
        },
        StreamCapability {
            stream: Stream::Tickets,
            page_size: 100,
            incremental: true,
            overlap: Duration::from_secs(5 * MINUTE),
            every: Duration::from_secs(MINUTE),
            removal: Removal::Told,
        },
        StreamCapability {
            stream: Stream::Messages,
            page_size: 100,
            incremental: true,
            // Messages are walked by creation, and what becomes of a message of ours (sent,
            // failed) changes it afterwards.
            overlap: Duration::from_secs(HOUR),
            every: Duration::from_secs(MINUTE),
            removal: Removal::Told,
        },
        // Both are short, and neither can be asked for what changed.
        StreamCapability {
            stream: Stream::Tags,
            page_size: 100,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(24 * HOUR)),
        },
        StreamCapability {
            stream: Stream::Agents,
            page_size: 100,
            incremental: false,
            overlap: Duration::ZERO,
            every: Duration::from_secs(HOUR),
            removal: Removal::Swept(Duration::from_secs(24 * HOUR)),
        },
        StreamCapability {
            stream: Stream::Removals,
            page_size: 100,
            incremental: true,
            overlap: Duration::from_secs(5 * MINUTE),
            every: Duration::from_secs(15 * MINUTE),
            removal: Removal::Never,
        },
    ],
    // No key is recognised; the message is stored before the 201 is written, so a lost answer
    // shows itself within moments. Ten minutes leave room for a slow queue.
    actions: &[
        ActionCapability {
            action: ActionKind::TicketReply,
            settles_within: Duration::from_secs(10 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: None,
        },
        ActionCapability {
            action: ActionKind::TicketNote,
            settles_within: Duration::from_secs(10 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: None,
        },
        set(ActionKind::TicketTag, ActionKind::TicketTag),
        set(ActionKind::TicketAssign, ActionKind::TicketAssign),
        set(ActionKind::TicketPrioritise, ActionKind::TicketPrioritise),
        set(ActionKind::TicketClose, ActionKind::TicketReopen),
        set(ActionKind::TicketReopen, ActionKind::TicketClose),
    ],
    // A private API key has no scopes: it may do what its user's role may. These are what a role
    // must be allowed.
    scopes: &[
        Scope { name: "account:read", needed_for: "The connection cannot be checked.", required: true },
        Scope { name: "customers:read", needed_for: "Who wrote is not known.", required: true },
        Scope { name: "tickets:read", needed_for: "Tickets and messages are not shown.", required: true },
        Scope {
            name: "tickets:write",
            needed_for: "Replies and internal notes cannot be sent.",
            required: false,
        },
        Scope {
            name: "users:read",
            needed_for: "Replies are not signed with your own name.",
            required: false,
        },
        Scope {
            name: "events:read",
            needed_for: "Deleted and merged records stay as they were.",
            required: false,
        },
        Scope {
            name: "integrations:read",
            needed_for: "Replies cannot be sent from the right address.",
            required: false,
        },
    ],
    limits: &[
        "Gorgias allows 40 requests in 20 seconds for all tools of an account together; Fermata uses half of that, so a first sync of a large help desk takes a while.",
        "A reply that has left cannot be taken back.",
        "A message that was edited or deleted in Gorgias long after it was written is noticed only by the next full sync.",
        "Fermata answers by e-mail, whatever channel a ticket came through; a customer without an e-mail address can only be noted about.",
    ],
};
