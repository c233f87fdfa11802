//! Support: messages, tickets, customers of the help desk.

use super::super::lookup::fold;
use super::super::{
    Author, Change, Contact, ContactId, Id, Message, MessageId, Moment, NewMessage, Ticket, TicketId, World,
};

impl World {
    /// Writes a message of an agent or a program into a ticket.
    ///
    /// A public e-mail is delivered if it leaves from the shop's own address; otherwise it stays,
    /// with a reason in [`Message::sending_error`], as the help desk does it. `None` if there is no
    /// such ticket.
    pub fn write_message(&mut self, new: NewMessage, at: Moment) -> Option<MessageId> {
        let contact = self.tickets.get(new.ticket)?.contact;
        let leaves = new.public && &*new.channel == "email" && new.already_sent_at.is_none();
        let ours =
            new.from_address.as_deref().is_some_and(|from| from.eq_ignore_ascii_case(&self.shop.email));
        let (sent_at, failed_at, sending_error) = match (leaves, ours) {
            (true, true) | (false, _) => (Some(new.already_sent_at.unwrap_or(at)), None, None),
            (true, false) => {
                (None, Some(at), Some(Box::from("No email integration was found for this sender address.")))
            }
        };
        let delivered = leaves && ours;
        let id = self.put_message(Message {
            ticket: new.ticket,
            from: Author::Agent(new.agent),
            public: new.public,
            channel: new.channel,
            via: new.via,
            subject: new.subject,
            text: new.text,
            html: new.html,
            external_id: new.external_id,
            from_address: new.from_address,
            to_address: new.to_address,
            sent_at,
            failed_at,
            sending_error,
            created_at: at,
            updated_at: at,
        });
        if delivered && let Some(person) = self.contacts.get(contact).and_then(|contact| contact.person) {
            self.calm(person, 20);
            self.answer_to_reply(new.ticket, person, at);
        }
        Some(id)
    }

    /// Adds a message as it is and moves its ticket.
    pub(in crate::world) fn put_message(&mut self, message: Message) -> MessageId {
        let (ticket, at) = (message.ticket, message.created_at);
        let received = matches!(message.from, Author::Contact(_));
        let id = self.messages.insert(message);
        self.messages_of.insert((ticket, id));
        self.tickets.edit(ticket, at, |ticket| {
            ticket.messages += 1;
            ticket.last_message_at = Some(at);
            if received {
                ticket.last_received_at = Some(at);
                ticket.open = true;
                ticket.closed_at = None;
            }
        });
        self.tell("ticket-message-created", "TicketMessage", id.number(), None, at);
        id
    }

    /// Opens or closes a ticket. `false` if there is none or nothing changes.
    pub fn set_ticket_open(&mut self, ticket: TicketId, open: bool, at: Moment) -> bool {
        if self.tickets.get(ticket).is_none_or(|ticket| ticket.open == open) {
            return false;
        }
        self.tickets.edit(ticket, at, |ticket| {
            ticket.open = open;
            ticket.closed_at = (!open).then_some(at);
        });
        if !open {
            self.surveys.entry(ticket).or_insert(at);
        }
        let kind = if open { "ticket-reopened" } else { "ticket-closed" };
        self.tell(kind, "Ticket", ticket.number(), None, at);
        true
    }

    /// Adds a ticket, still without a message.
    pub fn add_ticket(&mut self, ticket: Ticket, at: Moment) -> TicketId {
        let (contact, external) = (ticket.contact, ticket.external_id.clone());
        let id = self.tickets.insert(ticket);
        self.tickets_of.insert((contact, id));
        if let Some(external) = external {
            self.tickets_by_external.insert(external, id);
        }
        self.tell("ticket-created", "Ticket", id.number(), None, at);
        id
    }

    /// Deletes a ticket with its messages, for good. `false` if there is none.
    pub fn delete_ticket(&mut self, ticket: TicketId, at: Moment) -> bool {
        let Some(row) = self.tickets.remove(ticket) else { return false };
        self.tickets_of.remove(&(row.contact, ticket));
        self.surveys.remove(&ticket);
        let messages: Vec<MessageId> = self
            .messages_of
            .range((ticket, MessageId::new(0))..=(ticket, MessageId::new(u32::MAX)))
            .map(|(_, id)| *id)
            .collect();
        for message in messages {
            self.messages.remove(message);
            self.messages_of.remove(&(ticket, message));
        }
        self.tell("ticket-deleted", "Ticket", ticket.number(), None, at);
        true
    }

    /// Adds a customer of the help desk.
    pub fn add_contact(&mut self, contact: Contact) -> ContactId {
        let (email, person, at) = (contact.email.clone(), contact.person, contact.created_at);
        let id = self.contacts.insert(contact);
        if let Some(email) = email {
            self.index.contacts.entry(fold(&email)).or_insert(id);
        }
        if let Some(trace) = person.and_then(|person| self.life.traces.get_mut(person.index())) {
            trace.contact.get_or_insert(id);
        }
        self.tell("customer-created", "Customer", id.number(), None, at);
        id
    }

    /// Merges a customer of the help desk into another; the source is no more.
    ///
    /// `false` if one of them does not exist or both are one.
    pub fn merge_contacts(&mut self, source: ContactId, target: ContactId, at: Moment) -> bool {
        if source == target || self.contacts.get(target).is_none() {
            return false;
        }
        let Some(gone) = self.contacts.remove(source) else { return false };
        let tickets: Vec<TicketId> = self
            .tickets_of
            .range((source, TicketId::new(0))..=(source, TicketId::new(u32::MAX)))
            .map(|(_, id)| *id)
            .collect();
        for ticket in tickets {
            self.tickets_of.remove(&(source, ticket));
            self.tickets_of.insert((target, ticket));
            self.tickets.edit(ticket, at, |ticket| ticket.contact = target);
            let span = (ticket, MessageId::new(0))..=(ticket, MessageId::new(u32::MAX));
            for (_, message) in self.messages_of.range(span) {
                self.messages.quietly(*message, |message| {
                    if message.from == Author::Contact(source) {
                        message.from = Author::Contact(target);
                    }
                });
            }
        }
        if let Some(email) = &gone.email {
            self.index.contacts.insert(fold(email), target);
        }
        self.contacts.edit(target, at, |contact| {
            for account in gone.accounts {
                if !contact.accounts.contains(&account) {
                    contact.accounts.push(account);
                }
            }
        });
        if let Some(trace) = gone.person.and_then(|person| self.life.traces.get_mut(person.index())) {
            trace.contact = Some(target);
        }
        self.tell("customer-merged", "Customer", source.number(), Some(target.number()), at);
        true
    }

    /// Adds a line to the help desk's event list: what happened to which kind of object.
    pub fn tell(
        &mut self,
        kind: &'static str,
        object: &'static str,
        number: u64,
        into: Option<u64>,
        at: Moment,
    ) {
        self.changes.insert(Change { kind, object, number, into, created_at: at, updated_at: at });
    }
}
