//! Today: what needs a person now, and whether the shop is well.

use fermata_engine::desk::limits;
use fermata_engine::{Filter, Tab as EngineTab};
use fermata_model::{Currency, Platform, Timestamp};
use fermata_store::{Durability, Sql, Writer, alerts, connections, customers, figures};
use jiff::ToSpan as _;

use super::shell::sum_of;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::wire::{
    Alert, AlertAct, AlertMove, Figure, FigureValue, Health, Level, Nothing, OnboardingStep, Today,
};
use crate::{Code, Problem};

/// How long a snoozed alert stays hidden unless it gets worse.
const SNOOZE_HOURS: i64 = 24;

impl Console {
    pub(crate) async fn today(&self, caller: &Caller, _: Nothing) -> Result<Today, Problem> {
        let now = self.clock.now();
        let waiting = self
            .engine(move |engine| {
                let filter =
                    Filter { tab: Some(EngineTab::ToApprove), awake_at: Some(now), ..Filter::default() };
                let next = engine.list(&filter, 0, 1)?.into_iter().next().and_then(|p| p.deadline_at);
                Ok((engine.sum(&filter)?, next))
            })
            .await?;
        let in_doubt = self.sum(EngineTab::InDoubt).await?;
        let partial = self.partial(caller).await?;
        let figures = self.read(move |conn| figures_of(conn, now, partial.as_deref())).await?;
        let decided = self.sum(EngineTab::Decided).await?.count;
        Ok(Today {
            oldest_waiting: waiting.0.oldest_at,
            waiting: sum_of(&waiting.0),
            next_deadline: waiting.1,
            in_doubt,
            alerts: self.alerts(caller, Nothing {}).await?,
            figures,
            onboarding: self.read(move |conn| onboarding(conn, decided)).await?,
        })
    }

    pub(crate) async fn alerts(&self, _: &Caller, _: Nothing) -> Result<Vec<Alert>, Problem> {
        let now = self.clock.now();
        self.read(move |conn| {
            let mut shown: Vec<Alert> = Vec::new();
            for alert in alerts::open(conn)? {
                if !is_awake(&alert, now) {
                    continue;
                }
                let platform = match alert.connection {
                    Some(id) => connections::platform(conn, id)?,
                    None => None,
                };
                shown.push(shown_alert(alert, platform));
            }
            shown.sort_by(|a, b| b.level.cmp(&a.level).then(a.since.cmp(&b.since)));
            Ok(shown)
        })
        .await
    }

    pub(crate) async fn alerts_act(&self, caller: &Caller, request: AlertAct) -> Result<Vec<Alert>, Problem> {
        let reason = request.reason.as_deref().map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
        if request.act == AlertMove::Done && reason.is_none() {
            return Err(Problem::new(
                Code::BadRequest,
                "Say why it is done; the reason is kept with the alert.",
            ));
        }
        let (store, now, who) = (self.store.clone(), self.clock.now(), self.person_name().await?);
        blocking(move || {
            Ok(store.write(Durability::Full, Writer::Person(who.clone()), |tx| match request.act {
                AlertMove::Mine => alerts::take(tx, request.id, &who),
                AlertMove::Snooze => {
                    alerts::snooze(tx, request.id, now.saturating_add(SNOOZE_HOURS.hours()).unwrap_or(now))
                }
                AlertMove::Done => {
                    alerts::done(tx, request.id, reason.as_deref().unwrap_or_default(), &who, now)
                }
            })?)
        })
        .await?;
        self.alerts(caller, Nothing {}).await
    }

    /// Returns what is missing from the figures: which connections do not work.
    async fn partial(&self, caller: &Caller) -> Result<Option<String>, Problem> {
        let rows = self.connections(caller, Nothing {}).await?;
        let of_platform = |platform| rows.iter().filter(|c| c.platform == platform).count();
        let accounts: Vec<Standing> = rows
            .iter()
            .map(|c| Standing {
                // Two of one platform are told apart by their own names.
                account: match of_platform(c.platform) {
                    1 => c.platform.title().to_owned(),
                    _ => format!("{} {}", c.platform.title(), c.name),
                },
                health: c.health,
                last_success: c.last_success,
            })
            .collect();
        Ok(missing_from(&accounts))
    }
}

/// How far the figures can rest on an account.
struct Standing {
    account: String,
    health: Health,
    last_success: Option<Timestamp>,
}

/// Says what is missing from the figures, each thing once with all the accounts that it is true of.
fn missing_from(accounts: &[Standing]) -> Option<String> {
    let (mut read, mut without) = (Vec::new(), Vec::new());
    for Standing { account, health, last_success } in accounts {
        match (health, last_success) {
            (Health::Live, _) => {}
            (Health::Backfilling, _) => read.push(account.clone()),
            (Health::Troubled | Health::Broken, Some(at)) => {
                without.push(format!("{account} since {}", at.strftime("%d %b %H:%M UTC")));
            }
            (Health::Troubled | Health::Broken, None) => without.push(account.clone()),
        }
    }
    let verb = if read.len() == 1 { "is" } else { "are" };
    let read = listed(&read).map(|accounts| format!("{accounts} {verb} still being read"));
    let without = listed(&without).map(|accounts| format!("without {accounts}"));
    let missing: Vec<String> = read.into_iter().chain(without).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

/// Lists names as a sentence does: `A`, `A and B`, `A, B and C`.
fn listed(names: &[String]) -> Option<String> {
    let (last, first) = names.split_last()?;
    Some(if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) })
}

/// Tells whether an open alert is shown at present: one that was put aside is not.
pub(crate) fn is_awake(alert: &alerts::Alert, now: Timestamp) -> bool {
    alert.snoozed_until.is_none_or(|until| until <= now)
}

fn shown_alert(alert: alerts::Alert, platform: Option<Platform>) -> Alert {
    // The first sentence says what happened, the rest why.
    let (title, cause) = match alert.cause.split_once(". ") {
        Some((title, cause)) => (format!("{title}."), cause.to_owned()),
        None => (alert.cause.clone(), String::new()),
    };
    let urgent = alert.money.is_some();
    Alert {
        id: alert.id,
        level: if urgent { Level::Urgent } else { Level::Warning },
        title,
        cause,
        next_step: alert.next_step,
        link: match (alert.money, alert.connection) {
            (Some(_), _) => Some("/approvals?tab=in_doubt".to_owned()),
            (None, Some(id)) => Some(format!("/settings/connections/{id}")),
            (None, None) if alert.key == limits::ALERT => Some("/settings/guardrails".to_owned()),
            (None, None) => None,
        },
        platform,
        since: alert.opened_at,
        money: alert.money,
        owner: alert.owner,
        snoozed_until: alert.snoozed_until,
    }
}

fn figures_of(
    conn: &Sql,
    now: Timestamp,
    partial: Option<&str>,
) -> Result<Vec<Figure>, fermata_store::Error> {
    let back = |days: i64| now.saturating_sub((days * 24).hours()).unwrap_or(now);
    let (week, before) = (back(7), back(14));
    let figure = |id: &str, value, earlier, period: &str, n, days| Figure {
        id: id.to_owned(),
        value,
        before: earlier,
        period: period.to_owned(),
        n,
        at: now,
        partial: partial.map(str::to_owned),
        days,
    };
    let mut shown = Vec::new();
    if let Some(currency) = figures::main_currency(conn)? {
        shown.extend(money_figures(conn, currency, now, week, before, &figure)?);
    }
    let late = figures::late_parcels(conn, now)?;
    shown.push(figure("late_parcels", FigureValue::Count(i64::from(late)), None, "now", late, Vec::new()));
    let open = figures::open_tickets(conn)?;
    let by_day = figures::tickets_by_day(conn, now)?;
    shown.push(figure("open_tickets", FigureValue::Count(i64::from(open)), None, "now", open, by_day));
    if let Some((seconds, n)) = figures::first_reply(conn, week, now)? {
        let earlier = figures::first_reply(conn, before, week)?.map(|(s, _)| FigureValue::Seconds(s));
        shown.push(figure(
            "first_reply",
            FigureValue::Seconds(seconds),
            earlier,
            "last 7 days, median",
            n,
            Vec::new(),
        ));
    }
    let people = customers::count(conn)?;
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    shown.push(figure(
        "customers",
        FigureValue::Count(i64::from(people)),
        None,
        "in all",
        people,
        Vec::new(),
    ));
    Ok(shown)
}

fn money_figures(
    conn: &Sql,
    currency: Currency,
    now: Timestamp,
    week: Timestamp,
    before: Timestamp,
    figure: &impl Fn(&str, FigureValue, Option<FigureValue>, &str, u32, Vec<i64>) -> Figure,
) -> Result<Vec<Figure>, fermata_store::Error> {
    let (sales, earlier) =
        (figures::sales(conn, currency, week, now)?, figures::sales(conn, currency, before, week)?);
    let (refunds, refunds_before) =
        (figures::refunds(conn, currency, week, now)?, figures::refunds(conn, currency, before, week)?);
    Ok(vec![
        figure(
            "net_sales",
            FigureValue::Money(sales.net),
            Some(FigureValue::Money(earlier.net)),
            "last 7 days",
            sales.orders,
            figures::sales_by_day(conn, currency, now)?,
        ),
        figure(
            "refunds",
            FigureValue::Money(refunds.net),
            Some(FigureValue::Money(refunds_before.net)),
            "last 7 days",
            refunds.orders,
            Vec::new(),
        ),
    ])
}

fn onboarding(conn: &Sql, decided: u32) -> Result<Vec<OnboardingStep>, fermata_store::Error> {
    let step = |id: &str, done: bool, evidence: String| OnboardingStep { id: id.to_owned(), done, evidence };
    let connected = connections::list(conn)?.len();
    let people = customers::count(conn)?;
    let mut complete = 0;
    for connection in connections::list(conn)? {
        let standing = fermata_store::progress::list(conn, connection.id)?;
        if !standing.is_empty() && standing.iter().all(|(_, p)| p.is_settled()) {
            complete += 1;
        }
    }
    Ok(vec![
        step("connect", connected > 0, format!("{connected} connected")),
        step("first_customer", people > 0, format!("{people} customers here")),
        step(
            "history",
            connected > 0 && complete == connected,
            format!("{complete} of {connected} read to the end"),
        ),
        step("first_decision", decided > 0, format!("{decided} decided")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_figure_says_each_thing_once_with_the_accounts_names() {
        let noon = "2026-11-20T12:00:00Z".parse().ok();
        let check = |accounts: &[(&str, Health, Option<Timestamp>)], expect: Option<&str>| {
            let accounts: Vec<_> = accounts
                .iter()
                .map(|&(account, health, last_success)| Standing {
                    account: account.to_owned(),
                    health,
                    last_success,
                })
                .collect();
            assert_eq!(missing_from(&accounts).as_deref(), expect);
        };
        check(&[("Shopify", Health::Live, noon)], None);
        check(&[("Shopify", Health::Backfilling, None)], Some("Shopify is still being read"));
        let reading = ["Shopify", "Gorgias", "Klaviyo"].map(|name| (name, Health::Backfilling, None));
        check(&reading, Some("Shopify, Gorgias and Klaviyo are still being read"));
        check(
            &[("A", Health::Backfilling, None), ("B", Health::Broken, noon), ("C", Health::Troubled, None)],
            Some("A is still being read, without B since 20 Nov 12:00 UTC and C"),
        );
    }
}
