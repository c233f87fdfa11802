//! Global ids, such as `gid://shopify/Order/5610443000833`.

/// Writes one.
pub(crate) fn write(kind: &str, number: u64) -> String {
    format!("gid://shopify/{kind}/{number}")
}

/// Reads one of any kind: kind and number.
pub(crate) fn read(text: &str) -> Option<(&str, u64)> {
    let (kind, number) = text.strip_prefix("gid://shopify/")?.split_once('/')?;
    let number = number.split('?').next()?;
    Some((kind, number.parse().ok()?))
}

/// Reads the number of one of a known kind; a bare number passes too, as at the vendor.
pub(crate) fn number(text: &str, kind: &str) -> Option<u64> {
    match read(text) {
        Some((found, number)) => (found == kind).then_some(number),
        None => text.parse().ok(),
    }
}
