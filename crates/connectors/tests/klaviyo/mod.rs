//! What the Klaviyo connector makes of what Klaviyo says and fails to say.

mod actions;
mod records;
mod states;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;

use crate::support::listener::Listener;
use crate::support::settings;

fn klaviyo(listener: &Listener) -> Arc<dyn Connector> {
    connect(Platform::Klaviyo, settings(&listener.url, &[("api_key", "pk_1")])).unwrap()
}
