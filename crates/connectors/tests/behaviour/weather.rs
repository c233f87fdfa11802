//! Bad weather while reading: a pass ends with the same records as on a calm day.

use super::everywhere;

everywhere!(
    too_many_requests_is_waited_out,
    a_failing_server_is_asked_again,
    a_page_for_people_is_no_data,
    a_lost_connection_is_made_again,
    a_silent_server_is_given_up,
    a_storm_changes_nothing,
);

mod promises {
    use std::collections::BTreeMap;

    use fermata_connectors::Kind;
    use fermata_model::{Platform, Record};
    use fermata_sandbox::{Fault, Plan, Rule};

    use super::super::stage::{Stage, newest, rule};

    /// Reads the first stream with these faults and compares it with a calm pass.
    async fn check(platform: Platform, rules: &[Rule]) {
        let stage = Stage::new(platform).await;
        let stream = stage.streams()[0];
        let calm = stage.all(stream).await;
        for rule in rules {
            stage.trouble(rule.clone());
            let mut pull = stage.pull(stream);
            pull.size = Some(20);
            let rough: BTreeMap<String, Record> = newest(stage.pass(pull).await.unwrap());
            stage.calm();
            assert_eq!(rough, calm, "{rule:?}");
            let struck = stage.practice.journal(platform).iter().any(|entry| entry.fault.is_some());
            assert!(struck, "the fault was played: {rule:?}");
        }
    }

    pub(super) async fn too_many_requests_is_waited_out(platform: Platform) {
        let told = Rule { retry_after: Some(1), ..rule(Fault::Throttle, 1) };
        let untold = rule(Fault::Throttle, 3);
        check(platform, &[told, untold]).await;
    }

    pub(super) async fn a_failing_server_is_asked_again(platform: Platform) {
        let rules: Vec<Rule> = [500, 502, 503, 504]
            .into_iter()
            .flat_map(|status| {
                [Fault::ErrorBefore, Fault::ErrorAfter].map(|fault| Rule {
                    status: Some(status),
                    skip: 1,
                    ..rule(fault, 2)
                })
            })
            .collect();
        check(platform, &rules).await;
    }

    pub(super) async fn a_page_for_people_is_no_data(platform: Platform) {
        check(platform, &[Rule { skip: 1, ..rule(Fault::HtmlError, 2) }]).await;
    }

    pub(super) async fn a_lost_connection_is_made_again(platform: Platform) {
        let rules = [Fault::CutBefore, Fault::CutAfter, Fault::CutMidway].map(|fault| rule(fault, 2));
        check(platform, &rules).await;
    }

    pub(super) async fn a_silent_server_is_given_up(platform: Platform) {
        check(platform, &[rule(Fault::HangBefore, 1)]).await;
    }

    pub(super) async fn a_storm_changes_nothing(platform: Platform) {
        let stage = Stage::new(platform).await;
        for stream in stage.streams() {
            let calm = stage.all(stream).await;
            let mut plan = Plan::parse("storm:5").unwrap();
            // A record that is edited for good would rightly look different afterwards.
            plan.rules.retain(|rule| rule.fault != Fault::EditWhilePaging);
            stage.practice.set_faults(plan);
            let mut found = None;
            // A call may give up in a storm; the pass goes on from the same page, as sync does.
            let mut pull = stage.pull(stream);
            pull.size = Some(20);
            let mut changes = Vec::new();
            for _ in 0..500 {
                match stage.connector.pull(&pull).await {
                    Ok(page) => {
                        changes.extend(page.changes);
                        match page.next {
                            Some(next) => pull.token = Some(next),
                            None => {
                                found = Some(newest(std::mem::take(&mut changes)));
                                break;
                            }
                        }
                    }
                    Err(error) if error.is_temporary() => {}
                    Err(error) if error.kind == Kind::CursorRefused => pull.token = None,
                    Err(error) => panic!("{stream}: {error:?}"),
                }
            }
            stage.calm();
            assert_eq!(found.as_ref(), Some(&calm), "{stream}");
        }
    }
}
