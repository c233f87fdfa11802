//! Small integers for names that appear in millions of rows. They are part of the file's format:
//! a number, once given, keeps its meaning.

use fermata_model::record::SendKind;
use fermata_model::{EventKind, EventSource, Platform, Stream};

use crate::Error;

macro_rules! codes {
    ($to:ident, $from:ident, $type:ty, $what:literal: $($value:path = $code:literal,)*) => {
        #[doc = concat!("Returns the number kept for a ", $what, ".")]
        pub(crate) const fn $to(value: $type) -> i64 {
            match value { $($value => $code,)* }
        }

        #[doc = concat!("Reads the number kept for a ", $what, ".")]
        pub(crate) fn $from(code: i64) -> Result<$type, Error> {
            match code { $($code => Ok($value),)* other => Err(Error::unreadable($what, other)) }
        }
    };
}

codes! { stream, read_stream, Stream, "stream":
    Stream::Customers = 1,
    Stream::Orders = 2,
    Stream::Carts = 3,
    Stream::Products = 4,
    Stream::Tickets = 5,
    Stream::Messages = 6,
    Stream::Profiles = 7,
    Stream::Sends = 8,
    Stream::Removals = 9,
    Stream::Refunds = 10,
    Stream::Stock = 11,
    Stream::Discounts = 12,
    Stream::Companies = 13,
    Stream::PriceLists = 14,
    Stream::Prices = 15,
    Stream::Tags = 16,
    Stream::Agents = 17,
    Stream::Ratings = 18,
    Stream::Lists = 19,
    Stream::Segments = 20,
    Stream::Flows = 21,
    Stream::Campaigns = 22,
    Stream::WarehouseOrders = 23,
    Stream::Shipments = 24,
    Stream::Receiving = 25,
    Stream::Payments = 26,
    Stream::Disputes = 27,
}

codes! { kind, read_kind, EventKind, "event kind":
    EventKind::PersonSeen = 1,
    EventKind::OrderPlaced = 2,
    EventKind::OrderCancelled = 3,
    EventKind::OrderRefunded = 4,
    EventKind::CartAbandoned = 5,
    EventKind::CartRecovered = 6,
    EventKind::ParcelShipped = 7,
    EventKind::ParcelLate = 8,
    EventKind::ParcelDelivered = 9,
    EventKind::TicketOpened = 10,
    EventKind::TicketClosed = 11,
    EventKind::MessageReceived = 12,
    EventKind::MessageSent = 13,
    EventKind::NoteWritten = 14,
    EventKind::MailSent = 15,
    EventKind::MailOpened = 16,
    EventKind::MailClicked = 17,
    EventKind::MailBounced = 18,
    EventKind::MailUnsubscribed = 19,
    EventKind::MailOther = 20,
    EventKind::OursProposed = 21,
    EventKind::OursDecided = 22,
    EventKind::OursDone = 23,
    EventKind::OursHeldBack = 24,
    EventKind::StockAsked = 25,
    EventKind::TicketRated = 26,
    EventKind::ShipmentSent = 27,
    EventKind::ShipmentHeldUp = 28,
    EventKind::ShipmentLate = 29,
    EventKind::ShipmentDelivered = 30,
    EventKind::PaymentMade = 31,
    EventKind::PaymentRefunded = 32,
    EventKind::DisputeOpened = 33,
    EventKind::DisputeClosed = 34,
}

codes! { send_kind, read_send_kind, SendKind, "kind of send":
    SendKind::Sent = 1,
    SendKind::Opened = 2,
    SendKind::Clicked = 3,
    SendKind::Bounced = 4,
    SendKind::Unsubscribed = 5,
    SendKind::MarkedSpam = 6,
    SendKind::StockAsked = 7,
}

codes! { platform, read_platform, Platform, "platform":
    Platform::Shopify = 1,
    Platform::Gorgias = 2,
    Platform::Klaviyo = 3,
    Platform::Bigcommerce = 4,
    Platform::Woocommerce = 5,
    Platform::Shipbob = 6,
    Platform::Stripe = 7,
}

/// Returns the number kept for where an event comes from; ours is 0.
pub(crate) const fn source(value: EventSource) -> i64 {
    match value {
        EventSource::Ours => 0,
        EventSource::Platform(from) => platform(from),
    }
}

/// Reads the number kept for where an event comes from.
pub(crate) fn read_source(code: i64) -> Result<EventSource, Error> {
    if code == 0 { Ok(EventSource::Ours) } else { read_platform(code).map(EventSource::Platform) }
}
