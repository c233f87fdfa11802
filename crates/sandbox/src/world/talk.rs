//! Support: tickets, messages, and the changes that the help desk tells of.

use super::ids::{ContactId, TicketId};
use super::moment::Moment;
use super::people::rows;

/// A ticket.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Who wrote.
    pub contact: ContactId,
    /// Subject.
    pub subject: Box<str>,
    /// Is it still to be answered?
    pub open: bool,
    /// Where it came in: `email`, `chat`, `contact_form`.
    pub channel: &'static str,
    /// What it is about, for the world's own use; no platform shows it.
    pub intent: &'static str,
    /// The order or cart it is about, for the world's own use.
    pub about: Option<super::trade::Thing>,
    /// Labels.
    pub tags: Vec<Box<str>>,
    /// Priority: `low`, `normal`, `high`, `critical`.
    pub priority: &'static str,
    /// The agent it is given to, as a place in [`World::agents`](super::World::agents).
    pub assignee: Option<u8>,
    /// Is it spam?
    pub spam: bool,
    /// When it was thrown away.
    pub trashed_at: Option<Moment>,
    /// Until when it is put aside.
    pub snoozed_until: Option<Moment>,
    /// When it was last closed.
    pub closed_at: Option<Moment>,
    /// When anybody last wrote.
    pub last_message_at: Option<Moment>,
    /// When the customer last wrote.
    pub last_received_at: Option<Moment>,
    /// Count of messages.
    pub messages: u32,
    /// A free id of the caller.
    pub external_id: Option<Box<str>>,
    /// When it was opened.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A message in a ticket.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its ticket.
    pub ticket: TicketId,
    /// Who wrote it.
    pub from: Author,
    /// Can the customer see it? Internal notes cannot be seen.
    pub public: bool,
    /// Channel: `email`, `chat`, `internal-note`, ...
    pub channel: Box<str>,
    /// How it came in: `email`, `api`, `helpdesk`, ...
    pub via: Box<str>,
    /// Subject, if it has its own.
    pub subject: Option<Box<str>>,
    /// Plain text.
    pub text: Box<str>,
    /// HTML, if it was given with the message.
    pub html: Option<Box<str>>,
    /// A free id of the caller.
    pub external_id: Option<Box<str>>,
    /// Address it came from.
    pub from_address: Option<Box<str>>,
    /// Address it goes to.
    pub to_address: Option<Box<str>>,
    /// When it left; customers' messages have it at once.
    pub sent_at: Option<Moment>,
    /// When sending failed for good.
    pub failed_at: Option<Moment>,
    /// Why sending failed.
    pub sending_error: Option<Box<str>>,
    /// When it was written.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The customer.
    Contact(ContactId),
    /// An agent, as a place in [`World::agents`](super::World::agents).
    Agent(u8),
}

/// Somebody who answers tickets.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The help desk's number of the user.
    pub number: u64,
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// Address.
    pub email: String,
}

/// Something that the help desk's event list tells.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened, in Gorgias's words: `ticket-created`, `ticket-closed`, `ticket-deleted`,
    /// `ticket-message-created`, `customer-merged`, ...
    pub kind: &'static str,
    /// The kind of object: `Ticket`, `TicketMessage`, `Customer`.
    pub object: &'static str,
    /// The object's number at the platform.
    pub number: u64,
    /// For a merge: the number it lives on under.
    pub into: Option<u64>,
    /// When.
    pub created_at: Moment,
    /// The same; changes never change.
    pub updated_at: Moment,
}

rows!(Ticket, Message, Change);

/// What an agent or a program writes into a ticket.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The ticket.
    pub ticket: TicketId,
    /// Which agent.
    pub agent: u8,
    /// `false` for an internal note.
    pub public: bool,
    /// Channel.
    pub channel: Box<str>,
    /// How it came in.
    pub via: Box<str>,
    /// Subject.
    pub subject: Option<Box<str>>,
    /// Plain text.
    pub text: Box<str>,
    /// HTML.
    pub html: Option<Box<str>>,
    /// A free id of the caller.
    pub external_id: Option<Box<str>>,
    /// Address it leaves from; must be the shop's, or nothing is delivered.
    pub from_address: Option<Box<str>>,
    /// Address it goes to.
    pub to_address: Option<Box<str>>,
    /// Set for an import of something sent long ago: then nothing leaves.
    pub already_sent_at: Option<Moment>,
}
