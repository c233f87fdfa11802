//! What Gorgias can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const MINUTE: Duration = Duration::from_mins(1);
const FEW_MINUTES: Duration = Duration::from_mins(5);
const HOUR: Duration = Duration::from_hours(1);

/// A message is stored before its 201 is written, so a lost answer shows itself within moments.
/// Ten minutes leave room for a slow queue.
const fn message(action: ActionKind) -> ActionCapability {
    ActionCapability::keyless(action, Duration::from_mins(10), None)
}

/// A value of a ticket: written before the answer leaves, so a minute is plenty.
const fn set(action: ActionKind, undone_by: ActionKind) -> ActionCapability {
    ActionCapability::keyless(action, MINUTE, Some(undone_by))
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
        StreamCapability::of_changes(Stream::Customers, 100, FEW_MINUTES, FEW_MINUTES, Removal::Told),
        StreamCapability::of_changes(Stream::Tickets, 100, FEW_MINUTES, MINUTE, Removal::Told),
        // Messages are walked by creation, and what becomes of a message of ours (sent, failed)
        // changes it afterwards.
        StreamCapability::of_changes(Stream::Messages, 100, HOUR, MINUTE, Removal::Told),
        // These cannot be asked for what changed. Labels and agents are few; surveys are as many
        // as tickets, so they are read less often.
        StreamCapability::whole(Stream::Tags, 100, HOUR, Removal::DAILY),
        StreamCapability::whole(Stream::Agents, 100, HOUR, Removal::DAILY),
        StreamCapability::whole(Stream::Ratings, 100, Duration::from_hours(6), Removal::DAILY),
        StreamCapability::of_changes(
            Stream::Removals,
            100,
            FEW_MINUTES,
            Duration::from_mins(15),
            Removal::Never,
        ),
    ],
    actions: &[
        message(ActionKind::TicketReply),
        message(ActionKind::TicketNote),
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
        Scope {
            name: "tickets:read",
            needed_for: "Tickets, messages and ratings are not shown.",
            required: true,
        },
        Scope {
            name: "tickets:write",
            needed_for: "Replies and internal notes cannot be sent, and tickets cannot be changed.",
            required: false,
        },
        Scope {
            name: "users:read",
            needed_for: "Replies are not signed with your own name, and who answers is not shown.",
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
        "What customers say in satisfaction surveys is read every six hours, since Gorgias does not tell what is new among them.",
        "A message that was edited in Gorgias long after it was written is noticed only by the next full sync.",
        "Fermata answers by e-mail, whatever channel a ticket came through; a customer without an e-mail address can only be noted about.",
    ],
};
