//! What the shop allows: what is tightened holds at once, what is loosened a day later.
//!
//! So whoever gets hold of an owner's window cannot raise a limit and use it in the same hour, and
//! the owner has a day to see it in Settings and to take it back.

use std::collections::BTreeMap;
use std::time::Duration;

use fermata_model::{ActionKind, Timestamp};
use fermata_store::alerts::NewAlert;
use fermata_store::audit::Actor;
use fermata_store::guardrails::Set;
use serde_json::json;

use crate::Error;
use crate::agreement::{self, Books, alert};
use crate::engine::{self, Engine, names};
use crate::life::{self, Hand};
use crate::people::{Person, Role};
use crate::policy::{Policy, Waiting, later};

/// The key of the alert about limits that become looser.
pub const ALERT: &str = "limits";

/// How long looser limits wait before they hold.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

impl Engine {
    /// Reads what the shop allows.
    pub fn policy(&self) -> Result<Policy, Error> {
        agreement::read(&*self.inner.agreement, |books| engine::policy(books))
    }

    /// Reads the looser limits that do not hold yet.
    pub fn waiting_limits(&self) -> Result<Option<Waiting>, Error> {
        agreement::read(&*self.inner.agreement, |books| engine::waiting_limits(books))
    }

    /// Sets the limits of what the shop allows; owners only. One that is stricter than before holds
    /// at once, one that is looser a day later: until then the one before holds, and setting that
    /// again takes the wish back. What is no limit stays as it is.
    ///
    /// What waits already keeps its time, unless something looser still is asked for.
    pub fn set_limits(&self, limits: &Policy, person: &Person) -> Result<(), Error> {
        person.must_be(Role::Owner, "change the limits")?;
        limits.check()?;
        let hand = self.hand(person.actor(), format!("{} decides", person.role));
        agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let before = engine::policy(books)?;
            let wanted = before.with_limits_of(limits);
            let asked = engine::waiting_limits(books)?;
            let holds = wanted.stricter(&before);
            let waiting = (holds != wanted).then(|| {
                let sooner = asked.as_ref().filter(|asked| wanted.stricter(&asked.policy) == wanted);
                Waiting {
                    policy: wanted.clone(),
                    from: sooner.map_or_else(|| later(hand.now, A_DAY), |asked| asked.from),
                    by: sooner.map_or_else(|| person.name.clone(), |asked| asked.by.clone()),
                }
            });
            put(books, &hand, names::POLICY, &holds)?;
            if waiting != asked {
                put(books, &hand, names::WAITING_LIMITS, &waiting)?;
                match &waiting {
                    Some(waiting) => books.raise(&loosening(waiting, &holds, hand.now))?,
                    None => books.clear(ALERT, hand.now)?,
                }
            }
            let value = json!({ "before": before, "after": holds, "waiting": waiting });
            life::note(books, &hand, "policy.set", &value)
        })
    }

    /// Sets how long each kind of action is held back after a yes, in seconds; owners only.
    pub fn set_undo_seconds(
        &self,
        seconds: &BTreeMap<ActionKind, i64>,
        person: &Person,
    ) -> Result<(), Error> {
        person.must_be(Role::Owner, "change the undo windows")?;
        let rule = format!("{} decides", person.role);
        self.change_policy(&person.actor(), rule, |policy| policy.undo_seconds.clone_from(seconds))
    }

    /// Sets the shop's time zone, as its platform names it; does nothing if it is set so already.
    ///
    /// Errors: [`Error::Invalid`] if the name is not known on this machine.
    pub fn set_zone(&self, zone: &str) -> Result<(), Error> {
        if self.policy()?.zone == zone {
            return Ok(());
        }
        let rule = "the shop's own setting".to_owned();
        self.change_policy(&Actor::Fermata, rule, |policy| zone.clone_into(&mut policy.zone))
    }

    /// Changes the policy as it stands in the same transaction, so that two changes at once do not
    /// take each other back. Not for limits.
    fn change_policy(&self, actor: &Actor, rule: String, change: impl Fn(&mut Policy)) -> Result<(), Error> {
        let hand = self.hand(actor.clone(), rule);
        agreement::write(&*self.inner.agreement, actor, |books| {
            let before = engine::policy(books)?;
            let mut policy = before.clone();
            change(&mut policy);
            policy.check()?;
            put(books, &hand, names::POLICY, &policy)?;
            life::note(books, &hand, "policy.set", &json!({ "before": before, "after": policy }))
        })
    }

    /// Lets looser limits hold whose day is over.
    pub(crate) fn loosen_due(&self) -> Result<(), Error> {
        let now = self.now();
        if self.waiting_limits()?.is_none_or(|waiting| waiting.from > now) {
            return Ok(());
        }
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            // Another process may have been faster, or a person have taken it back.
            let Some(waiting) = engine::waiting_limits(books)?.filter(|waiting| waiting.from <= now) else {
                return Ok(());
            };
            let hand = self.hand(Actor::Fermata, format!("a day after {} asked", waiting.by));
            let before = engine::policy(books)?;
            let after = before.with_limits_of(&waiting.policy);
            put(books, &hand, names::POLICY, &after)?;
            put(books, &hand, names::WAITING_LIMITS, &None::<Waiting>)?;
            books.clear(ALERT, now)?;
            life::note(books, &hand, "policy.loosened", &json!({ "before": before, "after": after }))
        })
    }
}

/// Tells everybody who looks that limits will be looser, while it can still be taken back.
fn loosening(waiting: &Waiting, policy: &Policy, now: Timestamp) -> NewAlert {
    let from = waiting.from.to_zoned(policy.time_zone()).strftime("%d %b, %H:%M %Z").to_string();
    alert(
        ALERT.to_owned(),
        format!("Limits become looser on {from}. {} asked for it.", waiting.by),
        "Look at them in Settings, Guardrails, and take them back if they are not wanted.",
        None,
        None,
        now,
    )
}

fn put(books: &dyn Books, hand: &Hand<'_>, name: &str, value: &impl serde::Serialize) -> Result<(), Error> {
    let value = serde_json::to_string(value)?;
    books.put_setting(name, &Set { value, by: hand.actor.to_string(), at: hand.now })
}
