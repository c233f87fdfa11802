//! Finding things by what people and platforms call them.

use std::collections::{HashMap, HashSet};

use fermata_model::Platform;

use super::{
    Account, AccountId, Cart, CartId, ContactId, Id, MetricId, Order, OrderId, PersonId, ProfileId,
    VariantId, World,
};

/// The number of the first order.
const FIRST_ORDER: u32 = 1_001;

/// Indexes by text, in lower case, and the ids given so far.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(super) accounts: HashMap<Box<str>, AccountId>,
    pub(super) contacts: HashMap<Box<str>, ContactId>,
    pub(super) profiles: HashMap<Box<str>, ProfileId>,
    pub(super) phones: HashMap<Box<str>, ProfileId>,
    pub(super) externals: HashMap<Box<str>, ProfileId>,
    pub(super) orders: HashMap<Box<str>, OrderId>,
    pub(super) unique_events: HashSet<(ProfileId, MetricId, Box<str>)>,
    pub(super) lines: u32,
    pub(super) transactions: u32,
    pub(super) parcels: u32,
    pub(super) refunds: u32,
}

/// Gives the next id of a counted kind.
pub(super) fn next<I: Id>(counter: &mut u32) -> I {
    let id = I::new(*counter);
    *counter += 1;
    id
}

/// Returns the form under which a text is looked up.
pub(super) fn fold(text: &str) -> Box<str> {
    text.trim().to_lowercase().into_boxed_str()
}

impl World {
    /// Finds a Shopify customer by address, in any case of letters.
    pub fn account_by_email(&self, email: &str) -> Option<AccountId> {
        self.index.accounts.get(&fold(email)).copied()
    }

    /// Finds a Gorgias customer by address, in any case of letters.
    pub fn contact_by_email(&self, email: &str) -> Option<ContactId> {
        self.index.contacts.get(&fold(email)).copied()
    }

    /// Finds a profile by address, in any case of letters.
    pub fn profile_by_email(&self, email: &str) -> Option<ProfileId> {
        self.index.profiles.get(&fold(email)).copied()
    }

    /// Finds a profile by phone number in E.164.
    pub fn profile_by_phone(&self, phone: &str) -> Option<ProfileId> {
        self.index.phones.get(&fold(phone)).copied()
    }

    /// Finds a profile by the shop's own id.
    pub fn profile_by_external(&self, external: &str) -> Option<ProfileId> {
        self.index.externals.get(&fold(external)).copied()
    }

    /// Returns the storefront where a person orders. It follows from the person alone, so that
    /// accounts, carts and orders agree, and the same people do the same whatever runs.
    pub fn storefront_of(&self, person: PersonId) -> Platform {
        let place = person.index() % self.storefronts.len().max(1);
        self.storefronts.get(place).copied().unwrap_or(Platform::Shopify)
    }

    /// Returns the storefront where an account is; one made through an interface is at the first.
    pub fn storefront_of_account(&self, account: &Account) -> Platform {
        self.storefront_of(account.person.unwrap_or(PersonId::new(0)))
    }

    /// Returns an order that was placed at this storefront.
    pub fn order_at(&self, storefront: Platform, id: OrderId) -> Option<&Order> {
        self.orders.get(id).filter(|order| self.storefront_of(order.person) == storefront)
    }

    /// Returns an account that is at this storefront.
    pub fn account_at(&self, storefront: Platform, id: AccountId) -> Option<&Account> {
        self.accounts.get(id).filter(|account| self.storefront_of_account(account) == storefront)
    }

    /// Returns a cart that was left at this storefront.
    pub fn cart_at(&self, storefront: Platform, id: CartId) -> Option<&Cart> {
        self.carts.get(id).filter(|cart| self.storefront_of(cart.person) == storefront)
    }

    /// Returns the name of an order as customers know it, such as `#1042`.
    pub fn order_name(&self, id: OrderId) -> String {
        match self.orders.get(id).and_then(|order| order.name.as_deref()) {
            Some(name) => name.to_owned(),
            None => format!("#{}", FIRST_ORDER + id.place()),
        }
    }

    /// Returns the number in an order's name, or a running one where the name is none.
    pub fn order_number(&self, id: OrderId) -> u32 {
        FIRST_ORDER + id.place()
    }

    /// Finds an order by its name, with or without the `#`.
    pub fn order_named(&self, name: &str) -> Option<OrderId> {
        let bare = name.trim().trim_start_matches('#');
        if let Some(id) = self.index.orders.get(&fold(bare)) {
            return Some(*id);
        }
        let id = OrderId::new(bare.parse::<u32>().ok()?.checked_sub(FIRST_ORDER)?);
        self.orders.get(id).filter(|order| order.name.is_none()).map(|_| id)
    }

    /// Finds a metric by its exact name.
    pub fn metric_named(&self, name: &str) -> Option<MetricId> {
        let place = self.metrics.iter().position(|metric| &*metric.name == name)?;
        u16::try_from(place).ok().map(MetricId)
    }

    /// Returns what a line shows for a variant: the product's title and the variant's, if any.
    pub fn variant_title(&self, id: VariantId) -> String {
        let Some(variant) = self.variants.get(id) else { return String::from("(removed)") };
        let product = self.products.get(variant.product).map_or("(removed)", |product| &product.title);
        if variant.values.is_empty() {
            product.to_owned()
        } else {
            format!("{product} - {}", variant.title())
        }
    }

    /// Returns the profile of a person, if the person has one.
    pub(super) fn profile_of(&self, person: PersonId) -> Option<ProfileId> {
        self.life.traces.get(person.index())?.profile
    }

    /// Returns the link that brings a customer back to a cart.
    pub fn cart_link(&self, id: CartId) -> Option<String> {
        let cart = self.carts.get(id)?;
        Some(format!("https://{}/checkouts/{:016x}/recover", self.shop.domain, cart.token))
    }
}
