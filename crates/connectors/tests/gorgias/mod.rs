//! What the Gorgias connector makes of what Gorgias says and fails to say.

mod actions;
mod records;
mod streams;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;

use crate::support::listener::Listener;
use crate::support::settings;

fn gorgias(listener: &Listener) -> Arc<dyn Connector> {
    let secrets = [("email", "agent@shop.example"), ("api_key", "k")];
    connect(Platform::Gorgias, settings(&listener.url, &secrets)).unwrap()
}
