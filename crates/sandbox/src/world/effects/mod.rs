//! What platforms may do to the world, and what the world does to itself.
//!
//! Every method keeps the indexes true, moves `updated_at`, and lets people react. The caller has
//! checked beforehand that the vendor would allow it.
//!
//! [`trade`] is money and goods, [`talk`] is support, [`mail`] is marketing.

mod mail;
mod talk;
mod trade;

pub use mail::NewEvent;
pub use trade::NewRefund;

use super::lookup::fold;
use super::{Account, AccountId, Id, Moment, PersonId, Thing, World};

impl World {
    /// Adds a Shopify customer.
    pub fn add_account(&mut self, account: Account) -> AccountId {
        let email = account.email.clone();
        let id = self.accounts.insert(account);
        if let Some(email) = email {
            self.index.accounts.entry(fold(&email)).or_insert(id);
        }
        id
    }

    /// Changes an account, which is then found by the address that it has afterwards.
    ///
    /// `None` if there is no such account.
    pub fn edit_account(
        &mut self,
        id: AccountId,
        at: Moment,
        change: impl FnOnce(&mut Account),
    ) -> Option<()> {
        let before = self.accounts.get(id)?.email.clone();
        self.accounts.edit(id, at, change)?;
        let after = self.accounts.get(id)?.email.clone();
        if before != after {
            self.forget_address(id, before.as_deref());
            if let Some(email) = after {
                self.index.accounts.insert(fold(&email), id);
            }
        }
        Some(())
    }

    /// Removes an account for good; its address is free again. `None` if there is no such account.
    pub fn remove_account(&mut self, id: AccountId) -> Option<Account> {
        let gone = self.accounts.remove(id)?;
        self.forget_address(id, gone.email.as_deref());
        Some(gone)
    }

    fn forget_address(&mut self, id: AccountId, email: Option<&str>) {
        if let Some(email) = email.map(fold)
            && self.index.accounts.get(&email) == Some(&id)
        {
            self.index.accounts.remove(&email);
        }
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

    pub(in crate::world) fn calm(&mut self, person: PersonId, by: u8) {
        if let Some(person) = self.people.get_mut(person.index()) {
            person.anger = person.anger.saturating_sub(by);
        }
    }
}
