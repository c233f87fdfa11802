//! What a practice store is started with.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use fermata_model::{Clock, Platform};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Error;
use crate::faults::Plan;

/// What a practice store is started with.
#[derive(Clone)]
pub struct Options {
    /// Seed of the world.
    pub seed: u64,
    /// Customers of a generated world, 1 to 1,000,000.
    pub customers: u32,
    /// Where the world comes from.
    pub world: WorldKind,
    /// The folder with the real data sets; the environment's `FERMATA_SHARED`, else `../shared`,
    /// if absent.
    pub shared: Option<PathBuf>,
    /// The instant at which history ends and practice begins; the real start, cut to the hour, if
    /// absent.
    pub now: Option<Timestamp>,
    /// Practice seconds per real second; 0 stands still.
    pub speed: f64,
    /// The first port: shopify, gorgias, klaviyo and control get it and the next three. 0 lets
    /// the system choose each.
    pub port: u16,
    /// Faults in force from the start.
    pub faults: Plan,
    /// The folder that keeps what was done to the store, so that a restart brings it back;
    /// without it a restart begins anew.
    pub state: Option<PathBuf>,
    /// Scopes taken from the practice credentials, to try what happens without them.
    pub without_scopes: BTreeSet<String>,
    /// What the vendors' published rate limits are multiplied by.
    pub rates: f64,
    /// Shopify's own settings.
    pub shopify: crate::shopify::Settings,
    /// The machine's clock.
    pub real: Arc<dyn Clock>,
}

impl Default for Options {
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox plugs in the real clock unless told otherwise"
    )]
    fn default() -> Self {
        Self {
            seed: 1,
            customers: 500,
            world: WorldKind::Generated,
            shared: None,
            now: None,
            speed: 1.0,
            port: 0,
            faults: Plan::calm(),
            state: None,
            without_scopes: BTreeSet::new(),
            rates: 1.0,
            shopify: crate::shopify::Settings::default(),
            real: Arc::new(Timestamp::now),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("seed", &self.seed)
            .field("customers", &self.customers)
            .field("world", &self.world)
            .field("now", &self.now)
            .field("speed", &self.speed)
            .field("port", &self.port)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Where a world comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorldKind {
    /// Made by our own generator.
    #[default]
    Generated,
    /// The shop of tau-bench: 500 customers, 1,000 orders.
    TauRetail,
    /// A real British gift shop: UCI Online Retail.
    UciRetail,
}

impl WorldKind {
    /// Returns its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::TauRetail => "tau-retail",
            Self::UciRetail => "uci-retail",
        }
    }
}

impl fmt::Display for WorldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for WorldKind {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Generated, Self::TauRetail, Self::UciRetail]
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| Error::UnknownWorld(text.to_owned()))
    }
}

/// The address of whoever made the help desk's key; one of its agents.
pub(crate) const OWNER: &str = "owner@practice.example";

/// The practice credentials of one platform and what they may do.
///
/// They are no secrets: they open nothing but a practice store on this machine, and follow from
/// its seed.
#[derive(Clone, Debug)]
pub struct Access {
    /// The platform.
    pub platform: Platform,
    /// Shopify: a long-lived access token. Klaviyo, Gorgias: the key.
    pub token: String,
    /// Shopify: client id. Gorgias: the account's address. Klaviyo: empty.
    pub user: String,
    /// Shopify: client secret; elsewhere empty.
    pub secret: String,
    /// Granted scopes, in the vendor's words.
    pub scopes: BTreeSet<String>,
}

impl Access {
    /// Makes the credentials of a platform from the world's seed.
    pub(crate) fn new(platform: Platform, options: &Options) -> Self {
        let mark = |salt: u64| {
            let mut value = options.seed ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut hex = String::with_capacity(32);
            for _ in 0..2 {
                value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut mixed = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                hex.push_str(&format!("{:016x}", mixed ^ (mixed >> 31)));
            }
            hex
        };
        let (token, user, secret, scopes): (_, _, _, &[&str]) = match platform {
            Platform::Shopify => (
                format!("shpat_{}", mark(1)),
                mark(2),
                format!("shpss_{}", mark(3)),
                &[
                    "read_orders",
                    "write_orders",
                    "read_all_orders",
                    "read_customers",
                    "write_customers",
                    "read_products",
                    "write_products",
                    "read_inventory",
                    "write_inventory",
                    "read_locations",
                    "read_fulfillments",
                    "write_fulfillments",
                    "read_merchant_managed_fulfillment_orders",
                ],
            ),
            Platform::Gorgias => (
                mark(4),
                OWNER.to_owned(),
                String::new(),
                &[
                    "account:read",
                    "tickets:read",
                    "tickets:write",
                    "customers:read",
                    "customers:write",
                    "users:read",
                    "events:read",
                    "integrations:read",
                    "custom_fields:read",
                ],
            ),
            Platform::Klaviyo => (
                format!("pk_{}", mark(5)),
                String::new(),
                String::new(),
                &[
                    "accounts:read",
                    "profiles:read",
                    "profiles:write",
                    "lists:read",
                    "lists:write",
                    "segments:read",
                    "subscriptions:read",
                    "subscriptions:write",
                    "events:read",
                    "events:write",
                    "metrics:read",
                    "campaigns:read",
                    "flows:read",
                    "templates:read",
                ],
            ),
        };
        let scopes = scopes
            .iter()
            .map(|scope| (*scope).to_owned())
            .filter(|scope| !options.without_scopes.contains(scope))
            .collect();
        Self { platform, token, user, secret, scopes }
    }

    /// Tells whether a scope is granted.
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Returns them as a connector wants them: an object of texts.
    pub fn credentials(&self) -> Value {
        match self.platform {
            Platform::Shopify => json!({ "access_token": self.token }),
            Platform::Gorgias => json!({ "email": self.user, "api_key": self.token }),
            Platform::Klaviyo => json!({ "api_key": self.token }),
        }
    }

    /// Returns what signs in by the client-credentials grant, where the platform knows it.
    pub fn client_credentials(&self) -> Option<Value> {
        (self.platform == Platform::Shopify)
            .then(|| json!({ "client_id": self.user, "client_secret": self.secret }))
    }
}
