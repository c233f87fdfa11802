//! Ticket texts of real data sets, by what they are about.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::life::Concern;
use super::super::texts::Texts;
use super::{find, read, unreadable};
use crate::Error;
use crate::options::Options;

/// So many texts of each concern are enough.
const ENOUGH: usize = 400;

#[derive(Deserialize)]
struct Bitext {
    instruction: String,
    intent: String,
}

#[derive(Deserialize)]
struct Banking {
    text: String,
    category: String,
}

/// Which of our concerns an intent of Bitext is, if any.
fn of_bitext(intent: &str) -> Option<Concern> {
    Some(match intent {
        "track_order" | "delivery_period" => Concern::WhereIsIt,
        "cancel_order" => Concern::CancelOrder,
        "change_shipping_address" => Concern::ChangeAddress,
        "get_refund" | "check_refund_policy" => Concern::Return,
        "track_refund" => Concern::RefundStatus,
        "complaint" => Concern::Complaint,
        "check_invoice" | "get_invoice" => Concern::Invoice,
        "payment_issue" => Concern::Payment,
        _ => return None,
    })
}

/// Which of our concerns a category of Banking77 is, if any.
fn of_banking(category: &str) -> Option<Concern> {
    Some(match category {
        "Refund_not_showing_up" => Concern::RefundStatus,
        "transaction_charged_twice" | "reverted_card_payment?" => Concern::Payment,
        _ => return None,
    })
}

/// Our texts, with what customers write replaced by real texts where those are present.
pub(super) fn texts(options: &Options) -> Result<Texts, Error> {
    let mut texts = Texts::ours()?;
    let mut real: BTreeMap<Concern, Vec<(String, String)>> = BTreeMap::new();
    if let Ok(path) = find(options, "tickets", "tickets/bitext_support_shared.csv.gz") {
        let text = read(&path)?;
        for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Bitext>() {
            let row = row.map_err(|error| unreadable(&path, &error))?;
            if let Some(concern) = of_bitext(&row.intent) {
                add(&mut real, concern, &row.instruction);
            }
        }
    }
    if let Ok(path) = find(options, "tickets", "tickets/banking77_train.csv.gz") {
        let text = read(&path)?;
        for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Banking>() {
            let row = row.map_err(|error| unreadable(&path, &error))?;
            if let Some(concern) = of_banking(&row.category) {
                add(&mut real, concern, &row.text);
            }
        }
    }
    for (concern, list) in real {
        texts.replace(concern, list);
    }
    Ok(texts)
}

fn add(real: &mut BTreeMap<Concern, Vec<(String, String)>>, concern: Concern, text: &str) {
    let list = real.entry(concern).or_default();
    if list.len() >= ENOUGH {
        return;
    }
    let text = text
        .replace("{{Order Number}}", "{order}")
        .replace("{{Person Name}}", "{name}")
        .replace("{{Refund Amount}}", "20")
        .replace("{{Currency Symbol}}", "$")
        .replace("{{Invoice Number}}", "{order}")
        .replace("{{Delivery City}}", "my town")
        .replace("{{Delivery Country}}", "my country");
    if text.contains("{{") {
        return;
    }
    let subject: String = text.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    list.push((subject, text));
}
