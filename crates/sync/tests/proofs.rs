//! A proof is green when both sides agree, and finds what was changed behind our back.

use std::sync::Arc;

use fermata_connectors::Kind;
use fermata_model::record::Unreadable;
use fermata_model::{Change, Platform, Stream};
use fermata_store::{Durability, Writer};
use fermata_sync::prove::{How, Proof, StreamProof};

use crate::practice::{Filled, id, practice};
use crate::scripted::{SWEPT, Script, failure, page};
use crate::steps::{SHOP, scene};

fn of(proof: &Proof, stream: Stream) -> &StreamProof {
    proof.streams.iter().find(|proof| proof.stream == stream).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_store_is_proved_and_a_change_behind_our_back_is_found() {
    let practice = practice(60).await;
    let filled = Filled::new(&practice);
    filled.settle(&practice).await;
    practice.advance(60);
    filled.settle(&practice).await;
    let before = filled.dump();
    for platform in practice.platforms() {
        filled.sync.reconnect(id(platform));
        let proof = filled.sync.prove(id(platform)).await.unwrap();
        for stream in &proof.streams {
            println!(
                "{platform} {} {:?} {:?} {:?}",
                stream.stream, stream.here, stream.explained, stream.problem
            );
            assert!(stream.holds(), "{platform}: {stream:#?}");
            assert_eq!(stream.here, stream.there, "{platform} {}", stream.stream);
            assert_eq!(stream.explained, fermata_sync::prove::Explained::default());
        }
        assert!(proof.streams.iter().any(|stream| stream.here.records > 0));
    }
    assert_eq!(filled.dump(), before, "a proof writes nothing");

    // One order changes at the platform without its time moving, another one in our own file.
    let shopify = id(Platform::Shopify);
    let (moved, tampered, lost) = practice.change(|world, _| {
        let orders: Vec<_> = world.orders.iter().map(|(id, _)| id).take(3).collect();
        let [moved, tampered, lost] = orders[..] else { panic!("too few orders") };
        world.orders.quietly(moved, |order| order.note = Some("changed by nobody".into()));
        (moved.number().to_string(), tampered.number().to_string(), lost.number().to_string())
    });
    let (in_rows, in_store) = (tampered.clone(), lost.clone());
    filled
        .store
        .write(Durability::Normal, Writer::System("test"), |tx| {
            let find = |external: &str| {
                fermata_store::records::find(tx, shopify, Stream::Orders, external).map(|id| id.unwrap().0)
            };
            tx.execute("UPDATE shop_order SET total = total + 1 WHERE record = ?1", [find(&in_rows)?])?;
            tx.execute("UPDATE record SET changed_at = NULL WHERE id = ?1", [find(&in_store)?])?;
            Ok(())
        })
        .unwrap();
    filled.sync.reconnect(shopify);
    let proof = filled.sync.prove(shopify).await.unwrap();
    assert!(!proof.holds());
    let orders = of(&proof, Stream::Orders);
    assert_eq!(orders.unexplained, 3, "{orders:#?}");
    let found = |external: &str| orders.first.iter().find(|other| other.external_id == external).unwrap();
    assert_eq!(found(&moved).how, How::Different);
    assert!(found(&moved).fields.contains(&"note".to_owned()), "{:?}", found(&moved));
    assert_eq!(
        (found(&tampered).how, &found(&tampered).fields[..]),
        (How::Different, &["total.minor".to_owned()][..])
    );
    assert_eq!(found(&lost).how, How::MissingHere);
    assert_eq!(orders.there.records, orders.here.records + 1);
    assert_ne!(orders.here.sums, orders.there.sums);
    assert_ne!(orders.here.digest(), orders.there.digest());
    assert!(proof.streams.iter().filter(|other| other.stream != Stream::Orders).all(StreamProof::holds));
}

fn script() -> Arc<Script> {
    Arc::new(Script { capability: Some(&SWEPT), ..Script::default() })
}

#[tokio::test]
async fn what_has_a_known_reason_is_told_apart_from_what_has_none() {
    let script = script();
    let scene = scene(&script);
    let mut first = page(&[1, 2, 3], None).unwrap();
    let odd = Change::Unreadable(Unreadable {
        stream: Stream::Customers,
        external_id: Some("9".into()),
        reason: "It has a shape we do not know.".into(),
        raw: "odd".into(),
    });
    first.changes.push(odd.clone());
    script.answer(Ok(first));
    scene.sync.once(SHOP).await.unwrap();
    scene.wait(1);

    // 1 is the same, 2 is gone, 3 changed while the proof ran, 4 never came, 5 is too new, 9 is odd.
    let at = |id: u32, at: &str| match page(&[id], None).unwrap().changes.remove(0) {
        Change::Seen(mut record) => {
            record.changed_at = at.parse().unwrap();
            record.raw = format!("{{\"id\":{id},\"v\":2}}");
            Change::Seen(record)
        }
        other => other,
    };
    let mut listed = page(&[1, 3, 4], None).unwrap();
    listed.changes.extend([at(5, "2026-11-02T12:30:00Z"), odd]);
    let Change::Seen(three) = &mut listed.changes[1] else { panic!() };
    three.raw = "{\"id\":3,\"v\":1}".into();
    script.answer(Ok(listed));
    let mut meanwhile = page(&[], None).unwrap();
    meanwhile.changes.push(at(3, "2026-11-02T13:00:01Z"));
    script.answer(Ok(meanwhile));
    let proof = scene.sync.prove(SHOP).await.unwrap();
    let customers = of(&proof, Stream::Customers);
    assert_eq!(
        customers.first.iter().map(|found| (found.external_id.as_str(), found.how)).collect::<Vec<_>>(),
        [("2", How::GoneThere), ("4", How::MissingHere)]
    );
    assert_eq!(customers.unexplained, 2);
    let explained = customers.explained;
    assert_eq!((explained.set_aside, explained.changed_meanwhile, explained.not_yet_read), (1, 1, 1));
    assert_eq!((customers.here.records, customers.there.records), (2, 2));
    assert_ne!(customers.here.digest(), customers.there.digest());
}

#[tokio::test]
async fn a_stream_that_cannot_be_compared_proves_nothing() {
    let script = script();
    let scene = scene(&script);
    let proof = scene.sync.prove(SHOP).await.unwrap();
    assert!(!proof.holds(), "its history is not here yet");
    scene.sync.once(SHOP).await.unwrap();
    script.answer(failure(Kind::Broken));
    let proof = scene.sync.prove(SHOP).await.unwrap();
    assert!(!proof.holds() && proof.streams[0].problem.is_some());
    assert!(scene.sync.prove(SHOP).await.unwrap().holds());
}
