//! A sync under faults ends with the rows of a clean one.

use fermata_sandbox::Plan;

use super::rows::Difference;
use crate::practice::{Filled, practice};

/// How many plans of each kind are tried.
const SEEDS: u64 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_in_rough_weather_ends_with_the_rows_of_a_clean_one() {
    weather("rough").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_in_a_storm_ends_with_the_rows_of_a_clean_one() {
    weather("storm").await;
}

async fn weather(name: &str) {
    let practice = practice(12).await;
    for seed in 0..SEEDS {
        let faulty = Filled::new(&practice);
        practice.set_faults(Plan::parse(&format!("{name}:{seed}")).unwrap());
        faulty.settle(&practice).await;
        practice.set_faults(Plan::calm());
        // What was edited while pages were read, a moment later than the pass began, is seen by
        // the next one.
        practice.advance(60);
        faulty.settle(&practice).await;
        let clean = Filled::new(&practice);
        clean.settle(&practice).await;
        let (faulty, clean) = (faulty.dump(), clean.dump());
        let difference = Difference::between(&faulty, &clean);
        assert!(difference.is_none(), "{name}:{seed}:\n{difference}");
        assert!(practice.platforms().all(|platform| clean.iter().any(|line| line.contains(platform.name()))));
    }
}
