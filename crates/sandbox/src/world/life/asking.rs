//! Tickets: why people write in, what they write, and what comes of an answer.

use serde::{Deserialize, Serialize};

use super::super::texts::Fill;
use super::super::{
    AccountId, Author, Contact, ContactId, DAY, HOUR, Id, Message, Moment, NewMessage, NewRefund, PersonId,
    Thing, Ticket, TicketId, World,
};
use super::{Act, Life};

/// Why somebody writes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// Where is my parcel?
    WhereIsIt,
    /// Which size fits?
    Sizing,
    /// I want to send it back.
    Return,
    /// Where is my money?
    RefundStatus,
    /// It arrived broken.
    Damaged,
    /// It is not what I ordered.
    WrongItem,
    /// Please cancel.
    CancelOrder,
    /// Please send it elsewhere.
    ChangeAddress,
    /// A question about a product.
    ProductQuestion,
    /// When will it be back?
    Restock,
    /// A code does not work.
    DiscountCode,
    /// I need an invoice.
    Invoice,
    /// The payment went wrong.
    Payment,
    /// Thank you.
    Praise,
    /// I am not pleased.
    Complaint,
}

impl Concern {
    /// Every concern.
    pub const ALL: [Self; 15] = [
        Self::WhereIsIt,
        Self::Sizing,
        Self::Return,
        Self::RefundStatus,
        Self::Damaged,
        Self::WrongItem,
        Self::CancelOrder,
        Self::ChangeAddress,
        Self::ProductQuestion,
        Self::Restock,
        Self::DiscountCode,
        Self::Invoice,
        Self::Payment,
        Self::Praise,
        Self::Complaint,
    ];

    /// Returns its name in our files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhereIsIt => "where_is_it",
            Self::Sizing => "sizing",
            Self::Return => "return",
            Self::RefundStatus => "refund_status",
            Self::Damaged => "damaged",
            Self::WrongItem => "wrong_item",
            Self::CancelOrder => "cancel_order",
            Self::ChangeAddress => "change_address",
            Self::ProductQuestion => "product_question",
            Self::Restock => "restock",
            Self::DiscountCode => "discount_code",
            Self::Invoice => "invoice",
            Self::Payment => "payment",
            Self::Praise => "praise",
            Self::Complaint => "complaint",
        }
    }

    /// Draws what somebody asks who has ordered nothing.
    pub(super) fn of_a_visitor(life: &mut Life) -> Self {
        [Self::ProductQuestion, Self::ProductQuestion, Self::Restock, Self::DiscountCode, Self::Sizing]
            [life.pick(5)]
    }

    /// The label that the shop's own rules put on such a ticket, if they know it.
    const fn label(self) -> Option<&'static str> {
        match self {
            Self::WhereIsIt => Some("shipping"),
            Self::Return | Self::WrongItem | Self::Damaged => Some("returns"),
            Self::RefundStatus | Self::Payment | Self::Invoice => Some("billing"),
            _ => None,
        }
    }
}

impl World {
    /// Lets a person write in: a new ticket with one message.
    pub(crate) fn ask(
        &mut self,
        person: PersonId,
        concern: Concern,
        about: Option<Thing>,
        at: Moment,
    ) -> Option<TicketId> {
        if self.has_moved_on(concern, about) {
            return None;
        }
        let contact = self.contact_for(person, at);
        let fill = self.fill_for(person, about);
        let (subject, text) = self.life.write_for(concern, &fill);
        let channel = ["email", "email", "email", "contact_form", "chat"][self.life.pick(5)];
        let angry = self.people.get(person.index()).is_some_and(|person| person.anger >= 50);
        let ticket = Ticket {
            contact,
            subject: subject.into_boxed_str(),
            open: true,
            channel,
            intent: concern.name(),
            about,
            tags: concern.label().map(Box::from).into_iter().collect(),
            priority: if angry { "high" } else { "normal" },
            assignee: None,
            spam: false,
            trashed_at: None,
            snoozed_until: None,
            closed_at: None,
            last_message_at: None,
            last_received_at: None,
            messages: 0,
            external_id: None,
            created_at: at,
            updated_at: at,
        };
        let id = self.add_ticket(ticket, at);
        self.put_customer_message(id, contact, text, at);
        if let Some(trace) = self.life.traces.get_mut(person.index()) {
            trace.ticket = Some(id);
        }
        // Whoever asks when it is back also leaves an address for it, if there is a profile.
        if concern == Concern::Restock
            && let Some(profile) = self.trace(person).profile
            && let Some(variant) =
                self.life.favourites.get(person.index() % self.life.favourites.len().max(1)).copied()
        {
            self.ask_for_stock(profile, variant, at);
        }
        let mean = match concern {
            Concern::WhereIsIt => 60 * HOUR,
            Concern::Sizing => 30 * HOUR,
            _ => 14 * HOUR,
        };
        let wait = HOUR + self.life.wait(mean);
        self.after(at, wait, Act::Answer(id));
        Some(id)
    }

    /// Tells whether a concern has settled itself before it was written.
    fn has_moved_on(&self, concern: Concern, about: Option<Thing>) -> bool {
        match (concern, about) {
            (Concern::Sizing | Concern::ProductQuestion, Some(Thing::Cart(cart))) => {
                self.carts.get(cart).is_none_or(|cart| cart.completed_at.is_some())
            }
            (Concern::CancelOrder | Concern::ChangeAddress, Some(Thing::Order(order))) => self
                .orders
                .get(order)
                .is_none_or(|order| !order.parcels.is_empty() || order.cancelled_at.is_some()),
            (_, Some(Thing::Order(order))) => self.orders.get(order).is_none(),
            _ => false,
        }
    }

    fn put_customer_message(&mut self, ticket: TicketId, contact: ContactId, text: String, at: Moment) {
        let from_address = self.contacts.get(contact).and_then(|contact| contact.email.clone());
        let channel: Box<str> = self.tickets.get(ticket).map_or("email", |ticket| ticket.channel).into();
        let via = channel.clone();
        self.put_message(Message {
            ticket,
            from: Author::Contact(contact),
            public: true,
            channel,
            via,
            subject: None,
            text: text.into_boxed_str(),
            html: None,
            external_id: None,
            from_address,
            to_address: Some(self.shop.email.as_str().into()),
            sent_at: Some(at),
            failed_at: None,
            sending_error: None,
            created_at: at,
            updated_at: at,
        });
    }

    /// Returns the help desk's customer of a person, and makes one at the first message: under
    /// the address the person happens to write from, which often is spelled in another way.
    pub(crate) fn contact_for(&mut self, person: PersonId, at: Moment) -> ContactId {
        let trace = self.trace(person);
        if let Some(contact) = trace.contact.filter(|contact| self.contacts.get(*contact).is_some()) {
            return contact;
        }
        let draw = self.life.between(0, 9);
        let row = &self.people[person.index()];
        let (email, name) = match draw {
            0 if row.second_email.is_some() => {
                (row.second_email.clone(), format!("{} {}", row.first, row.last))
            }
            1 | 2 => (Some(row.email.clone()), row.first.to_string()),
            3..=5 => {
                let spelled = super::super::spelling::respelled(&row.email, person.place());
                (Some(spelled.into_boxed_str()), format!("{} {}", row.first, row.last))
            }
            _ => (Some(row.email.clone()), format!("{} {}", row.first, row.last)),
        };
        let phone = row
            .phone
            .as_deref()
            .filter(|_| person.place().is_multiple_of(3))
            .map(|phone| super::super::spelling::rewritten_phone(phone, person.place()).into_boxed_str());
        let accounts: Vec<AccountId> = trace.account.filter(|_| draw != 0).into_iter().collect();
        self.add_contact(Contact {
            person: Some(person),
            name: name.into_boxed_str(),
            email,
            phone,
            accounts,
            external_id: None,
            created_at: at,
            updated_at: at,
        })
    }

    /// Collects what a text may mention.
    fn fill_for(&self, person: PersonId, about: Option<Thing>) -> Fill {
        let order = match about {
            Some(Thing::Order(order)) => Some(order),
            _ => self.trace(person).order,
        };
        let variant = match about {
            Some(Thing::Cart(cart)) => {
                self.carts.get(cart).and_then(|cart| cart.lines.first()).map(|line| line.variant)
            }
            _ => order
                .and_then(|order| self.orders.get(order))
                .and_then(|order| order.lines.first())
                .map(|line| line.variant),
        };
        let row = &self.people[person.index()];
        let product = variant
            .and_then(|variant| self.variants.get(variant))
            .and_then(|variant| self.products.get(variant.product))
            .map_or_else(|| "linen shirt".to_owned(), |product| product.title.to_string());
        Fill {
            first: row.first.to_string(),
            name: format!("{} {}", row.first, row.last),
            order: order.map_or_else(|| "my order".to_owned(), |order| self.order_name(order)),
            size: variant
                .and_then(|variant| self.variants.get(variant))
                .and_then(|variant| variant.values.first())
                .map_or_else(|| "M".to_owned(), ToString::to_string),
            product,
            shop: self.shop.name.clone(),
        }
    }

    /// An agent of the shop answers a ticket that nobody else has answered.
    pub(super) fn answer(&mut self, ticket: TicketId, at: Moment) {
        let Some(row) = self.tickets.get(ticket).filter(|ticket| ticket.open && !ticket.spam) else { return };
        let (contact, about, intent) = (row.contact, row.about, row.intent);
        let Some(person) = self.contacts.get(contact).and_then(|contact| contact.person) else { return };
        let Some(concern) = Concern::ALL.into_iter().find(|concern| concern.name() == intent) else { return };
        let agent = u8::try_from(ticket.index() % self.agents.len().max(1)).unwrap_or(0);
        let fill = self.fill_for(person, about);
        let text = self.life.answer_for(concern, &fill);
        let to_address = self.contacts.get(contact).and_then(|contact| contact.email.clone());
        self.tickets.edit(ticket, at, |ticket| ticket.assignee = Some(agent));
        self.write_message(
            NewMessage {
                ticket,
                agent,
                public: true,
                channel: "email".into(),
                via: "helpdesk".into(),
                subject: None,
                text: text.into_boxed_str(),
                html: None,
                external_id: None,
                from_address: Some(self.shop.email.as_str().into()),
                to_address,
                already_sent_at: None,
            },
            at,
        );
        if let Some(Thing::Order(order)) = about {
            match concern {
                Concern::CancelOrder => {
                    self.cancel_order(order, "CUSTOMER", true, true, at);
                }
                Concern::Damaged | Concern::WrongItem | Concern::Return if self.life.happens(0.7) => {
                    self.refund_first_line(order, at);
                }
                _ => {}
            }
        }
        let wait = self.life.between(HOUR, 2 * DAY);
        self.after(at, wait, Act::Close(ticket));
    }

    /// Takes the first line of an order back, if nothing went back before.
    fn refund_first_line(&mut self, order: super::super::OrderId, at: Moment) {
        let Some(row) = self.orders.get(order).filter(|order| order.refunds.is_empty()) else { return };
        let Some(line) = row.lines.first() else { return };
        let amount = row.worth(0, line.quantity).min(row.refundable());
        let lines = vec![(0, line.quantity, amount)];
        let restock = self.locations.first().map(|here| here.id);
        self.refund(order, NewRefund { amount, lines, shipping: 0, note: None, restock }, at);
    }

    /// Plans what a customer does on reading an answer: thank, insist, or nothing.
    pub(crate) fn answer_to_reply(&mut self, ticket: TicketId, person: PersonId, at: Moment) {
        if self.life.happens(0.6) {
            let wait = self.life.between(20 * 60, 10 * HOUR);
            self.after(at, wait, Act::Respond(ticket, person));
        }
    }

    /// Plans what a customer does on seeing money come back.
    pub(crate) fn react(&mut self, person: PersonId, at: Moment) {
        let ticket =
            self.trace(person).ticket.filter(|ticket| self.tickets.get(*ticket).is_some_and(|row| row.open));
        if let Some(ticket) = ticket
            && self.life.happens(0.7)
        {
            let wait = self.life.between(30 * 60, 8 * HOUR);
            self.after(at, wait, Act::Thank(ticket, person));
        }
    }

    /// Money has come back: a customer who has not heard from the shop otherwise still says thanks.
    pub(super) fn thank(&mut self, ticket: TicketId, person: PersonId, at: Moment) {
        let silent = self.tickets.get(ticket).is_some_and(|row| row.messages == 1 && row.open);
        self.respond_unless(ticket, person, !silent, at);
    }

    pub(super) fn respond(&mut self, ticket: TicketId, person: PersonId, at: Moment) {
        self.respond_unless(ticket, person, true, at);
    }

    /// Lets a customer write back; not twice without an answer in between, if `waits`.
    fn respond_unless(&mut self, ticket: TicketId, person: PersonId, waits: bool, at: Moment) {
        let Some(row) = self.tickets.get(ticket) else { return };
        if waits && row.last_received_at >= row.last_message_at {
            return;
        }
        let (contact, about) = (row.contact, row.about);
        let angry = self.people.get(person.index()).is_some_and(|person| person.anger >= 40);
        let fill = self.fill_for(person, about);
        let text = self.life.respond_with(angry, &fill);
        let was_closed = !row.open;
        if was_closed && !angry {
            return;
        }
        self.put_customer_message(ticket, contact, text, at);
        let wait = self.life.between(HOUR, DAY);
        self.after(at, wait, if angry { Act::Answer(ticket) } else { Act::Close(ticket) });
    }
}
