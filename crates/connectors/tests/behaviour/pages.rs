//! Pages: where they end, and what happens to records that move or come twice.

use super::everywhere;

everywhere!(
    a_pass_reads_all_there_is_and_ends,
    every_page_size_reads_the_same,
    a_record_on_two_pages_is_one_record,
    a_record_edited_while_paging_is_not_lost,
    an_incremental_pass_reads_what_changed,
    a_refund_made_during_a_first_sync_is_not_lost,
    a_token_that_is_not_known_begins_the_pass_again,
    a_record_is_read_again_from_its_raw_text,
    a_listing_of_ids_names_what_a_pass_brings,
);

mod promises {
    use std::collections::BTreeSet;

    use fermata_connectors::capability::Removal;
    use fermata_connectors::{Kind, Pull};
    use fermata_model::{Change, Entity, Platform, Record, Stream};
    use fermata_sandbox::world::{NewRefund, Order};
    use fermata_sandbox::{Fault, Practice, Rule};
    use jiff::SignedDuration;

    use super::super::stage::{Stage, newest, rule};

    /// Returns how many records the platform really has, where that is simply countable.
    fn truth(practice: &Practice, platform: Platform, stream: Stream) -> Option<usize> {
        practice.world(|world| match (platform, stream) {
            (Platform::Shopify, Stream::Customers) => Some(world.accounts.len()),
            (Platform::Shopify, Stream::Orders) => Some(world.orders.len()),
            (Platform::Shopify, Stream::Carts) => Some(world.carts.len()),
            (Platform::Bigcommerce, Stream::Orders) => Some(
                world
                    .orders
                    .iter()
                    .filter(|(_, order)| world.storefront_of(order.person) == Platform::Bigcommerce)
                    .count(),
            ),
            (Platform::Woocommerce, Stream::Orders) => Some(
                world
                    .orders
                    .iter()
                    .filter(|(_, order)| world.storefront_of(order.person) == Platform::Woocommerce)
                    .count(),
            ),
            (Platform::Gorgias, Stream::Customers) => Some(world.contacts.len()),
            (Platform::Gorgias, Stream::Tickets) => Some(world.tickets.len()),
            (Platform::Gorgias, Stream::Messages) => Some(world.messages.len()),
            (Platform::Gorgias, Stream::Ratings) => Some(world.surveys.len()),
            (Platform::Klaviyo, Stream::Profiles) => Some(world.profiles.len()),
            (Platform::Stripe, Stream::Payments) => {
                Some(world.orders.iter().filter(|(_, order)| order.payment.gateway != "gift_card").count())
            }
            (Platform::Shopify | Platform::Shipbob, Stream::Stock) => {
                Some(world.variants.len() * world.locations.len())
            }
            _ => None,
        })
    }

    pub(super) async fn a_pass_reads_all_there_is_and_ends(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let found = stage.all(stream).await;
            if let Some(count) = truth(&stage.practice, platform, stream) {
                assert!(count > 0);
                assert_eq!(found.len(), count, "{stream}");
            }
            assert!(
                found.values().all(|record| record.changed_at <= stage.now()),
                "{stream}: nothing from the future"
            );
        }
    }

    /// What one has and the other has not is taken out, or read for over and over.
    pub(super) async fn a_listing_of_ids_names_what_a_pass_brings(platform: Platform) {
        let stage = Stage::new(platform).await;
        let streams = stage.connector.capability().streams.iter();
        for stream in streams.filter(|stream| matches!(stream.removal, Removal::Swept(_))) {
            let stream = stream.stream;
            let (mut named, mut token) = (BTreeSet::new(), None);
            loop {
                let page = stage.connector.ids(stream, token, stage.now()).await.unwrap();
                named.extend(page.ids);
                token = page.next;
                if token.is_none() {
                    break;
                }
            }
            let brought = stage.all(stream).await.into_values().filter(|record| record.stream == stream);
            assert_eq!(named, brought.map(|record| record.external_id).collect(), "{stream}");
        }
    }

    pub(super) async fn every_page_size_reads_the_same(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let whole = stage.all(stream).await;
            // One that divides the count leaves a full last page; ones around it do not.
            let half = u32::try_from(whole.len().div_ceil(2)).unwrap().max(1);
            for size in [half, half + 1, 23] {
                let mut pull = stage.pull(stream);
                pull.size = Some(size);
                let parts = newest(stage.pass(pull).await.unwrap());
                assert_eq!(parts.len(), whole.len(), "{stream} by {size}");
                assert_eq!(parts, whole, "{stream} by {size}");
            }
        }
    }

    pub(super) async fn a_record_on_two_pages_is_one_record(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let whole = stage.all(stream).await;
            stage.trouble(Rule { times: None, ..rule(Fault::DoublePage, 0) });
            let mut pull = stage.pull(stream);
            pull.size = Some(20);
            let doubled = newest(stage.pass(pull).await.unwrap());
            stage.calm();
            assert_eq!(doubled, whole, "{stream}");
        }
    }

    pub(super) async fn a_record_edited_while_paging_is_not_lost(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let whole = stage.all(stream).await;
            let start = stage.now();
            stage.practice.advance(60);
            stage.trouble(rule(Fault::EditWhilePaging, 3));
            let mut pull = stage.pull(stream);
            pull.size = Some(20);
            let mut changes = stage.pass(pull).await.unwrap();
            stage.calm();
            stage.practice.advance(60);
            // The next pass begins where this one began, less the overlap.
            let mut next = stage.pull(stream);
            next.since = Some(start);
            changes.extend(stage.pass(next).await.unwrap());
            let found = newest(changes);
            // What a page holds of other streams is read for good by those.
            let own = |record: &fermata_model::Record| record.stream == stream;
            let missing: Vec<&String> = whole
                .iter()
                .filter(|(id, record)| own(record) && !found.contains_key(*id))
                .map(|(id, _)| id)
                .collect();
            assert!(missing.is_empty(), "{stream} lost {missing:?}");
            let now = stage.all(stream).await;
            for (id, record) in now.iter().filter(|(_, record)| own(record)) {
                assert_eq!(found.get(id), Some(record), "{stream}: the last version of {id} was read");
            }
        }
    }

    pub(super) async fn an_incremental_pass_reads_what_changed(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let capability = stage.connector.capability().stream(stream).unwrap();
            let whole = stage.all(stream).await;
            let mut times: Vec<_> = whole.values().map(|record| record.changed_at).collect();
            times.sort_unstable();
            let Some(mark) = times.get(times.len() * 3 / 4).copied() else { continue };
            let mut pull = stage.pull(stream);
            pull.since = Some(mark);
            let found = newest(stage.pass(pull).await.unwrap());
            let own = |record: &fermata_model::Record| record.stream == stream && record.changed_at >= mark;
            for (id, record) in whole.iter().filter(|(_, record)| own(record)) {
                assert_eq!(found.get(id), Some(record), "{stream}: {id} changed after {mark}");
            }
            if !capability.incremental {
                continue;
            }
            assert!(found.len() < whole.len(), "{stream}: not everything again");
            let mut pull = stage.pull(stream);
            pull.since = Some(stage.now() + SignedDuration::from_secs(1));
            pull.until = stage.now() + SignedDuration::from_secs(2);
            let nothing = stage.pass(pull).await.unwrap();
            assert!(nothing.len() < whole.len().max(2), "{stream}: nothing happened in the future");
        }
    }

    /// Some shops do not move an order's time of change when it is refunded, so the orders' own stream is not asked.
    pub(super) async fn a_refund_made_during_a_first_sync_is_not_lost(platform: Platform) {
        let stage = Stage::new(platform).await;
        let streams = stage.streams();
        if !streams.contains(&Stream::Orders) || !streams.contains(&Stream::Refunds) {
            return;
        }
        let (mut refunds_read_at, mut changed) = (None, Vec::new());
        for stream in streams {
            if stream == Stream::Refunds {
                refunds_read_at = Some(stage.now());
                stage.practice.advance(60);
            }
            let held = stage.all(stream).await;
            if stream == Stream::Orders {
                stage.practice.change(|world, now| {
                    let ours = |order: &Order| {
                        world.storefront_of(order.person) == platform && order.refundable() > 100
                    };
                    let order = world.orders.iter().find(|(_, order)| ours(order)).map(|(id, _)| id).unwrap();
                    world.refund(order, NewRefund { amount: 100, ..NewRefund::default() }, now);
                });
                let now = stage.all(stream).await;
                changed.extend(now.into_iter().filter(|(id, record)| held.get(id) != Some(record)));
                // The rest of the first sync takes long.
                stage.practice.advance(40 * 24 * 60 * 60);
            }
        }
        let next = Pull { since: refunds_read_at, ..stage.pull(Stream::Refunds) };
        let found = newest(stage.pass(next).await.unwrap());
        let refunded = |record: &Record| match &record.entity {
            Entity::Order(order) => order.refunded.minor,
            other => panic!("{other:?}"),
        };
        let (id, record) = changed.pop().unwrap();
        assert!(changed.is_empty() && refunded(&record) >= 100);
        assert!(found.get(&id).map(refunded) >= Some(refunded(&record)), "{id} was not read again");
    }

    pub(super) async fn a_token_that_is_not_known_begins_the_pass_again(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            for token in ["", "written by a later version", "{}", "{\"cursor\":3}", "\u{0}\u{fc}/+="] {
                let mut pull = stage.pull(stream);
                pull.token = Some(token.to_owned());
                let error = stage.connector.pull(&pull).await.expect_err("no page has such a token");
                assert_eq!(error.kind, Kind::CursorRefused, "{stream}, {token:?}: {error}");
            }
        }
    }

    pub(super) async fn a_record_is_read_again_from_its_raw_text(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            for change in stage.pass(stage.pull(stream)).await.unwrap() {
                let Change::Seen(record) = &change else { continue };
                assert_eq!(stage.connector.reread(record.stream, &record.raw).unwrap(), change);
            }
            let error = stage.connector.reread(stream, "{\"id\":").unwrap_err();
            assert_eq!(error.kind, Kind::Malformed, "{stream}");
        }
    }
}
