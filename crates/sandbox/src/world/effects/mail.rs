//! Marketing: profiles, what keeps mail from them, events.

use super::super::life::Act;
use super::super::lookup::fold;
use super::super::{
    About, Consent, CustomEvent, EventId, Id, MailEvent, Metric, MetricId, Moment, Profile, ProfileId,
    Suppression, SuppressionReason, VariantId, World,
};

/// An event that comes through Klaviyo's interface.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose.
    pub profile: ProfileId,
    /// The metric's name; made if it is new.
    pub metric: String,
    /// When it happened; now, if absent.
    pub time: Option<Moment>,
    /// What it carries.
    pub custom: CustomEvent,
    /// Recorded only, starting no flow.
    pub backfill: bool,
}

impl World {
    /// Adds a profile.
    pub fn add_profile(&mut self, profile: Profile) -> ProfileId {
        let person = profile.person;
        let id = self.profiles.insert(profile);
        self.index_profile(id);
        if let Some(trace) = person.and_then(|person| self.life.traces.get_mut(person.index())) {
            trace.profile.get_or_insert(id);
        }
        id
    }

    /// Changes a profile, and where it is found if its address, phone or outer id changes.
    pub fn edit_profile<R>(
        &mut self,
        id: ProfileId,
        at: Moment,
        change: impl FnOnce(&mut Profile) -> R,
    ) -> Option<R> {
        let before = self.profiles.get(id)?.clone();
        let result = self.profiles.edit(id, at, change);
        let forget = |map: &mut std::collections::HashMap<Box<str>, ProfileId>, key: Option<Box<str>>| {
            if let Some(key) = key.map(|key| fold(&key))
                && map.get(&key) == Some(&id)
            {
                map.remove(&key);
            }
        };
        forget(&mut self.index.profiles, before.email);
        forget(&mut self.index.phones, before.phone);
        forget(&mut self.index.externals, before.external_id);
        self.index_profile(id);
        result
    }

    fn index_profile(&mut self, id: ProfileId) {
        let Some(profile) = self.profiles.get(id) else { return };
        let index = &mut self.index;
        for (map, key) in [
            (&mut index.profiles, &profile.email),
            (&mut index.phones, &profile.phone),
            (&mut index.externals, &profile.external_id),
        ] {
            if let Some(key) = key {
                map.entry(fold(key)).or_insert(id);
            }
        }
    }

    /// Deletes a profile and its events. `false` if there is none.
    pub fn delete_profile(&mut self, id: ProfileId, at: Moment) -> bool {
        let _ = self.edit_profile(id, at, |profile| {
            profile.email = None;
            profile.phone = None;
            profile.external_id = None;
        });
        let events: Vec<(Moment, EventId)> = self.events_in(id, Moment::from_second(0)).collect();
        for (at, event) in events {
            self.events_of.remove(&(id, at, event));
            self.events.remove(event);
        }
        let gone = self.profiles.remove(id);
        if let Some(trace) = gone
            .as_ref()
            .and_then(|gone| gone.person)
            .and_then(|person| self.life.traces.get_mut(person.index()))
        {
            trace.profile = None;
        }
        gone.is_some()
    }

    /// Walks the events of a profile from a moment on, by the time at which they happened.
    pub fn events_in(
        &self,
        profile: ProfileId,
        from: Moment,
    ) -> impl DoubleEndedIterator<Item = (Moment, EventId)> {
        let end = (profile, Moment::from_second(i64::MAX), EventId::new(u32::MAX));
        self.events_of.range((profile, from, EventId::new(0))..=end).map(|(_, at, id)| (*at, *id))
    }

    /// Keeps marketing from a profile. `false` if it was kept from it before by such a wish.
    pub fn suppress(&mut self, id: ProfileId, at: Moment) -> bool {
        let reason = SuppressionReason::UserSuppressed;
        let known = |profile: &Profile| profile.suppressions.iter().any(|known| known.reason == reason);
        if self.profiles.get(id).is_none_or(known) {
            return false;
        }
        self.profiles.edit(id, at, |profile| profile.suppressions.push(Suppression { reason, at }));
        true
    }

    /// Lifts a suppression that somebody wished; other reasons stay. `false` if there was none.
    pub fn unsuppress(&mut self, id: ProfileId, at: Moment) -> bool {
        let wished = |one: &Suppression| one.reason == SuppressionReason::UserSuppressed;
        if !self.profiles.get(id).is_some_and(|profile| profile.suppressions.iter().any(wished)) {
            return false;
        }
        self.profiles.edit(id, at, |profile| profile.suppressions.retain(|one| !wished(one)));
        true
    }

    /// Notes that a person gave consent.
    pub fn subscribe(&mut self, id: ProfileId, at: Moment) -> bool {
        self.profiles
            .edit(id, at, |profile| {
                profile.consent = Consent::Subscribed;
                profile.consent_at = Some(at);
                profile.suppressions.retain(|one| one.reason == SuppressionReason::HardBounce);
            })
            .is_some()
    }

    /// Notes that a person took consent back.
    pub fn unsubscribe(&mut self, id: ProfileId, at: Moment) -> bool {
        self.profiles
            .edit(id, at, |profile| {
                profile.consent = Consent::Unsubscribed;
                profile.consent_at = Some(at);
                profile.suppressions.push(Suppression { reason: SuppressionReason::Unsubscribe, at });
            })
            .is_some()
    }

    /// Records an event that came through the interface, and starts the flow that waits for it.
    ///
    /// `None` if an event with the same unique id is there for this profile and metric: the first
    /// one wins.
    pub fn track(&mut self, new: NewEvent, at: Moment) -> Option<EventId> {
        let metric = self.metric_named(&new.metric).unwrap_or_else(|| {
            self.metrics.push(Metric {
                name: new.metric.as_str().into(),
                integration: "API",
                created_at: at,
                updated_at: at,
            });
            MetricId(u16::try_from(self.metrics.len() - 1).unwrap_or(u16::MAX))
        });
        if let Some(unique) = &new.custom.unique_id
            && !self.index.unique_events.insert((new.profile, metric, unique.as_str().into()))
        {
            return None;
        }
        let subject =
            new.custom.properties.get("subject").and_then(|value| value.as_str()).unwrap_or(&new.metric);
        let subject = subject.to_owned();
        let happened = new.time.unwrap_or(at);
        let id = self.put_event(new.profile, metric, About::Custom(Box::new(new.custom)), happened, at);
        if !new.backfill && usize::from(metric.0) >= MetricId::BUILT_IN.len() {
            self.after(at, 60, Act::FollowUp(new.profile, subject.into_boxed_str()));
        }
        Some(id)
    }

    /// Notes that a person wants to be told when a variant can be bought again.
    pub fn ask_for_stock(&mut self, profile: ProfileId, variant: VariantId, at: Moment) -> EventId {
        self.put_event(profile, MetricId::STOCK_ASKED, About::Restock(variant), at, at)
    }

    /// Adds an event as it is.
    pub(in crate::world) fn put_event(
        &mut self,
        profile: ProfileId,
        metric: MetricId,
        about: About,
        happened: Moment,
        at: Moment,
    ) -> EventId {
        let id = self.events.insert(MailEvent { profile, metric, about, at: happened, created_at: at });
        if self.events.is_indexed() {
            self.events_of.insert((profile, happened, id));
        }
        self.profiles.quietly(profile, |profile| {
            profile.last_event_at = Some(profile.last_event_at.map_or(happened, |last| last.max(happened)));
        });
        id
    }
}
