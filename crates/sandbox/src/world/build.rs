//! Making a world: its shop, its goods, its people, and then the year they live through.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fake::Fake;
use fake::faker::address::raw::{BuildingNumber, CityName, StateAbbr, StreetName, ZipCode};
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{DE_DE, EN, FR_FR, IT_IT};
use fermata_model::{Currency, Platform};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::life::{Act, Life, Trace};
use super::texts::Texts;
use super::{
    Address, Agent, DAY, HOUR, Id, Location, LocationId, Metric, MetricId, Moment, Person, PersonId, Product,
    ProductId, Shop, Table, Variant, VariantId, World,
};
use crate::options::{Options, WorldKind};
use crate::{Error, twins, world::real};

const CATALOGUE: &str = include_str!("../../../../assets/practice/catalogue.yaml");

/// How far back history goes.
pub(super) const HISTORY: i64 = 365 * DAY;

/// The catalogue as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    shop: String,
    domain: String,
    email: String,
    sets: BTreeMap<String, Vec<String>>,
    products: Vec<Ware>,
    retired: Vec<Ware>,
}

/// One product of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ware {
    title: String,
    kind: String,
    /// In euros, such as `69.00`.
    price: f64,
    size: Option<String>,
    colour: Option<String>,
    text: String,
}

impl World {
    /// Makes the world that the options ask for and lets it live until `anchor`.
    ///
    /// Errors: [`Error::DataMissing`] and [`Error::Unreadable`] for worlds of real data,
    /// [`Error::Customers`] for a size out of range, [`Error::NoTwin`].
    pub fn build(options: &Options, anchor: Moment) -> Result<Self, Error> {
        if !(1..=1_000_000).contains(&options.customers) {
            return Err(Error::Customers(options.customers));
        }
        let mut world = match options.world {
            WorldKind::Generated => Self::generated(options, anchor),
            WorldKind::TauRetail => real::tau_retail(options, anchor),
            WorldKind::UciRetail => real::uci_retail(options, anchor),
        }?;
        world.open_at(&options.platforms)?;
        world.index();
        Ok(world)
    }

    /// Opens the shop at the storefronts that run; where none does it is still Shopify's.
    fn open_at(&mut self, platforms: &BTreeSet<Platform>) -> Result<(), Error> {
        for platform in platforms {
            if twins::of(*platform)?.storefront {
                self.storefronts.push(*platform);
            }
        }
        if self.storefronts.is_empty() {
            self.storefronts.push(Platform::Shopify);
        }
        for metric in &mut self.metrics {
            if metric.integration != "Klaviyo" {
                metric.integration = self.storefronts[0].title();
            }
        }
        Ok(())
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
        let catalogue: Catalogue = serde_saphyr::from_str(CATALOGUE)
            .map_err(|error| Error::Asset { name: "catalogue.yaml", reason: error.to_string() })?;
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
                integration: if place < 6 { "Klaviyo" } else { "Shopify" },
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
        self.plan(start.plus(12 * DAY + 9 * HOUR), Act::Newsletter);
        self.plan(start.plus(DAY + 6 * HOUR), Act::Restock);
    }

    fn stock_up(&mut self, catalogue: &Catalogue, customers: u32, start: Moment) -> Result<(), Error> {
        for (ware, sold) in catalogue
            .products
            .iter()
            .map(|ware| (ware, true))
            .chain(catalogue.retired.iter().map(|ware| (ware, false)))
        {
            let set = |name: &Option<String>| -> Result<Vec<String>, Error> {
                let Some(name) = name else { return Ok(Vec::new()) };
                catalogue.sets.get(name).cloned().ok_or_else(|| Error::Asset {
                    name: "catalogue.yaml",
                    reason: format!("there is no set \"{name}\""),
                })
            };
            let (sizes, colours) = (set(&ware.size)?, set(&ware.colour)?);
            let mut options = Vec::new();
            if !sizes.is_empty() {
                options.push("Size");
            }
            if !colours.is_empty() {
                options.push("Colour");
            }
            let mut values: Vec<Vec<String>> = vec![Vec::new()];
            for set in [&sizes, &colours] {
                if !set.is_empty() {
                    values = values
                        .iter()
                        .flat_map(|known| {
                            set.iter().map(move |value| known.iter().chain([value]).cloned().collect())
                        })
                        .collect();
                }
            }
            let price = cents(ware.price);
            let stock = 40 + i64::from(customers) / 20;
            let product =
                self.add_product(&ware.title, &ware.kind, &ware.text, &options, !sizes.is_empty(), start);
            let popularity = self.life.between(1, 6);
            for one in &values {
                let sku = format!("LL-{:03}-{:02}", product.place() + 1, self.variants_of(product) + 1);
                let variant = self.add_variant(product, one, &sku, price, start);
                let pieces = stock + self.life.between(0, 40);
                self.variants.edit(variant, start, |variant| variant.stock = vec![pieces, pieces / 8]);
                if sold {
                    // A product with few variants sells each of them more often.
                    let weight = (popularity * 12 / i64::try_from(values.len()).unwrap_or(1)).max(1);
                    for _ in 0..weight {
                        self.life.favourites.push(variant);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds a product without variants.
    pub(super) fn add_product(
        &mut self,
        title: &str,
        kind: &str,
        text: &str,
        options: &[&str],
        sized: bool,
        at: Moment,
    ) -> ProductId {
        let handle: String = ascii(title)
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-")
            .to_lowercase();
        self.products.insert(Product {
            title: title.into(),
            description: text.into(),
            handle: handle.into_boxed_str(),
            kind: kind.into(),
            vendor: self.shop.name.as_str().into(),
            tags: Vec::new(),
            options: options.iter().map(|option| (*option).into()).collect(),
            variants: Vec::new(),
            sized,
            created_at: at,
            updated_at: at,
        })
    }

    /// Adds a variant without stock.
    pub(super) fn add_variant(
        &mut self,
        product: ProductId,
        values: &[String],
        sku: &str,
        price: i64,
        at: Moment,
    ) -> VariantId {
        let id = self.variants.insert(Variant {
            product,
            values: values.iter().map(|value| value.as_str().into()).collect(),
            sku: sku.into(),
            price,
            stock: vec![0; self.locations.len()],
            created_at: at,
            updated_at: at,
        });
        self.products.edit(product, at, |product| product.variants.push(id));
        id
    }

    fn variants_of(&self, product: ProductId) -> usize {
        self.products.get(product).map_or(0, |product| product.variants.len())
    }

    /// Makes people who come to the shop in the course of the year, four in ten at its beginning.
    fn populate(&mut self, count: u32, start: Moment, dice: &mut ChaCha8Rng) {
        let mut taken: HashSet<Box<str>> = HashSet::with_capacity(count as usize);
        for place in 0..count {
            let since = if dice.random_bool(0.4) {
                dice.random_range(0..30 * DAY)
            } else {
                dice.random_range(0..HISTORY - 2 * DAY)
            };
            let person = somebody(place, start.plus(since), &mut taken, dice);
            self.add_person(person);
        }
    }

    /// Adds a person who has left no trace yet.
    pub(super) fn add_person(&mut self, person: Person) -> PersonId {
        let id = PersonId::new(u32::try_from(self.people.len()).unwrap_or(u32::MAX));
        self.people.push(person);
        self.life.traces.push(Trace::default());
        id
    }
}

/// Invents a person.
pub(super) fn somebody(
    place: u32,
    since: Moment,
    taken: &mut HashSet<Box<str>>,
    dice: &mut ChaCha8Rng,
) -> Person {
    let (first, last, address, phone): (String, String, Address, String) = match dice.random_range(0..100) {
        0..=44 => (
            FirstName(DE_DE).fake_with_rng(dice),
            LastName(DE_DE).fake_with_rng(dice),
            address(
                &StreetName(DE_DE).fake_with_rng::<String, _>(dice),
                &CityName(DE_DE).fake_with_rng::<String, _>(dice),
                &ZipCode(DE_DE).fake_with_rng::<String, _>(dice),
                *b"DE",
                dice,
            ),
            format!("+49151{:08}", dice.random_range(10_000_000..99_999_999)),
        ),
        45..=59 => (
            FirstName(FR_FR).fake_with_rng(dice),
            LastName(FR_FR).fake_with_rng(dice),
            address(
                &StreetName(FR_FR).fake_with_rng::<String, _>(dice),
                &CityName(FR_FR).fake_with_rng::<String, _>(dice),
                &ZipCode(FR_FR).fake_with_rng::<String, _>(dice),
                *b"FR",
                dice,
            ),
            format!("+336{:08}", dice.random_range(10_000_000..99_999_999)),
        ),
        60..=71 => (
            FirstName(IT_IT).fake_with_rng(dice),
            LastName(IT_IT).fake_with_rng(dice),
            address(
                &StreetName(IT_IT).fake_with_rng::<String, _>(dice),
                &CityName(IT_IT).fake_with_rng::<String, _>(dice),
                &ZipCode(IT_IT).fake_with_rng::<String, _>(dice),
                *b"IT",
                dice,
            ),
            format!("+39347{:07}", dice.random_range(1_000_000..9_999_999)),
        ),
        _ => {
            let mut home = address(
                &StreetName(EN).fake_with_rng::<String, _>(dice),
                &CityName(EN).fake_with_rng::<String, _>(dice),
                "",
                *b"US",
                dice,
            );
            home.zip = format!("{:05}", dice.random_range(10_001..99_950)).into_boxed_str();
            home.province = Some(StateAbbr(EN).fake_with_rng::<String, _>(dice).into_boxed_str());
            (
                FirstName(EN).fake_with_rng(dice),
                LastName(EN).fake_with_rng(dice),
                home,
                format!("+1212{:03}{:04}", dice.random_range(200..999), dice.random_range(0..9_999)),
            )
        }
    };
    let local = format!("{}.{}", ascii(&first), ascii(&last)).to_lowercase().replace(' ', "");
    let mut email = format!("{local}@example.com");
    if !taken.insert(email.as_str().into()) {
        email = format!("{local}{place}@example.com");
        taken.insert(email.as_str().into());
    }
    let second = dice.random_bool(0.05).then(|| {
        format!("{}{}{place}@example.org", ascii(&first).to_lowercase(), &local[..1]).into_boxed_str()
    });
    Person {
        first: first.into_boxed_str(),
        last: last.into_boxed_str(),
        email: email.into_boxed_str(),
        second_email: second,
        phone: dice.random_bool(0.7).then(|| phone.into_boxed_str()),
        address,
        since,
        anger: 0,
    }
}

fn address(street: &str, city: &str, zip: &str, country: [u8; 2], dice: &mut ChaCha8Rng) -> Address {
    let number: String = BuildingNumber(EN).fake_with_rng(dice);
    let number = number.trim_start_matches('0').chars().take(3).collect::<String>();
    let number = if number.is_empty() { "1".to_owned() } else { number };
    let street = if matches!(&country, b"US" | b"FR") {
        format!("{number} {street}")
    } else {
        format!("{street} {number}")
    };
    Address {
        street: street.into_boxed_str(),
        extra: None,
        city: city.into(),
        province: None,
        zip: zip.into(),
        country,
    }
}

/// Turns a price in major units, as our files and the data sets write it, into minor ones.
#[expect(clippy::cast_possible_truncation, reason = "prices of a small shop, far below 2^52")]
pub(super) fn cents(price: f64) -> i64 {
    (price * 100.0).round() as i64
}

/// Writes a name with the letters that fit an address.
pub(super) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'œ' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'Ä' => plain.push_str("Ae"),
            'Ö' => plain.push_str("Oe"),
            'Ü' => plain.push_str("Ue"),
            'ß' => plain.push_str("ss"),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'É' | 'È' => plain.push('E'),
            'à' | 'â' | 'á' => plain.push('a'),
            'î' | 'ï' | 'ì' => plain.push('i'),
            'ô' | 'ò' | 'ó' => plain.push('o'),
            'ù' | 'û' | 'ú' => plain.push('u'),
            'ç' => plain.push('c'),
            'ñ' => plain.push('n'),
            letter if letter.is_ascii_alphanumeric() || " .-&()".contains(letter) => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// Spells an address as its owner may type it another day: capitals, a tag, or unchanged.
pub(super) fn respelled(email: &str, salt: u32) -> String {
    let Some((local, domain)) = email.split_once('@') else { return email.to_owned() };
    match salt % 6 {
        0 => email.to_uppercase(),
        1 => format!("{local}+shop@{domain}"),
        2 => {
            let mut start = true;
            let local: String = local
                .chars()
                .map(|letter| {
                    let shown = if start { letter.to_ascii_uppercase() } else { letter };
                    start = letter == '.';
                    shown
                })
                .collect();
            format!("{local}@{domain}")
        }
        _ => email.to_owned(),
    }
}

/// Writes an E.164 number as people do.
pub(super) fn rewritten_phone(phone: &str, salt: u32) -> String {
    let (country, rest) = match phone.as_bytes() {
        [b'+', b'1', ..] => phone.split_at(2),
        _ => phone.split_at(3.min(phone.len())),
    };
    match salt % 4 {
        0 => format!("{country} {} {}", &rest[..3.min(rest.len())], &rest[3.min(rest.len())..]),
        1 => format!("00{}{rest}", &country[1..]),
        2 if country == "+49" => format!("0{} {}", &rest[..3], &rest[3..]),
        _ => phone.to_owned(),
    }
}
