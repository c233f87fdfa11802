//! Visits, orders and carts.

use super::super::lookup::next;
use super::super::{
    About, Account, AccountId, Cart, CartId, Consent, DAY, HOUR, Id, Line, MetricId, Moment, Order, OrderId,
    Payment, PersonId, Profile, ProfileId, Row, Thing, VariantId, World,
};
use super::asking::Concern;
use super::{Act, Trace};

/// Seconds between two visits of a person, on average.
const BETWEEN_VISITS: i64 = 125 * DAY;
/// The first mail about a cart comes this late.
pub(super) const FIRST_CART_MAIL: i64 = 4 * HOUR;
/// Gateways, by how often they are used.
const GATEWAYS: [&str; 5] =
    ["shopify_payments", "shopify_payments", "shopify_payments", "paypal", "gift_card"];
/// Orders from this subtotal on are sent free, in minor units.
const FREE_SHIPPING_FROM: i64 = 80_00;

impl World {
    pub(super) fn visit(&mut self, person: PersonId, at: Moment) {
        let first = self.life.traces.get(person.index()).is_none_or(|trace| trace.order.is_none());
        let draw = self.life.between(0, 99);
        match draw {
            _ if first && draw < 85 => drop(self.order_something(person, None, at)),
            0..=61 => drop(self.order_something(person, None, at)),
            62..=83 => drop(self.abandon(person, false, at)),
            84..=86 => {
                let concern = Concern::of_a_visitor(&mut self.life);
                self.ask(person, concern, None, at);
            }
            _ => {}
        }
        // Some people come often, some hardly ever; which they are follows from their number.
        let eager = 40 + i64::from(person.place().wrapping_mul(2_654_435_761) >> 24);
        let wait = self.life.wait(BETWEEN_VISITS * 100 / eager).max(HOUR);
        self.after(at, wait, Act::Visit(person));
    }

    /// Lets a person order something by chance. `None` if nothing is in stock.
    pub(crate) fn order_something(
        &mut self,
        person: PersonId,
        not_before: Option<Moment>,
        at: Moment,
    ) -> Option<OrderId> {
        let lines = self.fill_basket();
        if lines.is_empty() {
            return None;
        }
        let order = self.place_order(person, lines, at)?;
        let pack = self.life.between(5 * HOUR, 30 * HOUR);
        self.after(at, pack, Act::Pack { order, not_before });
        let draw = self.life.between(0, 999);
        let (wait, concern) = match draw {
            0..=11 => (self.life.between(HOUR, 4 * HOUR), Concern::CancelOrder),
            12..=24 => (self.life.between(HOUR, 5 * HOUR), Concern::ChangeAddress),
            25..=34 => (self.life.between(DAY, 9 * DAY), Concern::Invoice),
            35..=40 => (self.life.between(60, HOUR), Concern::Payment),
            _ => return Some(order),
        };
        self.after(at, wait, Act::Ask { person, concern, about: Some(Thing::Order(order)) });
        Some(order)
    }

    /// Puts one to four things into a basket, of what is in stock.
    fn fill_basket(&mut self) -> Vec<Line> {
        let wanted = [1, 1, 1, 2, 2, 3, 4][self.life.pick(7)];
        let mut lines: Vec<Line> = Vec::with_capacity(wanted);
        for _ in 0..wanted {
            if self.life.favourites.is_empty() {
                break;
            }
            let place = self.life.pick(self.life.favourites.len());
            let variant = self.life.favourites[place];
            let pieces = if self.life.happens(0.12) { 2 } else { 1 };
            let Some(row) = self.variants.get(variant) else { continue };
            if row.available() < i64::from(pieces) || lines.iter().any(|line| line.variant == variant) {
                continue;
            }
            let price = row.price;
            let id = next(&mut self.index.lines);
            lines.push(Line { id, variant, quantity: pieces, price, refunded: 0 });
        }
        lines
    }

    /// Places an order of these lines: account, payment, stock, and what Klaviyo is told.
    ///
    /// `None` while history is given by a real data set.
    pub(crate) fn place_order(&mut self, person: PersonId, lines: Vec<Line>, at: Moment) -> Option<OrderId> {
        if self.life.given_until.is_some_and(|until| at < until) {
            return None;
        }
        let guest = self.trace(person).account.is_none() && self.life.happens(0.12);
        let account = if guest { None } else { Some(self.account_for(person, at)) };
        let profile = self.profile_for(person, at);
        let email = match account {
            Some(account) => self.accounts.get(account).and_then(|account| account.email.clone()),
            None => self.people.get(person.index()).map(|person| person.email.clone()),
        };
        let subtotal: i64 = lines.iter().map(|line| line.price * i64::from(line.quantity)).sum();
        let discount = if self.life.happens(0.15) { subtotal / 10 } else { 0 };
        let shipping = if subtotal >= FREE_SHIPPING_FROM { 0 } else { 4_90 };
        let total = subtotal - discount + shipping;
        let gateway = GATEWAYS[self.life.pick(GATEWAYS.len())];
        for line in &lines {
            self.take_stock(line.variant, i64::from(line.quantity), at);
        }
        let payment =
            Payment { id: next(&mut self.index.transactions), gateway, amount: total, paid_at: Some(at) };
        let order = Order {
            shipping,
            discount,
            tax: total * 19 / 119,
            ..Order::placed(person, account, email, lines, payment, at)
        };
        let id = self.insert_order(order);
        self.put_event(profile, MetricId::PLACED_ORDER, About::Order(id), at, at);
        Some(id)
    }

    /// Adds an order as it is, and where it is found.
    pub(crate) fn insert_order(&mut self, order: Order) -> OrderId {
        let (person, account, name) = (order.person, order.account, order.name.clone());
        let id = self.orders.insert(order);
        if let Some(account) = account {
            self.orders_of.insert((account, id));
        }
        if let Some(name) = name {
            self.index.orders.insert(super::super::lookup::fold(name.trim_start_matches('#')), id);
        }
        if let Some(trace) = self.life.traces.get_mut(person.index()) {
            trace.order = Some(id);
        }
        id
    }

    fn take_stock(&mut self, variant: VariantId, pieces: i64, at: Moment) {
        let place =
            self.variants.get(variant).and_then(|row| row.stock.iter().position(|here| *here >= pieces));
        self.move_stock(variant, place.unwrap_or(0), -pieces, at);
    }

    /// Lets a person leave a cart at the checkout. `None` if nothing is in stock.
    pub(crate) fn abandon(&mut self, person: PersonId, asks: bool, at: Moment) -> Option<CartId> {
        let mut lines = self.fill_basket();
        if asks {
            let sized: Vec<VariantId> =
                self.life.favourites.iter().copied().filter(|variant| self.is_sized(*variant)).collect();
            if !sized.is_empty() {
                let variant = sized[self.life.pick(sized.len())];
                let price = self.variants.get(variant)?.price;
                lines.insert(
                    0,
                    Line { id: next(&mut self.index.lines), variant, quantity: 1, price, refunded: 0 },
                );
            }
        }
        if lines.is_empty() {
            return None;
        }
        let account = if self.life.happens(0.7) {
            Some(self.account_for(person, at))
        } else {
            self.trace(person).account
        };
        let profile = self.profile_for(person, at);
        let email = self.people.get(person.index()).map(|person| person.email.clone());
        let sized = lines.iter().any(|line| self.is_sized(line.variant));
        let cart = Cart {
            person,
            account,
            email,
            lines,
            token: self.life.token(),
            completed_at: None,
            order: None,
            created_at: at,
            updated_at: at,
        };
        let id = self.carts.insert(cart);
        if let Some(trace) = self.life.traces.get_mut(person.index()) {
            trace.cart = Some(id);
        }
        self.put_event(profile, MetricId::STARTED_CHECKOUT, About::Cart(id), at, at);
        self.after(at, FIRST_CART_MAIL, Act::CartMail(id, 1));
        let hesitates = asks || (sized && self.life.happens(0.07));
        if hesitates {
            let wait = self.life.between(5 * 60, 40 * 60);
            // Whoever buys a lantern does not ask for its size.
            let concern = if sized { Concern::Sizing } else { Concern::ProductQuestion };
            self.after(at, wait, Act::Ask { person, concern, about: Some(Thing::Cart(id)) });
        } else if self.life.happens(0.18) {
            let wait = self.life.wait(9 * HOUR);
            self.after(at, wait, Act::Recover(id));
        }
        Some(id)
    }

    fn is_sized(&self, variant: VariantId) -> bool {
        self.variants
            .get(variant)
            .and_then(|variant| self.products.get(variant.product))
            .is_some_and(|product| product.sized)
    }

    /// Lets a person buy what lies in a cart. `None` if the cart is gone or bought.
    pub(crate) fn recover(&mut self, cart: CartId, at: Moment) -> Option<OrderId> {
        let row = self.carts.get(cart).filter(|cart| cart.completed_at.is_none())?;
        let person = row.person;
        let lines = row
            .lines
            .clone()
            .into_iter()
            .map(|line| Line { id: next(&mut self.index.lines), ..line })
            .collect();
        let order = self.place_order(person, lines, at)?;
        self.carts.edit(cart, at, |cart| {
            cart.completed_at = Some(at);
            cart.order = Some(order);
        });
        let pack = self.life.between(5 * HOUR, 30 * HOUR);
        self.after(at, pack, Act::Pack { order, not_before: None });
        Some(order)
    }

    pub(crate) fn trace(&self, person: PersonId) -> Trace {
        self.life.traces.get(person.index()).copied().unwrap_or_default()
    }

    /// Returns the account a person uses today; one person in thirty starts a second one under
    /// another address at some time.
    pub(crate) fn account_for(&mut self, person: PersonId, at: Moment) -> AccountId {
        let known = self.trace(person).account;
        let again = self.people.get(person.index()).is_some_and(|person| person.second_email.is_some())
            && known.is_some_and(|known| {
                self.accounts.get(known).is_some_and(|account| {
                    at.since(account.created_at()) > 30 * DAY
                        && self.people.get(person.index()).map(|person| &person.email)
                            == account.email.as_ref()
                })
            })
            && self.life.happens(0.5);
        if let (Some(known), false) = (known, again) {
            return known;
        }
        let marketing = self.wants_mail(person);
        let row = &self.people[person.index()];
        let (email, phone) = if again {
            (row.second_email.clone(), None)
        } else {
            (Some(row.email.clone()), row.phone.clone())
        };
        let account = Account {
            person: Some(person),
            first: row.first.clone(),
            last: row.last.clone(),
            email,
            phone,
            accepts_marketing: marketing,
            tags: Vec::new(),
            note: None,
            created_at: at,
            updated_at: at,
        };
        let id = self.add_account(account);
        if let Some(trace) = self.life.traces.get_mut(person.index()) {
            trace.account = Some(id);
        }
        id
    }

    /// Two people in three want the newsletter; who does follows from their number.
    fn wants_mail(&self, person: PersonId) -> bool {
        !(person.place().wrapping_mul(0x9E37_79B1) >> 16).is_multiple_of(3)
    }

    /// Returns the profile of a person at Klaviyo, and makes it where there is none.
    pub(crate) fn profile_for(&mut self, person: PersonId, at: Moment) -> ProfileId {
        if let Some(profile) = self.trace(person).profile {
            return profile;
        }
        let wants = self.wants_mail(person);
        let external =
            self.trace(person).account.map(|account| account.number().to_string().into_boxed_str());
        let row = &self.people[person.index()];
        let email = super::super::spelling::respelled(&row.email, person.place() / 7);
        let profile = Profile {
            person: Some(person),
            email: Some(email.into_boxed_str()),
            phone: row.phone.clone().filter(|_| person.place().is_multiple_of(4)),
            external_id: external.filter(|_| !person.place().is_multiple_of(5)),
            first: Some(row.first.clone()),
            last: Some(row.last.clone()),
            consent: if wants { Consent::Subscribed } else { Consent::NeverSubscribed },
            consent_at: wants.then_some(at),
            suppressions: Vec::new(),
            properties: None,
            last_event_at: None,
            created_at: at,
            updated_at: at,
        };
        self.add_profile(profile)
    }

    /// Deletes a product with its variants.
    pub(super) fn retire(&mut self, product: super::super::ProductId, at: Moment) {
        let Some(gone) = self.products.remove(product) else { return };
        for variant in gone.variants {
            self.variants.remove(variant);
        }
        self.removed_products.push((at, product));
    }

    /// Tops up what has run low.
    pub(super) fn restock(&mut self, at: Moment) {
        let low: Vec<(VariantId, i64)> = self
            .variants
            .iter()
            .filter(|(_, variant)| variant.available() < 20)
            .map(|(id, variant)| (id, variant.available()))
            .collect();
        let turnover = i64::try_from(self.people.len() / 20).unwrap_or(0);
        for (variant, left) in low {
            if left <= 0 || self.life.happens(0.8) {
                let pieces = self.life.between(30, 60) + turnover;
                self.move_stock(variant, 0, pieces, at);
            }
        }
        self.after(at, 3 * DAY, Act::Restock);
    }
}
