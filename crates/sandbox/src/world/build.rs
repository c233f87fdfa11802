//! Making a world: the shop, then what is in it, then the year that it lives through.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fermata_model::{Currency, Platform};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::goods::Catalogue;
use super::life::{Act, Life};
use super::texts::Texts;
use super::{
    Agent, DAY, HOUR, Id, Location, LocationId, Metric, MetricId, Moment, PersonId, ProductId, Shop, Table,
    World,
};
use crate::options::{Options, WorldKind};
use crate::{Error, twins, world::real};

/// How far back history goes.
pub(super) const HISTORY: i64 = 365 * DAY;

impl World {
    /// Makes the world that the options ask for and lets it live until `anchor`.
    ///
    /// Errors: [`Error::DataMissing`] and [`Error::Unreadable`] for worlds of real data,
    /// [`Error::Customers`] for a size out of range, [`Error::NoTwin`].
    pub fn build(options: &Options, anchor: Moment) -> Result<Self, Error> {
        if !(1..=1_000_000).contains(&options.customers) {
            return Err(Error::Customers(options.customers));
        }
        let storefronts = storefronts(&options.platforms)?;
        let mut world = match options.world {
            WorldKind::Generated => Self::generated(options, anchor),
            WorldKind::TauRetail => real::tau_retail(options, anchor),
            WorldKind::UciRetail => real::uci_retail(options, anchor),
        }?;
        world.open_at(storefronts);
        world.index();
        Ok(world)
    }

    /// Opens the shop at these storefronts; it is the first that tells Klaviyo of orders.
    fn open_at(&mut self, storefronts: Vec<Platform>) {
        for metric in self.metrics.iter_mut().filter(|metric| metric.integration != "Klaviyo") {
            metric.integration = storefronts[0].title();
        }
        self.storefronts = storefronts;
    }

    /// Makes the indexes that only platforms ask for.
    fn index(&mut self) {
        self.accounts.index();
        self.contacts.index();
        self.profiles.index();
        self.products.index();
        self.variants.index();
        self.orders.index();
        self.carts.index();
        self.tickets.index();
        self.messages.index();
        self.changes.index();
        self.events.index();
        self.events_of = self.events.iter().map(|(id, event)| (event.profile, event.at, id)).collect();
    }

    fn generated(options: &Options, anchor: Moment) -> Result<Self, Error> {
        let start = anchor.plus(-HISTORY);
        let catalogue = Catalogue::ours()?;
        let shop = Shop {
            name: catalogue.shop.clone(),
            domain: catalogue.domain.clone(),
            email: catalogue.email.clone(),
            currency: Currency::EUR,
            country: "DE".to_owned(),
        };
        let mut world = Self::empty(options.seed, start, shop, Texts::ours()?);
        world.stock_up(&catalogue, options.customers, start)?;
        let mut dice = ChaCha8Rng::seed_from_u64(options.seed ^ 0x7065_6F70_6C65);
        world.populate(options.customers, start, &mut dice);
        for place in 0..options.customers {
            let person = PersonId::new(place);
            let since = world.people[person.index()].since;
            world.plan(since, Act::Visit(person));
        }
        world.begin_routine(start);
        let retired = ProductId::new(world.products.next_id().place() - 1);
        world.plan(start.plus(120 * DAY), Act::Retire(ProductId::new(retired.place() - 1)));
        world.plan(start.plus(310 * DAY), Act::Retire(retired));
        world.stage(anchor);
        world.step(anchor);
        Ok(world)
    }

    /// Makes a world in which nobody lives and nothing is sold.
    pub(super) fn empty(seed: u64, start: Moment, shop: Shop, texts: Texts) -> Self {
        let metrics = MetricId::BUILT_IN
            .iter()
            .enumerate()
            .map(|(place, name)| Metric {
                name: (*name).into(),
                integration: if matches!(place, 6 | 7) { "Shopify" } else { "Klaviyo" },
                created_at: start,
                updated_at: start,
            })
            .collect();
        let agents = [("Hanne", "Vogt"), ("Luca", "Moretti"), ("Amelie", "Roux")]
            .iter()
            .enumerate()
            .map(|(place, (first, last))| Agent {
                number: 9_401_001 + 11 * place as u64,
                first,
                last,
                email: match place {
                    0 => crate::options::OWNER.to_owned(),
                    _ => format!(
                        "{}@{}",
                        first.to_lowercase(),
                        shop.email.split('@').nth(1).unwrap_or("example.com")
                    ),
                },
            })
            .collect();
        Self {
            shop,
            storefronts: Vec::new(),
            people: Vec::new(),
            accounts: Table::default(),
            contacts: Table::default(),
            profiles: Table::default(),
            locations: vec![
                Location { id: LocationId::new(0), name: "Warehouse".into() },
                Location { id: LocationId::new(1), name: "Shop".into() },
            ],
            products: Table::default(),
            variants: Table::default(),
            orders: Table::default(),
            carts: Table::default(),
            tickets: Table::default(),
            messages: Table::default(),
            changes: Table::default(),
            events: Table::default(),
            metrics,
            newsletters: Vec::new(),
            newsletter_due: start,
            newsletter_plans: BTreeMap::new(),
            surveys: BTreeMap::new(),
            agents,
            events_of: BTreeSet::new(),
            orders_of: BTreeSet::new(),
            tickets_of: BTreeSet::new(),
            messages_of: BTreeSet::new(),
            removed_products: Vec::new(),
            tickets_by_external: HashMap::new(),
            index: super::lookup::Index::default(),
            life: Life::new(start, ChaCha8Rng::seed_from_u64(seed), texts),
        }
    }

    /// Plans what comes round by itself: newsletters and deliveries of the suppliers.
    pub(super) fn begin_routine(&mut self, start: Moment) {
        self.newsletter_due = start.plus(12 * DAY + 9 * HOUR);
        self.plan(self.newsletter_due, Act::Newsletter);
        self.plan(start.plus(DAY + 6 * HOUR), Act::Restock);
    }
}

/// Picks the storefronts out of the platforms that run; where none does the shop is still Shopify's.
fn storefronts(platforms: &BTreeSet<Platform>) -> Result<Vec<Platform>, Error> {
    let mut storefronts = Vec::new();
    for platform in platforms {
        if twins::of(*platform)?.storefront {
            storefronts.push(*platform);
        }
    }
    if storefronts.is_empty() {
        storefronts.push(Platform::Shopify);
    }
    Ok(storefronts)
}
