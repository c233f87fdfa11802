//! What a platform deletes without a word is noticed, and nothing else is taken out.

use std::sync::Arc;

use fermata_connectors::Kind;
use fermata_model::{Platform, Stream};
use fermata_store::{alerts, progress, records};

use crate::practice::{Filled, id, practice};
use crate::scripted::{SWEPT, Script, failure, page};
use crate::steps::{SHOP, Scene, scene};

fn script() -> Arc<Script> {
    Arc::new(Script { capability: Some(&SWEPT), ..Script::default() })
}

/// Tells which of these customers are held.
fn held(scene: &Scene, ids: std::ops::RangeInclusive<u32>) -> Vec<u32> {
    let is_held = |id: &u32| {
        scene
            .store
            .read(|conn| match records::find(conn, SHOP, Stream::Customers, &id.to_string())? {
                Some(found) => records::is_present(conn, found),
                None => Ok(false),
            })
            .unwrap()
    };
    ids.filter(is_held).collect()
}

#[tokio::test]
async fn a_sweep_goes_on_after_a_restart_and_takes_out_only_what_is_missing() {
    let script = script();
    let mut scene = scene(&script);
    script.answer(page(&[1, 2, 3], None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    for answer in [page(&[], None), page(&[1], Some("b")), failure(Kind::Unreachable)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(held(&scene, 1..=5), [1, 2, 3], "half a listing takes nothing out");

    scene.restart(&script);
    // Customer 4 is made while the sweep runs, and the pass after it sees the edited 3.
    for answer in [page(&[4], None), page(&[], None), page(&[3, 5], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    let tokens: Vec<_> = script.asked().into_iter().map(|pull| pull.token).collect();
    assert_eq!(tokens[5].as_deref(), Some("b"), "it goes on at its page: {tokens:?}");
    assert_eq!(held(&scene, 1..=5), [1, 3, 4, 5]);
    assert_eq!(script.asked().len(), 7);

    scene.wait(1);
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().len(), 8, "the next sweep is a day later");
}

#[tokio::test]
async fn a_platform_that_suddenly_lists_nothing_is_an_alert_and_not_a_deletion() {
    let script = script();
    let scene = scene(&script);
    let everybody: Vec<u32> = (1..=200).collect();
    script.answer(page(&everybody, None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(held(&scene, 1..=200).len(), 200);
    let open = scene.store.read(alerts::open).unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].cause.contains("200 of the 200"), "{}", open[0].cause);

    scene.wait(25);
    for answer in [page(&[], None), page(&everybody[1..], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert!(scene.store.read(alerts::open).unwrap().is_empty(), "it clears itself");
    assert_eq!(held(&scene, 1..=2), [2]);
}

#[tokio::test]
async fn all_that_is_missing_is_taken_out_however_much_it_is() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&(1..=2_500).collect::<Vec<_>>(), None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    // More than one transaction takes out, and not in the order of the listing.
    let still_there: Vec<u32> = (1..=2_500).rev().filter(|id| id % 4 != 0).collect();
    for answer in [page(&[], None), page(&still_there, None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    let held = held(&scene, 1..=2_500);
    assert!(held.iter().rev().eq(&still_there), "{} of {}", held.len(), still_there.len());
}

#[tokio::test]
async fn a_record_that_is_listed_again_comes_back() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&[1, 2], None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    for answer in [page(&[], None), page(&[1], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(held(&scene, 1..=2), [1]);

    scene.wait(25);
    for answer in [page(&[], None), page(&[1, 2], None), page(&[1, 2], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().last().unwrap().since, None, "everything is read again");
    assert_eq!(held(&scene, 1..=2), [1, 2]);
}

#[tokio::test]
async fn a_record_that_no_page_brought_is_fetched_once_two_sweeps_have_listed_it() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&[1, 2], None));
    scene.sync.once(SHOP).await.unwrap();
    for sweep in 1..=2 {
        scene.wait(25);
        for answer in [page(&[], None), page(&[1, 2, 3, 4], None), page(&[], None)] {
            script.answer(answer);
        }
        scene.sync.once(SHOP).await.unwrap();
        assert_eq!(script.asked().len(), 1 + 3 * sweep);
    }
    assert_eq!(held(&scene, 1..=4), [1, 2]);

    // Of the two, one cannot be had.
    script.answer(page(&[1, 2, 3], None));
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().last().unwrap().since, None, "everything is read again");
    assert_eq!(held(&scene, 1..=4), [1, 2, 3]);

    scene.wait(25);
    for answer in [page(&[], None), page(&[1, 2, 3, 4], None), page(&[], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(1);
    scene.sync.once(SHOP).await.unwrap();
    assert!(script.asked().last().unwrap().since.is_some(), "but not again for one that never comes");
    assert_eq!(held(&scene, 1..=4), [1, 2, 3]);
}

#[tokio::test]
async fn a_stream_that_is_not_read_whole_yet_is_not_swept() {
    let script = script();
    let scene = scene(&script);
    for answer in [page(&[1], Some("b")), failure(Kind::Unreachable)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    script.answer(failure(Kind::Unreachable));
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().len(), 3, "only the first pass is asked for");
}

#[tokio::test]
async fn a_listing_whose_pages_are_forgotten_every_time_is_left_for_now_and_said() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&[1, 2], None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    for round in 1..=3 {
        for answer in [page(&[], None), page(&[1], Some("b")), failure(Kind::CursorRefused)] {
            script.answer(answer);
        }
        scene.sync.once(SHOP).await.unwrap();
        let asked = script.asked();
        assert_eq!(asked.len(), 1 + 3 * round, "it does not begin again at once");
        assert_eq!(asked.last().unwrap().token.as_deref(), Some("b"), "it began at the first page");
    }
    let open = scene.store.read(alerts::open).unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].cause.contains("deleted"), "{}", open[0].cause);

    for answer in [page(&[], None), page(&[1], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(held(&scene, 1..=2), [1]);
    assert!(scene.store.read(alerts::open).unwrap().is_empty(), "it clears itself");
}

#[tokio::test]
async fn a_listing_that_goes_round_in_a_circle_is_left_for_a_day_and_said() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&[1, 2], None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    for answer in [page(&[], None), page(&[1], Some("b")), page(&[1], Some("c")), page(&[1], Some("b"))] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().len(), 5);
    assert_eq!(held(&scene, 1..=2), [1, 2], "nothing is taken out");
    let open = scene.store.read(alerts::open).unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].cause.contains("deleted"), "{}", open[0].cause);

    script.answer(page(&[], None));
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(script.asked().len(), 6, "only the stream itself is read");
    scene.wait(25);
    for answer in [page(&[], None), page(&[1], None), page(&[], None)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(held(&scene, 1..=2), [1]);
    assert!(scene.store.read(alerts::open).unwrap().is_empty(), "it clears itself");
}

#[tokio::test]
async fn a_sign_in_refused_in_the_midst_of_a_sweep_counts_once() {
    let script = script();
    let scene = scene(&script);
    script.answer(page(&[1], None));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(25);
    for answer in [page(&[], None), page(&[1], None), failure(Kind::SignIn)] {
        script.answer(answer);
    }
    scene.sync.once(SHOP).await.unwrap();
    let standing = scene.store.read(|conn| progress::get(conn, SHOP, Stream::Customers)).unwrap();
    assert_eq!(standing.failures, 1);
    assert_eq!(scene.store.read(alerts::open).unwrap().len(), 1);
    scene.sync.once(SHOP).await.unwrap();
    assert!(scene.store.read(alerts::open).unwrap().is_empty(), "it clears itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vanishes_from_a_practice_store_is_noticed() {
    let practice = practice(40).await;
    // Whoever bought something or was mailed cannot go without a trace.
    let (stranger, unmailed) = practice.change(|world, now| {
        let mut account = world.accounts.iter().next().unwrap().1.clone();
        account.email = Some("never-bought@example.com".into());
        (account.person, account.phone) = (None, None);
        (account.created_at, account.updated_at) = (now, now);
        let mut profile = world.profiles.iter().next().unwrap().1.clone();
        profile.email = Some("never-mailed@example.com".into());
        (profile.person, profile.phone) = (None, None);
        (profile.external_id, profile.last_event_at) = (None, None);
        (profile.created_at, profile.updated_at) = (now, now);
        (world.accounts.insert(account), world.profiles.insert(profile))
    });
    let filled = Filled::new(&practice);
    filled.settle(&practice).await;
    let vanished = practice.change(|world, _| {
        let order = world.orders.iter().next_back().unwrap().0;
        world.orders.remove(order);
        world.orders_of.retain(|(_, other)| *other != order);
        world.accounts.remove(stranger);
        world.profiles.remove(unmailed);
        (order.number(), stranger.number())
    });
    practice.advance(25 * 3600);
    filled.settle(&practice).await;
    let clean = Filled::new(&practice);
    clean.settle(&practice).await;
    // Other platforms show what an order was in records of their own, without a time that moves.
    let names = |dump: &[String]| -> Vec<String> {
        let records = dump.iter().filter_map(|line| line.strip_prefix("record "));
        records.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect()
    };
    assert_eq!(names(&filled.dump()), names(&clean.dump()), "{vanished:?}");
    for (platform, stream, number) in
        [(Platform::Shopify, Stream::Orders, vanished.0), (Platform::Shopify, Stream::Customers, vanished.1)]
    {
        let found = filled
            .store
            .read(|conn| records::find(conn, id(platform), stream, &number.to_string()))
            .unwrap()
            .unwrap_or_else(|| panic!("{stream} {number} was there"));
        assert!(!filled.store.read(|conn| records::is_present(conn, found)).unwrap(), "{stream} {number}");
    }
}
