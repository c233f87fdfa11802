//! The files in `workflows/` do what the test beside each says, and broken files say where.

use std::path::{Path, PathBuf};

use fermata_engine::workflow::decide::View;
use fermata_engine::workflow::expression::{Scope, put};
use fermata_engine::workflow::{Facts, Workflow, shipped};
use fermata_model::{Action, EventKind, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestFile {
    workflow: String,
    now: Timestamp,
    zone: String,
    facts: Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    event: EventKind,
    #[serde(default)]
    change: std::collections::BTreeMap<String, Value>,
    expect: Option<Expect>,
    then: Option<Then>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    now: Option<Timestamp>,
    #[serde(default)]
    change: std::collections::BTreeMap<String, Value>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    occurrence: Option<String>,
    option: Option<String>,
    why: Option<String>,
    flip: Option<String>,
    alternatives: Option<Vec<String>>,
    steps: Option<Vec<String>>,
    amounts: Option<Vec<i64>>,
    proposals: Option<Vec<Proposed>>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Proposed {
    step: String,
    action: Action,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows")
}

fn change(facts: &mut Value, changes: &std::collections::BTreeMap<String, Value>) {
    for (pointer, value) in changes {
        let place = facts.pointer_mut(pointer);
        *place.unwrap_or_else(|| panic!("{pointer} is not among the facts")) = value.clone();
    }
}

/// Walks through the steps of an option as a run does, without books: every action is taken to
/// have been done.
fn walk(
    workflow: &Workflow,
    view: &View<'_>,
    scope: &mut Scope,
    steps: &[String],
    waited: bool,
) -> (Vec<Proposed>, usize) {
    let mut proposals = Vec::new();
    for (index, id) in steps.iter().enumerate() {
        let step = workflow.step(id).expect("an option names steps that are there");
        if let Some(wait) = &step.wait {
            let over = view.holds(&wait.until, scope).expect("a wait's condition can be asked");
            put(scope, "steps", serde_json::json!({ id: { "timed_out": !over && waited } }));
            if !over && !waited {
                return (proposals, index);
            }
            continue;
        }
        if view.all_hold(&step.when, scope).expect("a step's conditions can be asked") {
            let proposed = view.propose(step, scope).expect("a step's fields can be filled in");
            proposals.push(Proposed { step: id.clone(), action: proposed.action });
        }
    }
    (proposals, steps.len())
}

fn compare(name: &str, expect: &Expect, proposals: Vec<Proposed>) {
    if let Some(steps) = &expect.steps {
        let done: Vec<_> = proposals.iter().map(|p| p.step.clone()).collect();
        assert_eq!(*steps, done, "{name}: steps");
    }
    if let Some(amounts) = &expect.amounts {
        let money: Vec<_> = proposals.iter().filter_map(|p| p.action.amount()).map(|m| m.minor).collect();
        assert_eq!(*amounts, money, "{name}: amounts");
    }
    if let Some(expected) = &expect.proposals {
        assert_eq!(*expected, proposals, "{name}: proposals");
    }
}

fn check(test: &TestFile, workflow: &Workflow, case: &Case) {
    let name = &case.name;
    let zone = TimeZone::get(&test.zone).expect("the zone is known");
    let mut json = test.facts.clone();
    change(&mut json, &case.change);
    let facts: Facts = serde_json::from_value(json.clone()).expect("the facts have the right shape");
    let view = View::new(workflow, &facts, zone.clone(), test.now);
    let triggered = workflow.trigger.events.contains(&case.event);
    let scopes = view.subjects().unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut decided = None;
    for scope in scopes.into_iter().filter(|_| triggered) {
        if let Some(one) = view.choose(&scope).unwrap_or_else(|error| panic!("{name}: {error}")) {
            decided = Some((scope, one));
        }
    }
    let Some(expect) = &case.expect else {
        assert!(decided.is_none(), "{name}: nothing should be decided, but {decided:?}");
        return;
    };
    let (mut scope, decided) = decided.unwrap_or_else(|| panic!("{name}: nothing was decided"));
    for (expected, found) in [
        (&expect.occurrence, Some(&decided.occurrence)),
        (&expect.option, Some(&decided.option)),
        (&expect.why, Some(&decided.why)),
        (&expect.flip, decided.flip.as_ref()),
    ] {
        if expected.is_some() {
            assert_eq!(expected.as_ref(), found, "{name}");
        }
    }
    if let Some(expected) = &expect.alternatives {
        let titles: Vec<_> = decided.alternatives.iter().map(|a| a.title.clone()).collect();
        assert_eq!(*expected, titles, "{name}: alternatives");
    }
    let (proposals, reached) = walk(workflow, &view, &mut scope, &decided.steps, false);
    compare(name, expect, proposals);
    if let Some(then) = &case.then {
        change(&mut json, &then.change);
        let facts: Facts = serde_json::from_value(json).expect("the facts have the right shape");
        let view = View::new(workflow, &facts, zone, then.now.unwrap_or(test.now));
        let mut scope =
            view.subject_of(&decided.occurrence).expect("facts can be read").expect("still there");
        let waited =
            then.now.is_some_and(|now| now.duration_since(test.now) >= SignedDuration::from_hours(336));
        let (proposals, _) = walk(workflow, &view, &mut scope, &decided.steps[reached..], waited);
        compare(name, &then.expect, proposals);
    }
}

#[test]
fn every_file_does_what_the_test_beside_it_says() {
    for shipped in shipped::all().expect("the files that ship can be read") {
        let id = &shipped.workflow.id;
        let (area, name) = id.split_once('.').expect("an id is area and name");
        let path = folder().join(area).join(format!("{name}.test.yaml"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{id} has no test: {e}"));
        let test: TestFile = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert_eq!(test.workflow, *id);
        assert!(!test.cases.is_empty());
        for case in &test.cases {
            check(&test, &shipped.workflow, case);
        }
    }
}

#[test]
fn every_file_in_the_folder_ships() {
    let mut files = 0;
    for area in std::fs::read_dir(folder()).expect("there is a folder of workflows") {
        for file in std::fs::read_dir(area.expect("it can be listed").path()).expect("areas are folders") {
            let name = file.expect("it can be listed").file_name().into_string().expect("names are text");
            files += usize::from(name.ends_with(".yaml") && !name.ends_with(".test.yaml"));
        }
    }
    assert_eq!(files, shipped::FILES.len(), "a file that is not in the list would never run");
}

/// Breaks a file that ships and looks at what is said about it.
fn broken(find: &str, replace: &str) -> String {
    let text = shipped::FILES[0];
    assert!(text.contains(find), "\"{find}\" is not in the file");
    Workflow::parse(&text.replacen(find, replace, 1)).expect_err("a broken file is refused").to_string()
}

#[test]
fn a_broken_file_says_what_is_wrong_and_where() {
    for (find, replace, said) in [
        ("summary:", "sumary:", "sumary"),
        ("nobody_answers: nothing", "nobody_answers: approve", "approve"),
        ("version: 1", "version: one", "line 2"),
        ("do: order.refund", "do: order.destroy", "order.destroy"),
        ("after: refund", "after: refnd", "refnd"),
        ("  - id: refund\n", "  - id: let-go-of\n", "uses itself"),
        ("- parcel.late\n", "- parcel.late ==\n", "parcel.late =="),
        ("by {{ parcel.due_at", "by {{ parcel.due_at |", "sentence"),
        ("steps: [reply-status]", "steps: [reply-states]", "reply-states"),
        ("deadline_hours: 48", "deadline_hours: 0", "deadline"),
        ("per_action: {\"*\": \"25.00\"}", "per_action: {\"*\": \"25,00\"}", "25,00"),
        ("holdout_percent: 0", "holdout_percent: 10", "holdout_percent must be 0"),
        ("within_hours: 168", "within_hours: -1", "watched"),
    ] {
        let error = broken(find, replace);
        assert!(error.contains(said), "\"{said}\" is missing in: {error}");
    }
}

#[test]
fn an_expression_sees_no_files_and_cannot_run_for_ever() {
    use fermata_engine::workflow::expression::Expressions;
    let expressions = Expressions::new(TimeZone::UTC, Timestamp::UNIX_EPOCH);
    let scope = Scope::new();
    assert!(expressions.sentence("{% include '/etc/passwd' %}", &scope).is_err());
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}";
    assert!(expressions.sentence(endless, &scope).is_err());
    for unknown in ["nobody_knows_this", "not nobody_knows_this", "nobody_knows_this.either"] {
        assert!(
            expressions.holds(unknown, &scope).is_err(),
            "{unknown}: a name that is not there is no \"no\""
        );
    }
    assert!(expressions.sentence("{{ nobody_knows_this }}", &scope).is_err());
}
