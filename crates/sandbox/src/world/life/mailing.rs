//! Newsletters, the abandoned-cart flow, and what people do with the mails.

use super::super::{
    About, CartId, DAY, EventId, HOUR, Id, MetricId, Moment, Newsletter, Plan, ProfileId, Suppression,
    SuppressionReason, World,
};
use super::Act;

/// Days between two newsletters.
const BETWEEN_NEWSLETTERS: i64 = 42 * DAY;
/// How many newsletters are planned ahead.
const PLANNED: u16 = 6;
/// The second mail about a cart comes this long after the first.
const SECOND_CART_MAIL: i64 = 20 * HOUR;

/// What people do with a kind of mail: shares that open it and that click.
struct Appeal {
    opens: f64,
    clicks: f64,
}

impl World {
    /// Sends a mail to a profile, if marketing reaches it, and plans what becomes of it.
    fn mail(&mut self, profile: ProfileId, about: About, appeal: &Appeal, at: Moment) -> Option<EventId> {
        if !self.profiles.get(profile).is_some_and(super::super::Profile::reachable) {
            return None;
        }
        let id = self.put_event(profile, MetricId::RECEIVED, about.clone(), at, at);
        let draw: f64 = rand::RngExt::random(&mut self.life.chance);
        if draw < 0.003 {
            self.put_event(profile, MetricId::BOUNCED, about, at, at);
            self.close_door(profile, SuppressionReason::HardBounce, at);
        } else if draw < 0.003 + appeal.opens {
            let wait = self.life.wait(7 * HOUR);
            self.after(at, wait, Act::Open(id));
            if self.life.happens(appeal.clicks / appeal.opens) {
                self.after(at, wait + 45, Act::Click(id));
            }
        }
        Some(id)
    }

    fn close_door(&mut self, profile: ProfileId, reason: SuppressionReason, at: Moment) {
        self.profiles.edit(profile, at, |profile| profile.suppressions.push(Suppression { reason, at }));
    }

    /// The flow "abandoned cart": two mails, unless the cart is bought or marketing is held back.
    pub(super) fn cart_mail(&mut self, cart: CartId, nth: u8, at: Moment) {
        let Some(row) = self.carts.get(cart).filter(|cart| cart.completed_at.is_none()) else { return };
        if let Some(profile) = self.profile_of(row.person) {
            self.mail(profile, About::CartMail(cart), &Appeal { opens: 0.42, clicks: 0.12 }, at);
        }
        if nth == 1 {
            self.after(at, SECOND_CART_MAIL, Act::CartMail(cart, 2));
        }
    }

    /// The flow that waits for an event of our own: one mail.
    pub(super) fn follow_up(&mut self, profile: ProfileId, subject: Box<str>, at: Moment) {
        self.mail(
            profile,
            About::FollowUp(Box::new(subject.into_string())),
            &Appeal { opens: 0.55, clicks: 0.22 },
            at,
        );
    }

    /// An open is told by the reader's own device, which may have been offline or have a wrong clock:
    /// the vendor then learns late of it, or of something that has not happened yet.
    pub(super) fn open(&mut self, mail: EventId, at: Moment) {
        let Some((profile, about, sent)) =
            self.events.get(mail).map(|event| (event.profile, event.about.clone(), event.at))
        else {
            return;
        };
        let happened = match mail.place() % 64 {
            5 => sent.max(at.plus(-9 * HOUR)),
            37 => at.plus(18 * HOUR),
            _ => at,
        };
        self.put_event(profile, MetricId::OPENED, about, happened, at);
    }

    /// A click leads back to the cart, or to the shop.
    pub(super) fn click(&mut self, mail: EventId, at: Moment) {
        let Some((profile, about)) = self.events.get(mail).map(|event| (event.profile, event.about.clone()))
        else {
            return;
        };
        self.put_event(profile, MetricId::CLICKED, about.clone(), at, at);
        let Some(person) = self.profiles.get(profile).and_then(|profile| profile.person) else { return };
        let cart = match about {
            About::CartMail(cart) => Some(cart),
            About::FollowUp(_) => self.trace(person).cart,
            _ => None,
        };
        if let Some(cart) = cart {
            if self.life.happens(0.5) {
                let wait = self.life.between(5 * 60, HOUR);
                self.after(at, wait, Act::Recover(cart));
            }
        } else if self.life.happens(0.15) {
            self.after(at, 20 * 60, Act::Order { person, not_before: None });
        }
    }

    /// Sends the newsletter to a part of those who want it; a few leave.
    pub(super) fn newsletter(&mut self, at: Moment) {
        let subjects = self.life.texts.newsletters();
        let place = self.newsletters.len();
        let subject = subjects.get(place % subjects.len().max(1)).cloned().unwrap_or_default();
        let Ok(number) = u16::try_from(place) else { return };
        let went_out = self.newsletter_plans.get(&number).is_none_or(|standing| standing.plan == Plan::Goes);
        self.newsletters.push(Newsletter { subject: subject.into_boxed_str(), sent_at: at, went_out });
        self.newsletter_due = at.plus(BETWEEN_NEWSLETTERS);
        self.plan(self.newsletter_due, Act::Newsletter);
        if !went_out {
            return;
        }
        let reached: Vec<ProfileId> =
            self.profiles.iter().filter(|(_, profile)| profile.reachable()).map(|(id, _)| id).collect();
        for profile in reached {
            if !self.life.happens(0.5) {
                continue;
            }
            self.mail(profile, About::Newsletter(number), &Appeal { opens: 0.30, clicks: 0.04 }, at);
            if self.life.happens(0.002) {
                self.put_event(profile, MetricId::UNSUBSCRIBED, About::Newsletter(number), at, at);
                self.unsubscribe(profile, at);
            }
        }
    }

    /// Shows the newsletters that are planned, the next first: place, subject and day.
    pub fn planned_newsletters(&self) -> impl Iterator<Item = (u16, &str, Moment)> {
        let subjects = self.life.texts.newsletters();
        let first = u16::try_from(self.newsletters.len()).unwrap_or(u16::MAX);
        (0..PLANNED).map(move |ahead| {
            let place = first.saturating_add(ahead);
            let subject = subjects.get(usize::from(place) % subjects.len().max(1));
            let at = self.newsletter_due.plus(i64::from(ahead) * BETWEEN_NEWSLETTERS);
            (place, subject.map_or("", String::as_str), at)
        })
    }

    /// Returns when a newsletter that goes out on a day was planned.
    pub fn newsletter_planned_at(&self, day: Moment) -> Moment {
        let opened = self.metrics.iter().map(|metric| metric.created_at).min();
        day.plus(-i64::from(PLANNED) * BETWEEN_NEWSLETTERS).max(opened.unwrap_or(day))
    }
}
