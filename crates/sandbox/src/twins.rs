//! Which platforms a practice store can run: the one place where a new twin is named.
//!
//! A twin is a folder of its own that offers a [`Twin`] and implements [`Vendor`]; adding one is a
//! `mod` in `lib.rs`, a line in [`ALL`], and the folder.

use fermata_model::Platform;
use serde_json::Value;

use crate::mark::mark;
use crate::options::Options;
use crate::vendor::Vendor;
use crate::world::Shop;
use crate::{Error, bigcommerce, gorgias, klaviyo, shipbob, shopify, stripe, woocommerce};

/// Every twin.
static ALL: &[&Twin] = &[
    &shopify::TWIN,
    &gorgias::TWIN,
    &klaviyo::TWIN,
    &shipbob::TWIN,
    &stripe::TWIN,
    &bigcommerce::TWIN,
    &woocommerce::TWIN,
];

/// What is known of a platform before it runs.
#[derive(Debug)]
pub(crate) struct Twin {
    /// The platform.
    pub(crate) platform: Platform,
    /// Do people order there? The world's orders, carts and accounts are shared out among the
    /// storefronts that run.
    pub(crate) storefront: bool,
    /// Every scope that it checks, in the vendor's words; all are granted unless taken away.
    pub(crate) scopes: &'static [&'static str],
    /// Makes the keys that open it.
    pub(crate) keys: fn(&Seal) -> Keys,
    /// Makes the platform's own mind.
    pub(crate) vendor: fn(&Shop, &Options) -> Box<dyn Vendor>,
}

/// The keys of a platform; what it has no use for stays empty.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// The token or key itself.
    pub(crate) token: String,
    /// Who signs in with it.
    pub(crate) user: String,
    /// What is exchanged for a token by the client-credentials grant.
    pub(crate) secret: String,
    /// What every path of this store begins with, as `/stores/ab12cd34`; empty where paths begin alike everywhere.
    pub(crate) path: String,
    /// The same as a connector wants them: an object of texts, by the connector's field names.
    pub(crate) credentials: Value,
}

/// Makes keys that follow from a store's seed, each platform its own.
#[derive(Debug)]
pub(crate) struct Seal {
    seed: u64,
    platform: Platform,
}

impl Seal {
    pub(crate) fn new(seed: u64, platform: Platform) -> Self {
        Self { seed, platform }
    }

    /// Returns 32 hexadecimal digits that nothing else of this store has; `what` tells keys of one
    /// platform apart.
    pub(crate) fn mark(&self, what: &str) -> String {
        let name = mark(self.seed, [self.platform.name(), what]);
        let halves = [name, mark(name, ["the other half"])];
        halves.iter().map(|half| format!("{half:016x}")).collect()
    }
}

/// Finds a platform's twin.
///
/// Errors: [`Error::NoTwin`].
pub(crate) fn of(platform: Platform) -> Result<&'static Twin, Error> {
    ALL.iter().find(|twin| twin.platform == platform).copied().ok_or(Error::NoTwin(platform))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_twins_share_a_platform_or_a_key() {
        let platforms: BTreeSet<Platform> = ALL.iter().map(|twin| twin.platform).collect();
        assert_eq!(platforms.len(), ALL.len());
        let keys: BTreeSet<String> =
            ALL.iter().map(|twin| (twin.keys)(&Seal::new(1, twin.platform)).token).collect();
        assert_eq!(keys.len(), ALL.len());
    }

    #[test]
    fn every_twin_says_what_a_connector_signs_in_with() {
        for twin in ALL {
            let keys = (twin.keys)(&Seal::new(1, twin.platform));
            let credentials = keys.credentials.as_object().expect("an object");
            assert!(!credentials.is_empty(), "{}", twin.platform);
            assert!(credentials.values().all(Value::is_string), "{}: texts", twin.platform);
        }
    }
}
