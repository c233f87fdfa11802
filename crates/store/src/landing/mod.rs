//! Landing: what a page says becomes rows, people and events, in the caller's one transaction.
//!
//! A record lands once, whatever arrives twice, late or out of order: a version older than the
//! one held changes nothing, an equal one neither, and what was deleted stays deleted unless the
//! platform shows a newer version. The order of pages leaves no trace in the rows.

mod ahead;
mod batch;
mod derive;
mod heirs;
mod home;
mod mail;
mod mask;
mod messages;
mod prepare;
mod rows;
pub(crate) mod since;
mod subject;
mod vanish;
pub(crate) mod waiting;

use std::sync::Arc;

use fermata_model::record::{Entity, Record, Unreadable};
use fermata_model::{Change, ConnectionId, EventSource, Platform, Stream, Timestamp};

pub use batch::Batch;
pub(crate) use home::rederive;
pub(crate) use mask::json as mask_text;
pub(crate) use prepare::Ready;
pub use prepare::{Prepared, prepare};
pub(crate) use rows::mask as mask_record;
pub use subject::{Evidence, Resolver, Subject};

use ahead::Ahead;
use home::Place;
use prepare::Step;

use crate::identities;
use crate::records::Known;
use crate::{Error, Topic, Tx, arrivals, aside, raw, records, tickets, time, timeline};

/// From where and when a page comes, and who decides whom it is about.
#[derive(Clone, Copy)]
pub struct Landing<'a> {
    /// The connection.
    pub connection: ConnectionId,
    /// Its platform.
    pub platform: Platform,
    /// Decides whom a record is about.
    pub resolver: &'a dyn Resolver,
    /// The present.
    pub now: Timestamp,
    /// Events before this are history: they are on the timeline and never enter the feed.
    pub feed_since: Timestamp,
}

/// What became of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Landed {
    /// Records that came for the first time.
    pub new: u64,
    /// Records that came in a newer version.
    pub updated: u64,
    /// Records that were held already, in this version or a newer one.
    pub same: u64,
    /// Records that are no more.
    pub gone: u64,
    /// Records that could not be read.
    pub set_aside: u64,
}

impl Landed {
    /// Returns how many records the page spoke of.
    pub const fn total(&self) -> u64 {
        self.new + self.updated + self.same + self.gone + self.set_aside
    }

    /// Adds what became of another page.
    pub const fn add(&mut self, other: Self) {
        self.new += other.new;
        self.updated += other.updated;
        self.same += other.same;
        self.gone += other.gone;
        self.set_aside += other.set_aside;
    }
}

/// How many records landed at once are written table by table, and leave their events to be filed later, by
/// [`arrivals::file`]: as many as fill a [`Batch`] by their text, also where each is as long as 8 KiB.
const MANY: usize = 500;

/// Lands changes that nobody has prepared, see [`land_prepared`].
pub fn land(tx: &Tx<'_>, landing: &Landing<'_>, changes: Vec<Change>) -> Result<Landed, Error> {
    land_prepared(tx, landing, &prepare::alone(landing, changes))
}

/// Lands a page, or many at once, which costs less for each.
///
/// The caller writes the position of the stream in the same transaction, and forgets the changes elsewhere:
/// that takes its time too.
pub fn land_prepared(tx: &Tx<'_>, landing: &Landing<'_>, changes: &[Prepared]) -> Result<Landed, Error> {
    let mut landed = Landed::default();
    let many = changes.len() >= MANY;
    if many {
        arrivals::begin(tx, time::to_sql(landing.now), EventSource::Platform(landing.platform))?;
        waiting::begin(tx, landing.connection, changes.len())?;
    }
    let ahead = if many { ahead::look(tx, landing, changes)? } else { Vec::new() };
    let aside_before = aside::count(tx, landing.connection)? > 0;
    for (place, change) in changes.iter().enumerate() {
        let some_aside = aside_before || landed.set_aside > 0;
        match &change.0 {
            Step::Seen(ready) => {
                let ahead = ahead.get(place).copied().unwrap_or_default();
                seen(tx, landing, ready, ahead, some_aside, &mut landed)?;
            }
            Step::Gone(gone) => {
                if vanish::vanish(tx, landing, gone)? {
                    landed.gone += 1;
                } else {
                    landed.same += 1;
                }
            }
            Step::Unreadable(record) => {
                aside::put(tx, landing.connection, record, landing.now)?;
                landed.set_aside += 1;
            }
        }
    }
    if many {
        waiting::end(tx)?;
        arrivals::end(tx)?;
    }
    Ok(landed)
}

fn seen(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    ready: &Arc<Ready>,
    ahead: Ahead,
    some_aside: bool,
    landed: &mut Landed,
) -> Result<(), Error> {
    let record = &ready.record;
    let known = ahead.known(tx, landing.connection, record)?;
    if is_outdated(tx, landing, record, known)? {
        landed.same += 1;
        return Ok(());
    }
    if let Some(reason) = contradiction(&record.entity) {
        let Record { stream, external_id, raw, .. } = record.clone();
        let record = Unreadable { stream, external_id: Some(external_id), reason, raw };
        aside::put(tx, landing.connection, &prepare::without_cards(record), landing.now)?;
        landed.set_aside += 1;
        return Ok(());
    }
    let held = known.and_then(|known| known.changed_at);
    if held.is_some() {
        waiting::write(tx)?;
    }
    if let Some(known) = known
        && known.gone_at.is_none()
        && held.is_some()
        && raw::is(tx, known.id, &record.raw)?
    {
        if held < Some(time::to_sql(record.changed_at)) {
            // Nothing is new, but whatever came between the two versions is old now.
            records::set_seen(tx, known.id, record.changed_at)?;
        }
        landed.same += 1;
        return Ok(());
    }
    let before = known.and_then(|known| known.identity);
    let taken = match (held, known, before) {
        (Some(_), Some(known), Some(identity)) => {
            timeline::take(tx, identities::customer(tx, identity)?, known.id)?
        }
        _ => Vec::new(),
    };
    let found = subject::find(tx, landing, before, ready, ahead)?;
    let id = match known {
        Some(known) => {
            records::set_seen(tx, known.id, record.changed_at)?;
            if before.is_none() && found.identity.is_some() {
                records::set_identity(tx, known.id, found.identity)?;
            }
            known.id
        }
        None => waiting::place(tx, landing, ready, found.identity)?,
    };
    if held.is_some() {
        raw::remove(tx, id)?;
        rows::remove(tx, record.stream, id)?;
        landed.updated += 1;
    } else {
        landed.new += 1;
    }
    waiting::add(tx, landing, id, ready)?;
    if some_aside {
        aside::remove_record(tx, landing.connection, record.stream, &record.external_id)?;
    }
    tx.changed(topic(record.stream), None);
    if is_about_nobody(&record.entity) {
        return Ok(());
    }

    let about = subject::settle(tx, landing, id, before, &record.entity, found)?;
    if let Some((identity, customer)) = about {
        let moved = before.is_some_and(|before| before != identity);
        let place = Place { record: id, identity, customer };
        home::write_events(tx, landing, &place, &ready.events, &taken, moved)?;
    }
    if before != about.map(|(identity, _)| identity) {
        match &record.entity {
            Entity::Ticket(_) => {
                let messages = tickets::message_records(tx, id)?;
                messages::rehome(tx, landing, messages, before, about)?;
            }
            Entity::Payment(_) => home::rehome_parts(tx, landing, id, before, about)?,
            _ => {}
        }
    }
    Ok(())
}

/// Tells whether a newer version is held, or the record is no more.
fn is_outdated(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    record: &Record,
    known: Option<Known>,
) -> Result<bool, Error> {
    if let Entity::Message(message) = &record.entity
        && records::living(tx, landing.connection, Stream::Tickets, &message.ticket)?.gone_at.is_some()
    {
        return Ok(true);
    }
    let Some(known) = known else { return Ok(false) };
    let changed_at = time::to_sql(record.changed_at);
    Ok(known.changed_at.is_some_and(|held| changed_at < held)
        || known.gone_at.is_some_and(|gone| changed_at <= gone))
}

/// Tells whether no record of this kind is ever about a person.
const fn is_about_nobody(entity: &Entity) -> bool {
    entity.who().is_none() && !matches!(entity, Entity::Return(_) | Entity::Dispute(_))
}

/// Returns why a record cannot be held as it is.
fn contradiction(entity: &Entity) -> Option<String> {
    let Entity::Order(order) = entity else { return None };
    if order.total.currency != order.currency || order.refunded.currency != order.currency {
        return Some(format!("{} names amounts in another currency than its own", order.name));
    }
    None
}

/// Returns the stream in which a platform keeps its people.
pub(crate) const fn people_stream(platform: Platform) -> Stream {
    match platform {
        Platform::Klaviyo => Stream::Profiles,
        Platform::Shopify
        | Platform::Bigcommerce
        | Platform::Woocommerce
        | Platform::Gorgias
        | Platform::Shipbob
        | Platform::Stripe => Stream::Customers,
    }
}

const fn topic(stream: Stream) -> Topic {
    match stream {
        Stream::Customers
        | Stream::Profiles
        | Stream::Sends
        | Stream::Removals
        | Stream::Companies
        | Stream::Lists
        | Stream::Segments
        | Stream::Flows
        | Stream::Campaigns => Topic::Customers,
        Stream::Orders
        | Stream::Carts
        | Stream::Refunds
        | Stream::WarehouseOrders
        | Stream::Shipments
        | Stream::Receiving
        | Stream::Payments
        | Stream::Disputes => Topic::Orders,
        Stream::Products | Stream::Stock | Stream::Discounts | Stream::PriceLists | Stream::Prices => {
            Topic::Products
        }
        Stream::Tickets | Stream::Messages | Stream::Tags | Stream::Agents | Stream::Ratings => {
            Topic::Tickets
        }
    }
}
