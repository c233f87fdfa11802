//! What the WooCommerce connector makes of what a shop says, fails to say, and has in between.

mod actions;
mod approval;
mod door;
mod records;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;

use crate::support::listener::Listener;
use crate::support::settings;

fn woo(listener: &Listener) -> Arc<dyn Connector> {
    let secrets = [("consumer_key", "ck_1"), ("consumer_secret", "cs_1")];
    connect(Platform::Woocommerce, settings(&listener.url, &secrets)).unwrap()
}
