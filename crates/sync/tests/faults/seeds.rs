//! Hundreds of seeds.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::sync::Arc;

use fermata_model::Platform;
use fermata_sandbox::Fault;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::story::{Story, Told};

/// How many seeds are tried unless `FERMATA_SEEDS` says otherwise.
const SEEDS: u64 = 210;
/// How many live at a time.
const AT_ONCE: usize = 16;
/// At least one in so many of the seeds in which a platform runs meets each fault there.
const SHARE: usize = 10;
/// In at least so many seeds each platform runs.
const RUNS: usize = 60;

fn number(name: &str) -> Option<u64> {
    Some(env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// `FERMATA_SEEDS=2000` tries more of them, `FERMATA_SEED=17` that one alone.
#[tokio::test(flavor = "multi_thread")]
async fn in_whatever_weather_the_store_ends_equal_to_a_clean_sync_row_by_row() {
    let seeds = match number("FERMATA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("FERMATA_SEEDS").unwrap_or(SEEDS),
    };
    let stories = seeds.clone().map(Story);
    let (told, mut wrong) = tell(stories).await;
    for (story, told) in &told {
        let is_late = |fault: &str| fault == Fault::Latency.name();
        if told.struck.keys().all(|(_, fault)| is_late(fault)) {
            wrong.push(format!("{story}: nothing went wrong"));
        }
        if !told.difference.is_none() {
            wrong.push(format!("{story}:\n{}", told.difference));
        }
    }
    let seen = coverage(&told);
    for (platform, (ran, faults)) in &seen {
        println!("{platform} ran {ran} times: {faults:?}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {seeds:?} went wrong; one alone: FERMATA_SEED=<seed>\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    if seeds.end - seeds.start >= SEEDS {
        assert!(Platform::ALL.iter().all(|platform| seen.contains_key(platform)));
        for (platform, (ran, faults)) in seen {
            assert!(ran >= RUNS, "{platform} ran in {ran} seeds");
            for fault in Fault::ALL {
                let met = faults.get(fault.name()).copied().unwrap_or_default();
                assert!(met * SHARE >= ran, "{platform} met {fault:?} in {met} of {ran} seeds");
            }
        }
    }
}

/// Tells stories, many at a time; returns what came of each, and those that came to no end.
async fn tell(stories: impl Iterator<Item = Story>) -> (Vec<(Story, Told)>, Vec<String>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    let mut running = HashMap::new();
    for story in stories {
        let places = places.clone();
        let task = tasks.spawn(async move {
            let _place = places.acquire_owned().await.unwrap();
            story.tell().await
        });
        running.insert(task.id(), story);
    }
    let (mut told, mut wrong) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next_with_id().await {
        match ended {
            Ok((task, end)) => told.push((running[&task], end)),
            Err(error) => {
                let story = running[&error.id()];
                let panic = error.into_panic();
                let said = panic.downcast_ref::<String>().map(String::as_str);
                let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it died");
                wrong.push(format!("{story}: {said}"));
            }
        }
    }
    (told, wrong)
}

/// Counts for each platform in how many seeds it ran, and in how many it met which fault.
fn coverage(told: &[(Story, Told)]) -> BTreeMap<Platform, (usize, BTreeMap<&str, usize>)> {
    let mut seen: BTreeMap<Platform, (usize, BTreeMap<_, usize>)> = BTreeMap::new();
    for (story, told) in told {
        for platform in story.platforms() {
            seen.entry(platform).or_default().0 += 1;
        }
        for (platform, fault) in told.struck.keys() {
            *seen.entry(*platform).or_default().1.entry(fault.as_str()).or_default() += 1;
        }
    }
    seen
}
