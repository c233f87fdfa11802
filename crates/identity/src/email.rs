//! E-mail addresses in the form in which equal means the same.

/// Local parts that belong to a role or a machine, not to a person.
const GENERIC: &str = " abuse accounting accounts admin billing bounce buchhaltung contact donotreply einkauf \
    enquiries finance guest hello help info invoice kontakt mail mailer-daemon marketing nobody none \
    noreply no-reply null office orders postmaster purchasing rechnung sales service shop store support \
    team test unknown webmaster ";

/// Domains under which platforms and shops put made-up addresses.
const MADE_UP: &[&str] = &["example.invalid", "invalid", "localhost", "no-email.com", "noemail.com"];

/// Brings an address into its one form: lower case, trimmed, the domain in ASCII.
///
/// Dots and `+tags` stay: they mean the same at some providers and different people at others.
/// `None` if it is no address.
pub fn normalise(address: &str) -> Option<String> {
    let address = address.trim().trim_start_matches("mailto:").trim_end_matches('.');
    let (local, domain) = address.rsplit_once('@')?;
    let local = local.trim().trim_matches('"');
    if local.is_empty() || domain.is_empty() || local.contains(char::is_whitespace) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if domain.chars().all(plain) && domain.contains(|c: char| c.is_ascii_alphabetic()) {
        return domain.contains('.').then(|| format!("{local}@{domain}").to_lowercase());
    }
    let domain = match url::Host::parse(domain.trim()).ok()? {
        url::Host::Domain(domain) => domain,
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => return None,
    };
    domain.contains('.').then(|| format!("{}@{domain}", local.to_lowercase()))
}

/// Tells whether a normalised address says something about a person.
pub fn has_weight(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let local = local.split('+').next().unwrap_or(local);
    !GENERIC.contains(&format!(" {local} ")) && !MADE_UP.contains(&domain) && !domain.ends_with(".invalid")
}
