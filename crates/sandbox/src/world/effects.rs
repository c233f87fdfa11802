//! What platforms may do to the world, and what the world does to itself.
//!
//! Every method keeps the indexes true, moves `updated_at`, and lets people react. The caller has
//! checked beforehand that the vendor would allow it.

use super::life::Act;
use super::lookup::{fold, next};
use super::{
    About, Account, AccountId, Author, Change, Consent, Contact, ContactId, CustomEvent, EventId, Id,
    LocationId, MailEvent, Message, MessageId, Metric, MetricId, Moment, NewMessage, OrderId, PersonId,
    Profile, ProfileId, Refund, RefundId, Suppression, SuppressionReason, Thing, Ticket, TicketId,
    TransactionId, World,
};

/// A refund to book.
#[derive(Clone, Debug, Default)]
pub struct NewRefund {
    /// How much money goes back, in minor units; 0 books lines without moving money.
    pub amount: i64,
    /// Lines taken back: place in the order's lines, pieces, amount in minor units.
    pub lines: Vec<(u16, u32, i64)>,
    /// The part of the amount that is shipping.
    pub shipping: i64,
    /// A note.
    pub note: Option<String>,
    /// Where the pieces go back to stock; `None` restocks nothing.
    pub restock: Option<LocationId>,
}

/// An event that comes through Klaviyo's interface.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose.
    pub profile: ProfileId,
    /// The metric's name; made if it is new.
    pub metric: String,
    /// When it happened; now, if absent.
    pub time: Option<Moment>,
    /// What it carries.
    pub custom: CustomEvent,
    /// Recorded only, starting no flow.
    pub backfill: bool,
}

impl World {
    /// Books a refund: the transaction, the lines, the stock. The customer calms down.
    ///
    /// `None` if there is no such order.
    pub fn refund(&mut self, order: OrderId, new: NewRefund, at: Moment) -> Option<RefundId> {
        let (person, gateway) = self.orders.get(order).map(|order| (order.person, order.payment.gateway))?;
        let id: RefundId = next(&mut self.index.refunds);
        let transaction: Option<TransactionId> = (new.amount > 0).then(|| next(&mut self.index.transactions));
        let mut back_to_stock = Vec::new();
        self.orders.edit(order, at, |order| {
            for (place, pieces, _) in &new.lines {
                if let Some(line) = order.lines.get_mut(usize::from(*place)) {
                    line.refunded += pieces;
                    back_to_stock.push((line.variant, *pieces));
                }
            }
            order.refunds.push(Refund {
                id,
                transaction,
                amount: new.amount,
                gateway,
                lines: new.lines,
                shipping: new.shipping,
                note: new.note.map(String::into_boxed_str),
                created_at: at,
            });
        });
        if let Some(place) = new.restock.and_then(|to| self.locations.iter().position(|here| here.id == to)) {
            for (variant, pieces) in back_to_stock {
                self.move_stock(variant, place, i64::from(pieces), at);
            }
        }
        if new.amount > 0 {
            self.calm(person, 60);
            self.react(person, at);
        }
        Some(id)
    }

    /// Cancels an order; gives the money back and the pieces to stock, where asked.
    ///
    /// `false` if there is none, it was cancelled before, or a parcel has left.
    pub fn cancel_order(
        &mut self,
        order: OrderId,
        reason: &str,
        refund: bool,
        restock: bool,
        at: Moment,
    ) -> bool {
        let Some(row) = self.orders.get(order) else { return false };
        if row.cancelled_at.is_some() || !row.parcels.is_empty() {
            return false;
        }
        let rest = if row.payment.paid_at.is_some() { row.payment.amount - row.refunded() } else { 0 };
        let lines: Vec<(u16, u32, i64)> = row
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.refunded < line.quantity)
            .map(|(place, line)| {
                let pieces = line.quantity - line.refunded;
                (u16::try_from(place).unwrap_or(u16::MAX), pieces, line.price * i64::from(pieces))
            })
            .collect();
        let shipping = row.shipping;
        self.orders.edit(order, at, |order| {
            order.cancelled_at = Some(at);
            order.closed_at = Some(at);
            order.cancel_reason = Some(reason.into());
        });
        if refund && rest > 0 {
            let restock = if restock { self.locations.first().map(|here| here.id) } else { None };
            self.refund(order, NewRefund { amount: rest, lines, shipping, note: None, restock }, at);
        }
        true
    }

    /// Adds pieces to the stock at a location (by place), or takes some.
    pub fn move_stock(&mut self, variant: super::VariantId, place: usize, pieces: i64, at: Moment) {
        let product = self.variants.edit(variant, at, |variant| {
            if let Some(stock) = variant.stock.get_mut(place) {
                *stock += pieces;
            }
            variant.product
        });
        if let Some(product) = product {
            self.products.edit(product, at, |_| ());
        }
    }

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
    pub(super) fn put_message(&mut self, message: Message) -> MessageId {
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

    /// Adds a Shopify customer.
    pub fn add_account(&mut self, account: Account) -> AccountId {
        let email = account.email.clone();
        let id = self.accounts.insert(account);
        if let Some(email) = email {
            self.index.accounts.entry(fold(&email)).or_insert(id);
        }
        id
    }

    /// Adds a profile.
    pub fn add_profile(&mut self, profile: Profile) -> ProfileId {
        let person = profile.person;
        let id = self.profiles.insert(profile);
        self.index_profile(id);
        if let Some(trace) = person.and_then(|person| self.life.traces.get_mut(person.index())) {
            trace.profile.get_or_insert(id);
        }
        id
    }

    /// Changes a profile, and where it is found if its address, phone or outer id changes.
    pub fn edit_profile<R>(
        &mut self,
        id: ProfileId,
        at: Moment,
        change: impl FnOnce(&mut Profile) -> R,
    ) -> Option<R> {
        let before = self.profiles.get(id)?.clone();
        let result = self.profiles.edit(id, at, change);
        let forget = |map: &mut std::collections::HashMap<Box<str>, ProfileId>, key: Option<Box<str>>| {
            if let Some(key) = key.map(|key| fold(&key))
                && map.get(&key) == Some(&id)
            {
                map.remove(&key);
            }
        };
        forget(&mut self.index.profiles, before.email);
        forget(&mut self.index.phones, before.phone);
        forget(&mut self.index.externals, before.external_id);
        self.index_profile(id);
        result
    }

    fn index_profile(&mut self, id: ProfileId) {
        let Some(profile) = self.profiles.get(id) else { return };
        let index = &mut self.index;
        for (map, key) in [
            (&mut index.profiles, &profile.email),
            (&mut index.phones, &profile.phone),
            (&mut index.externals, &profile.external_id),
        ] {
            if let Some(key) = key {
                map.entry(fold(key)).or_insert(id);
            }
        }
    }

    /// Deletes a profile and its events. `false` if there is none.
    pub fn delete_profile(&mut self, id: ProfileId, at: Moment) -> bool {
        let _ = self.edit_profile(id, at, |profile| {
            profile.email = None;
            profile.phone = None;
            profile.external_id = None;
        });
        let events: Vec<(Moment, EventId)> = self.events_in(id, Moment::from_second(0)).collect();
        for (at, event) in events {
            self.events_of.remove(&(id, at, event));
            self.events.remove(event);
        }
        let gone = self.profiles.remove(id);
        if let Some(trace) = gone
            .as_ref()
            .and_then(|gone| gone.person)
            .and_then(|person| self.life.traces.get_mut(person.index()))
        {
            trace.profile = None;
        }
        gone.is_some()
    }

    /// Walks the events of a profile from a moment on, by the time at which they happened.
    pub fn events_in(
        &self,
        profile: ProfileId,
        from: Moment,
    ) -> impl DoubleEndedIterator<Item = (Moment, EventId)> {
        let end = (profile, Moment::from_second(i64::MAX), EventId::new(u32::MAX));
        self.events_of.range((profile, from, EventId::new(0))..=end).map(|(_, at, id)| (*at, *id))
    }

    /// Keeps marketing from a profile. `false` if it was kept from it before by such a wish.
    pub fn suppress(&mut self, id: ProfileId, at: Moment) -> bool {
        let reason = SuppressionReason::UserSuppressed;
        let known = |profile: &Profile| profile.suppressions.iter().any(|known| known.reason == reason);
        if self.profiles.get(id).is_none_or(known) {
            return false;
        }
        self.profiles.edit(id, at, |profile| profile.suppressions.push(Suppression { reason, at }));
        true
    }

    /// Lifts a suppression that somebody wished; other reasons stay. `false` if there was none.
    pub fn unsuppress(&mut self, id: ProfileId, at: Moment) -> bool {
        let wished = |one: &Suppression| one.reason == SuppressionReason::UserSuppressed;
        if !self.profiles.get(id).is_some_and(|profile| profile.suppressions.iter().any(wished)) {
            return false;
        }
        self.profiles.edit(id, at, |profile| profile.suppressions.retain(|one| !wished(one)));
        true
    }

    /// Notes that a person gave consent.
    pub fn subscribe(&mut self, id: ProfileId, at: Moment) -> bool {
        self.profiles
            .edit(id, at, |profile| {
                profile.consent = Consent::Subscribed;
                profile.consent_at = Some(at);
                profile.suppressions.retain(|one| one.reason == SuppressionReason::HardBounce);
            })
            .is_some()
    }

    /// Notes that a person took consent back.
    pub fn unsubscribe(&mut self, id: ProfileId, at: Moment) -> bool {
        self.profiles
            .edit(id, at, |profile| {
                profile.consent = Consent::Unsubscribed;
                profile.consent_at = Some(at);
                profile.suppressions.push(Suppression { reason: SuppressionReason::Unsubscribe, at });
            })
            .is_some()
    }

    /// Records an event that came through the interface, and starts the flow that waits for it.
    ///
    /// `None` if an event with the same unique id is there for this profile and metric: the first
    /// one wins.
    pub fn track(&mut self, new: NewEvent, at: Moment) -> Option<EventId> {
        let metric = self.metric_named(&new.metric).unwrap_or_else(|| {
            self.metrics.push(Metric {
                name: new.metric.as_str().into(),
                integration: "API",
                created_at: at,
                updated_at: at,
            });
            MetricId(u16::try_from(self.metrics.len() - 1).unwrap_or(u16::MAX))
        });
        if let Some(unique) = &new.custom.unique_id
            && !self.index.unique_events.insert((new.profile, metric, unique.as_str().into()))
        {
            return None;
        }
        let subject =
            new.custom.properties.get("subject").and_then(|value| value.as_str()).unwrap_or(&new.metric);
        let subject = subject.to_owned();
        let happened = new.time.unwrap_or(at);
        let id = self.put_event(new.profile, metric, About::Custom(Box::new(new.custom)), happened, at);
        if !new.backfill && usize::from(metric.0) >= MetricId::BUILT_IN.len() {
            self.after(at, 60, Act::FollowUp(new.profile, subject.into_boxed_str()));
        }
        Some(id)
    }

    /// Adds an event as it is.
    pub(super) fn put_event(
        &mut self,
        profile: ProfileId,
        metric: MetricId,
        about: About,
        happened: Moment,
        at: Moment,
    ) -> EventId {
        let id = self.events.insert(MailEvent { profile, metric, about, at: happened, created_at: at });
        if self.events.is_indexed() {
            self.events_of.insert((profile, happened, id));
        }
        self.profiles.quietly(profile, |profile| {
            profile.last_event_at = Some(profile.last_event_at.map_or(happened, |last| last.max(happened)));
        });
        id
    }

    /// Moves `updated_at` of a thing without changing it, as an edit by somebody else would.
    pub fn touch(&mut self, thing: Thing, at: Moment) {
        match thing {
            Thing::Account(id) => drop(self.accounts.edit(id, at, |_| ())),
            Thing::Contact(id) => drop(self.contacts.edit(id, at, |_| ())),
            Thing::Profile(id) => drop(self.profiles.edit(id, at, |_| ())),
            Thing::Product(id) => drop(self.products.edit(id, at, |_| ())),
            Thing::Order(id) => drop(self.orders.edit(id, at, |_| ())),
            Thing::Cart(id) => drop(self.carts.edit(id, at, |_| ())),
            Thing::Ticket(id) => drop(self.tickets.edit(id, at, |_| ())),
        }
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

    pub(super) fn calm(&mut self, person: PersonId, by: u8) {
        if let Some(person) = self.people.get_mut(person.index()) {
            person.anger = person.anger.saturating_sub(by);
        }
    }
}
