//! The Shopify connector against answers written by hand from the vendor's recorded ones.

mod approval;
pub(crate) mod bodies;
mod bulk;
mod orders;
mod pull;
mod refund;
mod sign_in;
mod stock;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;

use crate::support::listener::{Listener, Reply};
use crate::support::settings;

/// A connector signed in with a pasted token.
fn shop(url: &str) -> Arc<dyn Connector> {
    connect(Platform::Shopify, settings(url, &[("access_token", "shpat_practice")])).unwrap()
}

/// A listener with these answers, and a connector that asks it.
async fn scripted(replies: Vec<Reply>) -> (Listener, Arc<dyn Connector>) {
    let listener = Listener::script(replies).await;
    let shop = shop(&listener.url);
    (listener, shop)
}
