//! Platforms that have a name and no connector yet: whatever is asked of one says so.

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};

use crate::capability::Capability;
use crate::{Account, Connector, Error, Found, Kind, Page, Pull, Sent};

const fn nothing(platform: Platform) -> Capability {
    Capability {
        platform,
        api_version: "",
        retires: None,
        address_example: "",
        credentials: &[],
        streams: &[],
        actions: &[],
        scopes: &[],
        limits: &["This version of Fermata cannot connect to it."],
    }
}

pub(crate) static SHIPBOB: Capability = nothing(Platform::Shipbob);

/// A platform that nothing can be asked of.
pub(crate) struct Coming(pub(crate) &'static Capability);

impl Coming {
    fn cannot<T>(&self, operation: &str) -> Result<T, Error> {
        let platform = self.0.platform;
        let message = format!("This version of Fermata cannot connect to {}.", platform.title());
        Err(Error::new(platform, operation, Kind::Unsupported, message))
    }
}

#[async_trait]
impl Connector for Coming {
    fn capability(&self) -> &'static Capability {
        self.0
    }

    async fn check(&self) -> Result<Account, Error> {
        self.cannot("check")
    }

    async fn pull(&self, _: &Pull) -> Result<Page, Error> {
        self.cannot("pull")
    }

    fn reread(&self, _: Stream, _: &str) -> Result<Change, Error> {
        self.cannot("reread")
    }

    async fn prepare(&self, _: &Action, _: Key, _: Timestamp) -> Result<Frozen, Error> {
        self.cannot("prepare")
    }

    async fn send(&self, _: &Frozen) -> Result<Sent, Error> {
        self.cannot("send")
    }

    async fn find(&self, _: &Frozen) -> Result<Found, Error> {
        self.cannot("find")
    }
}
