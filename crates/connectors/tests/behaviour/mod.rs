//! What every connector promises, whatever its platform: tried against the practice store, chosen
//! by what its capability names.
//!
//! A promise is written once and runs at every platform. What no practice store can show (an empty
//! page in the middle, a page that leads to itself) is tried beside each platform with answers
//! written by hand.

mod acting;
mod making;
mod pages;
mod signing_in;
pub(crate) mod stage;
mod weather;

/// Runs promises at every platform, as tests of their own.
macro_rules! everywhere {
    ($($promise:ident),+ $(,)?) => {$(
        mod $promise {
            use fermata_model::Platform;

            #[tokio::test]
            async fn bigcommerce() {
                super::promises::$promise(Platform::Bigcommerce).await;
            }

            #[tokio::test]
            async fn shopify() {
                super::promises::$promise(Platform::Shopify).await;
            }

            #[tokio::test]
            async fn gorgias() {
                super::promises::$promise(Platform::Gorgias).await;
            }

            #[tokio::test]
            async fn klaviyo() {
                super::promises::$promise(Platform::Klaviyo).await;
            }

            #[tokio::test]
            async fn stripe() {
                super::promises::$promise(Platform::Stripe).await;
            }

            #[tokio::test]
            async fn woocommerce() {
                super::promises::$promise(Platform::Woocommerce).await;
            }

            #[tokio::test]
            async fn shipbob() {
                super::promises::$promise(Platform::Shipbob).await;
            }
        }
    )+};
}
use everywhere;
