//! Who is merged or erased at a platform is so here, and nothing is held that changes without a word.

use fermata_model::Platform;
use fermata_sandbox::{Options, Plan, Practice};

use fermata_store::{Sql, customers, search};

use crate::practice::{Filled, id, options};

/// A practice store of these platforms, and a store that was filled from it.
async fn filled(platforms: &[Platform]) -> (Practice, Filled) {
    let platforms = platforms.iter().copied().collect();
    let practice = Practice::start(Options { customers: 12, platforms, ..options() }).await.unwrap();
    let filled = Filled::new(&practice);
    filled.settle(&practice).await;
    (practice, filled)
}

/// Reads on for so many seconds, and checks that nothing is left which a new store would not have.
async fn ends_as_a_new_one(practice: &Practice, filled: &Filled, seconds: i64) {
    practice.advance(seconds);
    filled.settle(practice).await;
    practice.advance(60);
    filled.settle(practice).await;
    let new = Filled::new(practice);
    new.settle(practice).await;
    let (held, wanted) = (filled.dump(), new.dump());
    let lines = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    assert_eq!(lines(&held, &wanted), lines(&wanted, &held), "held on the left, new on the right");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messages_of_a_merged_customer_are_those_of_whom_they_live_on_in() {
    let (practice, filled) = filled(&[Platform::Shopify, Platform::Gorgias]).await;
    let merged = practice.change(|world, now| {
        let asked = world.tickets.iter().map(|(_, ticket)| ticket.contact).next()?;
        let other = world.contacts.iter().map(|(id, _)| id).find(|other| *other != asked)?;
        world.merge_contacts(asked, other, now).then_some(())
    });
    assert!(merged.is_some(), "somebody has asked something");
    ends_as_a_new_one(&practice, &filled, 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_profile_takes_along_what_was_mailed_to_it() {
    let (practice, filled) = filled(&[Platform::Shopify, Platform::Klaviyo]).await;
    let mailed = practice.change(|world, now| {
        let mailed = world.events.iter().map(|(_, event)| event.profile).next()?;
        let variant = world.variants.iter().map(|(id, _)| id).next()?;
        world.ask_for_stock(mailed, variant, now);
        Some(mailed)
    });
    let mailed = mailed.expect("somebody was mailed");
    practice.advance(60);
    filled.settle(&practice).await;
    assert!(practice.change(|world, now| world.delete_profile(mailed, now)));
    ends_as_a_new_one(&practice, &filled, 25 * 3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_erased_before_it_was_ever_read_takes_along_what_was_mailed_to_it() {
    let platforms = [Platform::Shopify, Platform::Klaviyo].into_iter().collect();
    let practice = Practice::start(Options { customers: 12, platforms, ..options() }).await.unwrap();
    let filled = Filled::new(&practice);
    let fails =
        r#"{"seed":1,"rules":[{"platform":"klaviyo","operation":"/api/profiles","fault":"error_before"}]}"#;
    practice.set_faults(Plan::parse(fails).unwrap());
    filled.sync.once(id(Platform::Klaviyo)).await.unwrap();
    let held = filled.dump();
    assert!(held.iter().any(|row| row.contains(" mail.sent ")), "mails came");
    assert!(!held.iter().any(|row| row.starts_with("record klaviyo/Klaviyo/profiles/")), "profiles did not");
    let erased = practice.change(|world, now| {
        let mailed = world.events.iter().map(|(_, event)| event.profile).next()?;
        world.delete_profile(mailed, now).then_some(())
    });
    assert!(erased.is_some(), "somebody was mailed");
    practice.set_faults(Plan::calm());
    filled.settle(&practice).await;
    ends_as_a_new_one(&practice, &filled, 25 * 3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_platform_changes_of_a_profile_without_a_word_is_not_held() {
    let (practice, filled) = filled(&[Platform::Shopify, Platform::Klaviyo]).await;
    practice.advance(3600);
    practice.change(|world, now| {
        let profile = world.profiles.iter().next().unwrap().0;
        let variant = world.variants.iter().next().unwrap().0;
        world.ask_for_stock(profile, variant, now);
    });
    ends_as_a_new_one(&practice, &filled, 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_removed_accounts_alone_knew_is_neither_listed_nor_found() {
    let platforms = [
        &[Platform::Shopify, Platform::Gorgias, Platform::Klaviyo][..],
        &[Platform::Woocommerce, Platform::Stripe, Platform::Gorgias],
        &[Platform::Bigcommerce, Platform::Shipbob, Platform::Klaviyo],
    ];
    let known = |conn: &Sql| customers::list(conn, 0, 1_000);
    for (removed_first, platforms) in platforms.into_iter().enumerate() {
        let (_practice, filled) = filled(platforms).await;
        let before = filled.store.read(known).unwrap();
        assert!(before.len() > 5, "{platforms:?}");
        for &platform in platforms.iter().cycle().skip(removed_first).take(platforms.len()) {
            fermata_sync::duties::remove(&filled.sync, id(platform), "Olga", |_| Ok(())).await.unwrap();
            for customer in filled.store.read(known).unwrap() {
                let told = customer.name.as_ref().or(customer.email.as_ref()).or(customer.phone.as_ref());
                assert!(told.is_some(), "somebody without a name is left without {platform}: {customer:?}");
            }
        }
        assert_eq!(filled.store.read(customers::count).unwrap(), 0, "nothing is left of {platforms:?}");
        for customer in before {
            let names = [customer.name, customer.email, customer.phone];
            for name in names.into_iter().flatten() {
                let found = filled.store.read(|conn| search::customers(conn, &name, 5)).unwrap();
                assert!(found.is_empty(), "{name}: {found:?}");
            }
        }
    }
}
