//! Which records are one person.
//!
//! A record makes *claims*: values that point to a person, each brought into the one form in
//! which equal values mean the same ([`email`], [`phone`], [`orders`]). Identities that share a
//! claim are one customer, and the shared claim is the reason that is shown. So the result is a
//! view of what the records say at this moment: it does not depend on the order in which they
//! came, and when a record changes its mind, what only it had joined falls apart again.
//!
//! Values that many people share by their nature (`info@`, a switchboard) carry no weight, and a
//! value that too many identities share loses it.
//!
//! Further ways to match, such as a probabilistic one, are a [`Matcher`] more.

pub mod email;
pub mod orders;
pub mod phone;

mod cluster;
mod evidence;

pub use evidence::{Exact, Matcher};

use fermata_model::IdentityId;
use fermata_store::identities::Claim;
use fermata_store::landing::{Evidence, Resolver, Subject};
use fermata_store::{Error, Tx};

/// Resolves records to customers by what its matchers read in them.
pub struct Identity {
    matchers: Vec<Box<dyn Matcher>>,
}

impl Default for Identity {
    /// Matches by exact values alone.
    fn default() -> Self {
        Self { matchers: vec![Box::new(Exact)] }
    }
}

impl Identity {
    /// Adds a way to match.
    #[must_use]
    pub fn with(mut self, matcher: impl Matcher + 'static) -> Self {
        self.matchers.push(Box::new(matcher));
        self
    }
}

impl Resolver for Identity {
    fn evidence(&self, subject: &Subject<'_>) -> Evidence {
        let mut evidence = Evidence::default();
        for matcher in &self.matchers {
            matcher.read(subject, &mut evidence);
        }
        evidence.claims.sort();
        evidence.claims.dedup();
        evidence
    }

    fn settle(
        &self,
        tx: &Tx<'_>,
        identity: IdentityId,
        gained: &[Claim],
        lost: &[Claim],
    ) -> Result<(), Error> {
        cluster::settle(tx, identity, gained, lost)
    }
}
