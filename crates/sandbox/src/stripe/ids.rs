//! Ids as the vendor writes them: a prefix that tells the kind, and letters and digits.

/// Before the number of a charge.
pub(super) const CHARGE: &str = "ch_3P";
/// Before the number of a payment intent.
pub(super) const INTENT: &str = "pi_3P";
/// Before the number of a refund.
pub(super) const REFUND: &str = "re_3P";
/// Before the number of a dispute.
pub(super) const DISPUTE: &str = "du_1P";

/// Writes an id.
pub(super) fn write(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:016}")
}

/// Reads an id; `None` if it is not one of this kind, written exactly so.
pub(super) fn read(prefix: &str, text: &str) -> Option<u64> {
    let number = text.strip_prefix(prefix)?.parse().ok()?;
    (write(prefix, number) == text).then_some(number)
}
