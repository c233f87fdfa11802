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
use crate::twins::{Keys, Seal, Twin};

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
    /// The platforms that run. Of several storefronts each has some of the customers.
    pub platforms: BTreeSet<Platform>,
    /// The first port: the platforms that run get it and the next ones, in the order in which
    /// [`Platform::ALL`] names them, and after them control. 0 lets the system choose each.
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
    /// Settings of the WordPress that WooCommerce runs in.
    pub woocommerce: crate::woocommerce::Settings,
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
            platforms: [Platform::Shopify, Platform::Gorgias, Platform::Klaviyo].into(),
            port: 0,
            faults: Plan::calm(),
            state: None,
            without_scopes: BTreeSet::new(),
            rates: 1.0,
            shopify: crate::shopify::Settings::default(),
            woocommerce: crate::woocommerce::Settings::default(),
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
            .field("platforms", &self.platforms)
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
    /// The token or key that opens it.
    pub token: String,
    /// Who signs in with it; empty where the key alone does.
    pub user: String,
    /// What the client-credentials grant exchanges for a token; empty where there is no such grant.
    pub secret: String,
    /// What every path of this store begins with; empty where there is no such thing.
    pub path: String,
    /// Granted scopes, in the vendor's words.
    pub scopes: BTreeSet<String>,
    /// Where an approval in the browser may be sent to, letter by letter, as the app has registered it.
    pub(crate) redirects: Vec<String>,
    credentials: Value,
}

impl Access {
    /// Makes the credentials of a platform from the world's seed.
    pub(crate) fn new(twin: &Twin, options: &Options) -> Self {
        let Keys { token, user, secret, path, credentials } =
            (twin.keys)(&Seal::new(options.seed, twin.platform));
        let scopes = twin
            .scopes
            .iter()
            .map(|scope| (*scope).to_owned())
            .filter(|scope| !options.without_scopes.contains(scope))
            .collect();
        let redirects = options.shopify.redirects.clone();
        Self { platform: twin.platform, token, user, secret, path, scopes, redirects, credentials }
    }

    /// Tells whether a scope is granted.
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Returns them as a connector wants them: an object of texts.
    pub fn credentials(&self) -> Value {
        self.credentials.clone()
    }

    /// Returns what signs in by the client-credentials grant, where the platform knows it.
    pub fn client_credentials(&self) -> Option<Value> {
        (!self.secret.is_empty()).then(|| json!({ "client_id": self.user, "client_secret": self.secret }))
    }
}
