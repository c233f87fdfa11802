//! Ids of the world's things: places in their tables, and the numbers that platforms show.

/// An id that is a place in a table.
pub trait Id: Copy + Ord + std::fmt::Debug {
    /// Makes the id of a place.
    fn new(place: u32) -> Self;
    /// Returns the place.
    fn place(self) -> u32;
    /// Returns the place as an index.
    fn index(self) -> usize {
        self.place() as usize
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $base:literal + $step:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u32);

        impl Id for $name {
            fn new(place: u32) -> Self {
                Self(place)
            }
            fn place(self) -> u32 {
                self.0
            }
        }

        impl $name {
            /// Returns the number that the platform shows for it; unlike another kind's numbers.
            pub fn number(self) -> u64 {
                $base + u64::from(self.0) * $step
            }

            /// Reads the number that the platform shows; `None` if no such thing can have it.
            pub fn from_number(number: u64) -> Option<Self> {
                let place = number.checked_sub($base)?;
                (place % $step == 0).then_some(())?;
                u32::try_from(place / $step).ok().map(Self)
            }
        }
    )*};
}

ids! {
    /// A human being; no platform knows it.
    PersonId: 11 + 3;
    /// A customer account at Shopify.
    AccountId: 7_302_118_400_201 + 32_768;
    /// A customer at Gorgias.
    ContactId: 318_204_001 + 17;
    /// A profile at Klaviyo.
    ProfileId: 1_000_003 + 7;
    /// A product at Shopify.
    ProductId: 8_140_032_000_129 + 32_768;
    /// A variant at Shopify.
    VariantId: 44_210_987_000_065 + 32_768;
    /// A stock location at Shopify.
    LocationId: 71_560_003_617 + 32_768;
    /// An order at Shopify.
    OrderId: 5_610_443_000_833 + 32_768;
    /// A line of an order.
    LineId: 14_200_551_000_417 + 32_768;
    /// A payment or refund transaction.
    TransactionId: 6_902_117_000_289 + 32_768;
    /// A parcel (a fulfilment at Shopify).
    ParcelId: 5_011_090_000_545 + 32_768;
    /// A refund.
    RefundId: 903_551_000_641 + 32_768;
    /// An abandoned checkout.
    CartId: 36_750_220_000_449 + 32_768;
    /// A ticket at Gorgias.
    TicketId: 190_400_011 + 13;
    /// A message at Gorgias.
    MessageId: 640_200_017 + 11;
    /// An event at Klaviyo.
    EventId: 5_000_011 + 3;
    /// A change worth telling at Gorgias (`/api/events`).
    ChangeId: 88_000_007 + 5;
}
