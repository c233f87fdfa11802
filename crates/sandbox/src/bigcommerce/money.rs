//! How the world's gateways and countries are called here.

/// A way to pay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Provider {
    /// What customers read.
    pub(super) title: &'static str,
    /// What a refund names it by.
    pub(super) id: &'static str,
    /// What transactions name it by.
    pub(super) gateway: &'static str,
    /// What kind of payment it is.
    pub(super) method: &'static str,
}

/// Returns what a gateway of the world is here.
pub(super) fn provider(gateway: &str) -> Provider {
    let (title, id, gateway, method) = match gateway {
        "shopify_payments" => ("Credit Card", "stripe", "stripe", "credit_card"),
        "paypal" => ("PayPal", "checkout_paypalexpress", "paypalexpress", "electronic_wallet"),
        "gift_card" => ("Gift Certificate", "giftcertificate", "giftcertificate", "gift_certificate"),
        _ => ("Manual", "custom", "custom", "custom"),
    };
    Provider { title, id, gateway, method }
}

/// Returns a country's English name, or its code where it is none of those the shop sends to.
pub(super) fn country(code: &str) -> &str {
    match code {
        "DE" => "Germany",
        "FR" => "France",
        "IT" => "Italy",
        "US" => "United States",
        "GB" => "United Kingdom",
        "AT" => "Austria",
        "CH" => "Switzerland",
        "NL" => "Netherlands",
        "ES" => "Spain",
        other => other,
    }
}
