//! Customers: search, one person, the timeline, a raw record.

use fermata_model::record::Entity;
use fermata_model::{CustomerId, EventKind, EventSource, Platform, Timestamp};
use fermata_store::identities::{Claim, ClaimKind};
use fermata_store::kept::{self, BuysFor};
use fermata_store::{Sql, carts, connections, customers, orders, people, records, search, tickets, timeline};

use crate::console::Console;
use crate::door::Caller;
use crate::wire::{
    Customer, CustomerFind, CustomerRef, CustomerRow, Customers, CustomersSearch, Identity, Level, NowFact,
    RawRecord, RecordShow, Timeline, TimelineEvent, TimelineFilter, TimelineRead,
};
use crate::{Code, Problem};

/// How many rows a list holds unless told otherwise.
const PAGE: u32 = 100;
/// How many of a customer's objects are looked at for the line about the present.
const LOOKED_AT: u32 = 50;

impl Console {
    pub(crate) async fn customers_search(
        &self,
        _: &Caller,
        request: CustomersSearch,
    ) -> Result<Customers, Problem> {
        let limit = if request.limit == 0 { PAGE } else { request.limit.min(1000) };
        self.read(move |conn| {
            let text = request.text.trim();
            let (ids, total, total_exact) = if text.is_empty() {
                let listed = customers::list(conn, u64::from(request.offset), limit)?;
                (listed.into_iter().map(|c| c.id).collect::<Vec<_>>(), customers::count(conn)?, true)
            } else {
                let wanted = request.offset.saturating_add(limit);
                let hits = search::customers(conn, text, wanted.saturating_add(1))?;
                let total = hits.len() as u64;
                let exact = hits.len() <= wanted as usize;
                let ids = hits.into_iter().skip(request.offset as usize).take(limit as usize);
                (ids.map(|hit| hit.customer).collect(), total, exact)
            };
            let rows = ids.into_iter().map(|id| row(conn, id)).collect::<Result<_, _>>()?;
            Ok(Customers { rows, total: u32::try_from(total).unwrap_or(u32::MAX), total_exact })
        })
        .await
    }

    pub(crate) async fn customers_find(
        &self,
        caller: &Caller,
        request: CustomerFind,
    ) -> Result<Customer, Problem> {
        let who = request.who.trim().to_owned();
        let asked = who.clone();
        let found = self.read(move |conn| find(conn, &who)).await?;
        let Some(id) = found else {
            return Err(Problem::new(Code::NotFound, format!("Nobody here is known as \"{asked}\"."))
                .with_hint(
                    "Give an id, an e-mail address, a phone number or an order number, or search for a part.",
                ));
        };
        self.customers_show(caller, CustomerRef { id }).await
    }

    pub(crate) async fn customers_show(&self, _: &Caller, request: CustomerRef) -> Result<Customer, Problem> {
        let now = self.clock.now();
        let proposals = self
            .engine(move |engine| {
                let filter = fermata_engine::Filter { customer: Some(request.id), ..Default::default() };
                Ok(engine
                    .list(&filter, 0, 50)?
                    .into_iter()
                    .filter(|p| p.state.is_unfinished())
                    .map(|p| p.id)
                    .collect())
            })
            .await?;
        self.read(move |conn| {
            let id = customers::current(conn, request.id)?;
            let facts = customers::facts(conn, id)?;
            Ok(Customer {
                row: row(conn, id)?,
                identities: identities(conn, id)?,
                now: now_facts(conn, id, now)?,
                proposals,
                marketing_held: facts
                    .marketing_held
                    .then(|| "The address is on the marketing platform's suppression list.".to_owned()),
            })
        })
        .await
    }

    pub(crate) async fn timeline(&self, _: &Caller, request: TimelineRead) -> Result<Timeline, Problem> {
        let limit = if request.limit == 0 { PAGE } else { request.limit.min(1000) };
        let before = request.after.as_deref().map(place).transpose()?;
        let kinds: Vec<EventKind> = request.only.iter().flat_map(|filter| kinds(*filter)).copied().collect();
        self.read(move |conn| {
            let id = customers::current(conn, request.id)?;
            let events = timeline::page(conn, id, before, &kinds, limit)?;
            let next = (events.len() == limit as usize)
                .then(|| events.last().map(|e| format!("{}.{}", e.at.as_microsecond(), e.seq)))
                .flatten();
            Ok(Timeline { events: events.into_iter().map(event).collect(), next })
        })
        .await
    }

    pub(crate) async fn record_show(&self, _: &Caller, request: RecordShow) -> Result<RawRecord, Problem> {
        self.read(move |conn| {
            let about = records::about(conn, request.id)?;
            Ok(RawRecord {
                id: request.id,
                platform: connections::get(conn, about.connection)?.platform,
                stream: about.stream,
                external_id: about.external_id,
                changed_at: about.changed_at,
                raw: about.raw,
            })
        })
        .await
    }
}

fn find(conn: &Sql, who: &str) -> Result<Option<CustomerId>, fermata_store::Error> {
    if let Ok(id) = who.parse::<CustomerId>() {
        match customers::get(conn, id) {
            Ok(known) => return Ok(Some(known.id)),
            // No id of ours: it may still be the number of an order or a phone.
            Err(fermata_store::Error::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if who.contains('@') {
        return customers::by_email(conn, who);
    }
    // Shops write `#` before the number, people often do not.
    for name in [who, &format!("#{who}")] {
        if let Some(&record) = orders::by_name(conn, name)?.first() {
            return Ok(orders::get(conn, record)?.customer);
        }
    }
    Ok(search::customers(conn, who, 2)?.into_iter().next().map(|hit| hit.customer))
}

fn row(conn: &Sql, id: CustomerId) -> Result<CustomerRow, fermata_store::Error> {
    let known = customers::get(conn, id)?;
    let facts = customers::facts(conn, id)?;
    Ok(CustomerRow {
        id,
        name: known
            .name
            .or_else(|| known.email.clone())
            .or(known.phone)
            .unwrap_or_else(|| "No name".to_owned()),
        email: known.email,
        orders: facts.orders,
        spent: facts.spent,
        last_event: facts.last_event_at,
        open_tickets: facts.open_tickets,
    })
}

fn identities(conn: &Sql, id: CustomerId) -> Result<Vec<Identity>, fermata_store::Error> {
    let views = customers::identities(conn, id)?;
    let known = people::of(conn, id)?;
    let labels: Vec<_> = views.iter().map(|v| (v.id, v.platform, v.label.clone())).collect();
    let shown = views.into_iter().map(|view| {
        let person = known
            .iter()
            .find(|held| view.record.as_ref() == Some(&held.reference))
            .map(|held| &held.value.who);
        let reasons = view.reasons.iter().map(|reason| {
            let other = labels.iter().find(|(id, ..)| *id == reason.with);
            why_linked(&reason.claim, other.map(|(_, platform, label)| (*platform, label.as_str())))
        });
        Identity {
            id: view.id,
            platform: view.platform,
            name: person
                .and_then(|who| who.name.clone())
                .or(Some(view.label).filter(|label| !label.is_empty())),
            contacts: person
                .map(|who| who.emails.iter().chain(&who.phones).cloned().collect())
                .unwrap_or_default(),
            reasons: reasons.collect(),
            external_id: view.record.map(|record| record.external_id),
        }
    });
    Ok(shown.collect())
}

/// Says why two of a customer's records are one person's; `other` is the one that shares the claim,
/// with its platform and what it is called there.
fn why_linked(claim: &Claim, other: Option<(Platform, &str)>) -> String {
    let named = other.map_or_else(
        || "another identity".to_owned(),
        |(platform, label)| format!("{} {label}", platform.title()).trim_end().to_owned(),
    );
    let Claim { kind, value } = claim;
    if *kind != ClaimKind::Record {
        return format!("{} {value} is shared with {named}", kind.name());
    }
    // The platform's own id says nothing to a person.
    let at = value.split_once(':').and_then(|(platform, _)| platform.parse::<Platform>().ok());
    match (at, other) {
        (Some(at), Some((platform, _))) if at == platform => {
            format!("the same customer record at {}", at.title())
        }
        (Some(at), _) => format!("the same customer record at {}, which {named} names too", at.title()),
        (None, _) => format!("the same customer record, which {named} names too"),
    }
}

fn now_facts(conn: &Sql, id: CustomerId, now: Timestamp) -> Result<Vec<NowFact>, fermata_store::Error> {
    let mut facts = Vec::new();
    for held in tickets::of(conn, id, LOOKED_AT)?.into_iter().filter(|t| t.value.status == "open") {
        let ticket = held.value;
        facts.push(NowFact {
            text: format!("Open ticket: {}", ticket.subject.as_deref().unwrap_or("no subject")),
            level: Level::Warning,
            source: format!("ticket {}", held.reference.external_id),
            at: ticket.last_message_at.unwrap_or(ticket.created_at),
        });
    }
    for held in orders::of(conn, id, LOOKED_AT)?.into_iter().filter(|o| o.value.cancelled_at.is_none()) {
        let order = held.value;
        for parcel in &order.parcels {
            let Some(due) = parcel.due_at.filter(|&due| due < now && parcel.delivered_at.is_none()) else {
                continue;
            };
            let days = now.duration_since(due).as_hours() / 24;
            facts.push(NowFact {
                text: match days {
                    0 => format!("Parcel of {} is late since today", order.name),
                    1 => format!("Parcel of {} is late by 1 day", order.name),
                    n => format!("Parcel of {} is late by {n} days", order.name),
                },
                level: Level::Urgent,
                source: format!("order {}", order.name),
                at: due,
            });
        }
    }
    for view in customers::identities(conn, id)? {
        let Some(record) = view.record else { continue };
        for one in kept::companies_of(conn, record.connection, &record.external_id)? {
            let changed = records::about(conn, one.company.record)?.changed_at;
            facts.push(NowFact {
                text: buys_for(&one),
                level: Level::Note,
                source: format!("{} company {}", view.platform.title(), one.company.reference.external_id),
                at: changed.unwrap_or(now),
            });
        }
    }
    for held in carts::of(conn, id, 5)?.into_iter().filter(|c| c.value.completed_at.is_none()) {
        let cart = held.value;
        if now.duration_since(cart.created_at).as_hours() > 24 * 14 {
            continue;
        }
        facts.push(NowFact {
            text: format!("Cart of {} left behind", cart.total.shown()),
            level: Level::Note,
            source: "checkout".to_owned(),
            at: cart.created_at,
        });
    }
    Ok(facts)
}

/// Says whom somebody buys for, in what state that is, and by which prices.
fn buys_for(BuysFor { company, price_list }: &BuysFor) -> String {
    let Entity::Company(one) = &company.value else { return String::new() };
    let status = one.status.as_ref().map(|status| format!(" ({status})")).unwrap_or_default();
    let prices = price_list.as_ref().map(|list| format!(", by the price list {list}")).unwrap_or_default();
    format!("Buys for {}{status}{prices}", one.name)
}

fn event(event: timeline::Event) -> TimelineEvent {
    TimelineEvent {
        id: fermata_model::EventId(event.seq),
        kind: event.kind,
        at: event.at,
        learned_at: event.learned_at,
        source: match event.source {
            EventSource::Platform(platform) => platform.title().to_owned(),
            EventSource::Ours => "Fermata".to_owned(),
        },
        title: event.title,
        detail: event.state,
        amount: event.amount,
        record: event.record,
        proposal: event.proposal,
    }
}

/// Reads the place where a stretch of the timeline ended.
fn place(text: &str) -> Result<(Timestamp, i64), Problem> {
    let parts = text
        .split_once('.')
        .and_then(|(at, seq)| Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, seq.parse().ok()?)));
    parts.ok_or_else(|| Problem::new(Code::BadRequest, "That is no place on a timeline."))
}

const fn kinds(filter: TimelineFilter) -> &'static [EventKind] {
    use EventKind::{
        CartAbandoned, CartRecovered, MailBounced, MailClicked, MailOpened, MailOther, MailSent,
        MailUnsubscribed, MessageReceived, MessageSent, NoteWritten, OrderCancelled, OrderPlaced,
        OrderRefunded, OursDecided, OursDone, OursHeldBack, OursProposed, ParcelDelivered, ParcelLate,
        ParcelShipped, TicketClosed, TicketOpened,
    };
    match filter {
        TimelineFilter::Orders => &[OrderPlaced, OrderCancelled, OrderRefunded, CartAbandoned, CartRecovered],
        TimelineFilter::Messages => &[TicketOpened, TicketClosed, MessageReceived, MessageSent, NoteWritten],
        TimelineFilter::Parcels => &[ParcelShipped, ParcelLate, ParcelDelivered],
        TimelineFilter::Sends => {
            &[MailSent, MailOpened, MailClicked, MailBounced, MailUnsubscribed, MailOther]
        }
        TimelineFilter::Ours => &[OursProposed, OursDecided, OursDone, OursHeldBack],
    }
}

#[cfg(test)]
mod tests {
    use fermata_model::record::Company;
    use fermata_model::{ConnectionId, RecordId, RecordRef, Stream};
    use fermata_store::Held;

    use super::*;

    #[test]
    fn it_is_said_whom_somebody_buys_for_as_far_as_it_is_known() {
        for (status, price_list, expected) in [
            (None, None, "Buys for Lee & Co"),
            (Some("Approved"), None, "Buys for Lee & Co (Approved)"),
            (Some("Pending"), Some("Trade"), "Buys for Lee & Co (Pending), by the price list Trade"),
        ] {
            let company = Company {
                name: "Lee & Co".into(),
                status: status.map(str::to_owned),
                members: vec!["3".into()],
                price_list: Some("6".into()),
            };
            let reference = RecordRef {
                connection: ConnectionId(1),
                stream: Stream::Companies,
                external_id: "70".into(),
                label: "Lee & Co".into(),
            };
            let value = Entity::Company(company);
            let company = Held { record: RecordId(1), reference, customer: None, value };
            assert_eq!(buys_for(&BuysFor { company, price_list: price_list.map(str::to_owned) }), expected);
        }
    }

    #[test]
    fn no_reason_for_a_link_shows_an_id_of_a_platform() {
        let gorgias = Some((Platform::Gorgias, "Ana Ruiz"));
        for (kind, value, other, expect) in [
            (
                ClaimKind::Email,
                "ana@example.com",
                gorgias,
                "email ana@example.com is shared with Gorgias Ana Ruiz",
            ),
            (
                ClaimKind::Record,
                "shopify:7301",
                Some((Platform::Shopify, "Ana")),
                "the same customer record at Shopify",
            ),
            (
                ClaimKind::Record,
                "shopify:7301",
                gorgias,
                "the same customer record at Shopify, which Gorgias Ana Ruiz names too",
            ),
            (
                ClaimKind::Record,
                "shopify:7301",
                None,
                "the same customer record at Shopify, which another identity names too",
            ),
        ] {
            let claim = Claim { kind, value: value.to_owned() };
            assert_eq!(why_linked(&claim, other), expect);
        }
    }
}
