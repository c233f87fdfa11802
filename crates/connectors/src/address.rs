//! Where an account may live: secrets go to the vendor's own hosts and to this machine, nowhere
//! else.

use fermata_model::Platform;
use url::{Host, Url};

use crate::{Error, Kind};

/// Refuses a base URL whose host is neither one of the vendor's nor this machine.
///
/// `host` is a full name, or begins with a dot and then stands for every name below it.
///
/// Errors: [`Kind::Unsupported`].
pub(crate) fn pinned(platform: Platform, url: &Url, host: &str) -> Result<(), Error> {
    let is_theirs = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.to_ascii_lowercase();
            if host.starts_with('.') { name.len() > host.len() && name.ends_with(host) } else { name == host }
        }
        _ => false,
    };
    if is_theirs || is_this_machine(url) {
        return Ok(());
    }
    let shown =
        if host.starts_with('.') { format!("https://your-account{host}") } else { format!("https://{host}") };
    let message = format!("This is not an address of {}.", platform.title());
    Err(Error::new(platform, "connect", Kind::Unsupported, message)
        .with_hint(format!("It looks like {shown}.")))
}

/// Tells whether an address is on this machine, where nobody listens in.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_vendor_and_this_machine_are_spoken_to() {
        for (url, host, expected) in [
            ("https://shop.gorgias.com", ".gorgias.com", true),
            ("https://SHOP.gorgias.com/", ".gorgias.com", true),
            ("https://gorgias.com.evil.example", ".gorgias.com", false),
            ("https://evilgorgias.com", ".gorgias.com", false),
            ("https://a.klaviyo.com", "a.klaviyo.com", true),
            ("https://b.a.klaviyo.com", "a.klaviyo.com", false),
            ("http://127.0.0.1:4000", ".gorgias.com", true),
            ("http://[::1]:4000", ".gorgias.com", true),
            ("http://10.0.0.1", ".gorgias.com", false),
        ] {
            let url: Url = url.parse().unwrap();
            assert_eq!(pinned(Platform::Gorgias, &url, host).is_ok(), expected, "{url}");
        }
    }
}
