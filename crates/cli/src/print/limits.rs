//! Guardrails, as a person reads them.

use fermata_console::wire::{Guardrails, Limits};

use super::when;

/// Says what holds, and of what waits for its day only what will change.
pub(super) fn lines(guardrails: &Guardrails) -> Vec<String> {
    let now = each(&guardrails.limits);
    let Some(looser) = &guardrails.waiting else { return now.into() };
    let then = each(&looser.limits).into_iter().zip(&now).filter(|(then, now)| then != *now);
    let mut lines = now.to_vec();
    lines.push(format!("From {} on, as {} asked:", when(looser.from), looser.by));
    lines.extend(then.map(|(then, _)| then));
    lines
}

fn each(limits: &Limits) -> [String; 7] {
    let two_people = match &limits.two_people_above {
        Some(amount) => format!("above {amount}"),
        None => "never needed".to_owned(),
    };
    [
        ("money in one action", &limits.per_action),
        ("money for one customer in a day", &limits.per_customer_day),
        ("money by one workflow in a day", &limits.per_workflow_day),
        ("actions about one customer in a day", &limits.actions_per_customer_day.to_string()),
        ("actions by one workflow in a day", &limits.actions_per_workflow_day.to_string()),
        ("money that an agent approves for one customer in a day", &limits.agent_limit),
        ("two people", &two_people),
    ]
    .map(|(what, most)| format!("  {what:<56} {most}"))
}

#[cfg(test)]
mod tests {
    use fermata_console::wire::LooserLimits;

    use super::*;

    #[test]
    fn what_waits_for_its_day_is_told_apart_from_what_holds() {
        let limits = Limits {
            per_action: "100".into(),
            per_customer_day: "150".into(),
            per_workflow_day: "1000".into(),
            actions_per_customer_day: 3,
            actions_per_workflow_day: 50,
            agent_limit: "50".into(),
            two_people_above: Some("80".into()),
        };
        let held = lines(&Guardrails { limits: limits.clone(), waiting: None });
        assert_eq!(held.len(), 7);
        let looser = LooserLimits {
            limits: Limits { two_people_above: None, ..limits.clone() },
            from: "2026-11-23T09:30:00Z".parse().unwrap(),
            by: "owner".into(),
        };
        let both = lines(&Guardrails { limits, waiting: Some(looser) });
        assert_eq!(both[..7], held);
        assert_eq!(both[7], "From 2026-11-23 09:30:00Z on, as owner asked:");
        assert_eq!(both[8..], [format!("  {:<56} never needed", "two people")]);
    }
}
