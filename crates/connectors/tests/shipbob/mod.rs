//! What the ShipBob connector makes of what ShipBob says and fails to say.

mod actions;
mod streams;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;

use crate::support::listener::Listener;
use crate::support::settings;

fn shipbob(listener: &Listener) -> Arc<dyn Connector> {
    connect(Platform::Shipbob, settings(&listener.url, &[("token", "t0ken")])).unwrap()
}
