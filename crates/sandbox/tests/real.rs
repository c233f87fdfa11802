//! Worlds of real data, where the sets are present.

use std::path::PathBuf;

use fermata_sandbox::world::{Moment, World};
use fermata_sandbox::{Error, Options, WorldKind};

use crate::support::{self, NOW, still};

/// Returns the folder with the shared data; says so and returns `None` where it is absent.
fn shared() -> Option<PathBuf> {
    let folder = support::shared();
    if folder.join("data").is_dir() {
        Some(folder)
    } else {
        println!("skipped: no real data sets at {}", folder.display());
        None
    }
}

fn build(kind: WorldKind, shared: PathBuf) -> World {
    let options = Options { world: kind, shared: Some(shared), ..still(500) };
    World::build(&options, Moment::from(NOW.parse::<jiff::Timestamp>().expect("a timestamp")))
        .expect("a world")
}

#[test]
fn tau_retail_is_there_with_its_states() {
    let Some(shared) = shared() else { return };
    let world = build(WorldKind::TauRetail, shared);
    assert_eq!((world.people.len(), world.orders.len(), world.products.len()), (500, 1_000, 50));
    let cancelled = world.orders.iter().filter(|(_, order)| order.cancelled_at.is_some()).count();
    let waiting = world
        .orders
        .iter()
        .filter(|(_, order)| order.parcels.is_empty() && order.cancelled_at.is_none())
        .count();
    assert!(cancelled >= 102, "{cancelled} cancelled");
    assert!((380..=423).contains(&waiting), "{waiting} wait to be packed");
    assert!(world.order_named("#W2611340").is_some(), "orders keep their names");
    let asked =
        world.tickets.iter().filter(|(_, ticket)| ticket.open && ticket.intent == "where_is_it").count();
    assert!(asked >= 10, "{asked} customers ask where their parcel is");
}

#[test]
fn uci_retail_is_there_with_its_cancellations() {
    let Some(shared) = shared() else { return };
    let world = build(WorldKind::UciRetail, shared);
    assert!(world.orders.len() > 12_000, "{} orders", world.orders.len());
    let refunded = world.orders.iter().filter(|(_, order)| !order.refunds.is_empty()).count();
    assert!(refunded > 500, "{refunded} orders with something taken back");
    assert_eq!(world.shop.currency, fermata_model::Currency::GBP);
    let latest = world.orders.iter().next_back().map(|(_, order)| order.created_at).expect("an order");
    assert!(world.now().since(latest) < 2 * 86_400, "the dates end now");
}

#[test]
fn absent_data_is_said_plainly() {
    let options =
        Options { world: WorldKind::TauRetail, shared: Some(PathBuf::from("nowhere")), ..still(500) };
    let error = World::build(&options, Moment::from_second(1_700_000_000)).expect_err("nothing is there");
    assert!(matches!(error, Error::DataMissing { world: "tau-retail", .. }));
    assert!(error.to_string().contains("FERMATA_SHARED"), "{error}");
}
