//! Klaviyo.

mod capability;

use async_trait::async_trait;
use fermata_model::{Action, Frozen, Key, Stream, Timestamp};

use crate::{Account, Capability, Connector, Error, Found, Kind, Page, Pull, Sent, Settings};

pub use capability::CAPABILITY;

/// One account at Klaviyo.
pub struct Klaviyo {
    #[expect(dead_code, reason = "the requests come next")]
    settings: Settings,
}

impl Klaviyo {
    /// Makes the connector. Sends nothing.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self { settings })
    }
}

fn unsupported() -> Error {
    Error::new(CAPABILITY.platform, "any", Kind::Unsupported, "Klaviyo is not connected yet.")
}

#[async_trait]
impl Connector for Klaviyo {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    async fn check(&self) -> Result<Account, Error> {
        Err(unsupported())
    }

    async fn pull(&self, _pull: &Pull) -> Result<Page, Error> {
        Err(unsupported())
    }

    fn reread(&self, _stream: Stream, _raw: &str) -> Result<fermata_model::Change, Error> {
        Err(unsupported())
    }

    async fn prepare(&self, _action: &Action, _key: Key, _now: Timestamp) -> Result<Frozen, Error> {
        Err(unsupported())
    }

    async fn send(&self, _frozen: &Frozen) -> Result<Sent, Error> {
        Err(unsupported())
    }

    async fn find(&self, _frozen: &Frozen) -> Result<Found, Error> {
        Err(unsupported())
    }
}
