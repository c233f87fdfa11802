//! Faults on demand and by seed, per platform and per endpoint.

use std::collections::BTreeMap;

use fermata_model::Platform;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::Error;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The answer comes later, by [`Rule::ms`].
    Latency,
    /// Refused for too many requests, in the vendor's own shape; nothing happens.
    Throttle,
    /// An error of the server before anything happened.
    ErrorBefore,
    /// An error of the server after the effect.
    ErrorAfter,
    /// No answer, and nothing happened; the connection stays until the caller gives up.
    HangBefore,
    /// No answer, but the effect happened; the connection stays until the caller gives up.
    HangAfter,
    /// The connection is aborted before anything happened.
    CutBefore,
    /// The connection is aborted after the effect, without a byte of the answer.
    CutAfter,
    /// The connection is aborted in the middle of the answer; the effect happened.
    CutMidway,
    /// The next page begins with a record that this page has shown already.
    DoublePage,
    /// A record of this page changes right after it was served.
    EditWhilePaging,
    /// The sign-in is refused as if it had been revoked.
    RevokeToken,
    /// A page for people where a program expects JSON; nothing happens.
    HtmlError,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 13] = [
        Self::Latency,
        Self::Throttle,
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::HangBefore,
        Self::HangAfter,
        Self::CutBefore,
        Self::CutAfter,
        Self::CutMidway,
        Self::DoublePage,
        Self::EditWhilePaging,
        Self::RevokeToken,
        Self::HtmlError,
    ];

    /// Returns its name in plans and journals.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Throttle => "throttle",
            Self::ErrorBefore => "error_before",
            Self::ErrorAfter => "error_after",
            Self::HangBefore => "hang_before",
            Self::HangAfter => "hang_after",
            Self::CutBefore => "cut_before",
            Self::CutAfter => "cut_after",
            Self::CutMidway => "cut_midway",
            Self::DoublePage => "double_page",
            Self::EditWhilePaging => "edit_while_paging",
            Self::RevokeToken => "revoke_token",
            Self::HtmlError => "html_error",
        }
    }

    /// Tells whether the request is not carried out at all.
    pub const fn stops_before(self) -> bool {
        matches!(
            self,
            Self::Throttle | Self::ErrorBefore | Self::HangBefore | Self::CutBefore | Self::HtmlError
        )
    }
}

/// When which fault strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only at this platform; at all if absent.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// Only for this operation, or for paths that begin so (`/api/tickets`); for all if absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// Only for requests that ask for a change (`true`), or only for reads (`false`).
    #[serde(default)]
    pub write: Option<bool>,
    /// What goes wrong.
    pub fault: Fault,
    /// How often at most; without end if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// With what probability each time, 0 to 1.
    #[serde(default = "one")]
    pub probability: f64,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// Milliseconds of real time, for [`Fault::Latency`].
    #[serde(default)]
    pub ms: Option<u64>,
    /// The status of an error; 500 if absent.
    #[serde(default)]
    pub status: Option<u16>,
    /// Seconds to wait, told with [`Fault::Throttle`]; not told if absent.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

const fn one() -> f64 {
    1.0
}

/// A list of rules, and the seed of their dice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Seed of the dice.
    #[serde(default)]
    pub seed: u64,
    /// The rules; of those that match, the first that strikes is played.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

impl Plan {
    /// Returns the plan without faults.
    pub fn calm() -> Self {
        Self::default()
    }

    /// Reads a plan: `calm`, `rough`, `storm` (each also as `rough:7`, with a seed), or JSON.
    ///
    /// The named plans draw faults of reads, and those of writes from which a careful caller
    /// recovers by itself; none of them hangs for longer than a second.
    ///
    /// Errors: [`Error::Plan`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.starts_with('{') {
            return serde_json::from_str(text).map_err(|error| Error::Plan(error.to_string()));
        }
        let (name, seed) = match text.split_once(':') {
            Some((name, seed)) => {
                (name, seed.parse().map_err(|_| Error::Plan(format!("\"{seed}\" is not a seed")))?)
            }
            None => (text, 1),
        };
        match name {
            "calm" | "" => Ok(Self::calm()),
            "rough" => Ok(Self { seed, rules: weather(0.02) }),
            "storm" => Ok(Self { seed, rules: weather(0.10) }),
            other => Err(Error::Plan(format!(
                "\"{other}\" is no plan; there are calm, rough, storm, or a JSON object with \"rules\""
            ))),
        }
    }
}

/// Returns rules that let about this share of the reads meet each kind of fault.
fn weather(share: f64) -> Vec<Rule> {
    let rule = |fault: Fault| Rule {
        platform: None,
        operation: None,
        write: Some(false),
        fault,
        times: None,
        probability: share,
        skip: 0,
        ms: None,
        status: None,
        retry_after: None,
    };
    vec![
        Rule { ms: Some(40), ..rule(Fault::Latency) },
        Rule { retry_after: Some(1), probability: share / 4.0, ..rule(Fault::Throttle) },
        Rule { probability: share / 4.0, ..rule(Fault::Throttle) },
        Rule { status: Some(503), ..rule(Fault::ErrorBefore) },
        Rule { status: Some(502), ..rule(Fault::ErrorAfter) },
        rule(Fault::CutBefore),
        rule(Fault::CutAfter),
        rule(Fault::CutMidway),
        rule(Fault::DoublePage),
        rule(Fault::EditWhilePaging),
        rule(Fault::HtmlError),
    ]
}

/// A fault that was drawn for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Struck {
    /// What goes wrong.
    pub fault: Fault,
    /// Milliseconds, for latency.
    pub ms: u64,
    /// The status of an error.
    pub status: u16,
    /// Seconds to wait that a throttled answer tells.
    pub retry_after: Option<u32>,
    rule: usize,
}

/// The plan in force, with its dice and counts.
#[derive(Debug)]
pub struct Faults {
    plan: Plan,
    dice: BTreeMap<Platform, ChaCha8Rng>,
    passed: Vec<u32>,
    struck: Vec<u32>,
}

impl Faults {
    /// Puts a plan in force.
    pub fn new(plan: Plan) -> Self {
        let rules = plan.rules.len();
        Self { plan, dice: BTreeMap::new(), passed: vec![0; rules], struck: vec![0; rules] }
    }

    /// Replaces the plan; counts and dice begin anew.
    pub fn set(&mut self, plan: Plan) {
        *self = Self::new(plan);
    }

    /// Returns the plan in force.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Draws what goes wrong with a request, if anything does.
    pub fn draw(&mut self, platform: Platform, operation: &str, path: &str, write: bool) -> Option<Struck> {
        let seed = self.plan.seed ^ (platform as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let dice = self.dice.entry(platform).or_insert_with(|| ChaCha8Rng::seed_from_u64(seed));
        for (place, rule) in self.plan.rules.iter().enumerate() {
            let here = rule.platform.is_none_or(|only| only == platform)
                && rule.write.is_none_or(|only| only == write)
                && rule.operation.as_deref().is_none_or(|only| {
                    only == operation || (only.starts_with('/') && path.starts_with(only))
                });
            if !here || rule.times.is_some_and(|times| self.struck[place] >= times) {
                continue;
            }
            if self.passed[place] < rule.skip {
                self.passed[place] += 1;
                continue;
            }
            if rule.probability < 1.0 && dice.random::<f64>() >= rule.probability {
                continue;
            }
            self.struck[place] += 1;
            return Some(Struck {
                fault: rule.fault,
                ms: rule.ms.unwrap_or(200),
                status: rule.status.unwrap_or(500),
                retry_after: rule.retry_after,
                rule: place,
            });
        }
        None
    }

    /// Takes back a strike that could not be played, such as a doubled page of something that has
    /// no pages.
    pub(crate) fn give_back(&mut self, struck: Struck) {
        if let Some(count) = self.struck.get_mut(struck.rule) {
            *count = count.saturating_sub(1);
        }
    }
}
