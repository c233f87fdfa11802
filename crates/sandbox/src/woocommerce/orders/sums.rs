//! The amounts of an order as WooCommerce keeps them: every one net, with its tax beside it.
//!
//! The world's prices contain the tax; it is shared out over lines and shipping by what was paid for each, rounded
//! down, and the first that costs anything takes what is left over, so that all sums come out.

use crate::world::Order;

/// An amount without tax, and its tax, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) net: i64,
    pub(crate) tax: i64,
}

/// The amounts of one order.
#[derive(Debug)]
pub(crate) struct Sums {
    /// Each line before the discount.
    pub(crate) before: Vec<Split>,
    /// Each line after it.
    pub(crate) after: Vec<Split>,
    /// Shipping.
    pub(crate) shipping: Split,
}

impl Sums {
    /// Shares out the tax of an order.
    pub(crate) fn of(order: &Order) -> Self {
        let gross: Vec<i64> = order.lines.iter().map(|line| line.price * i64::from(line.quantity)).collect();
        let mut paid: Vec<i64> =
            order.lines.iter().enumerate().map(|(place, line)| order.worth(place, line.quantity)).collect();
        let rounding = order.subtotal() - order.discount - paid.iter().sum::<i64>();
        if let Some(last) = paid.last_mut() {
            *last += rounding;
        }
        let total = order.total();
        let share = |gross: i64| if total > 0 { order.tax * gross / total } else { 0 };
        let mut taxes: Vec<i64> = paid.iter().chain([&order.shipping]).map(|gross| share(*gross)).collect();
        let left = order.tax - taxes.iter().sum::<i64>();
        let payer = paid.iter().chain([&order.shipping]).position(|gross| *gross > 0);
        if total > 0
            && let Some(payer) = payer
        {
            taxes[payer] += left;
        }
        let after: Vec<Split> =
            paid.iter().zip(&taxes).map(|(paid, tax)| Split { net: paid - tax, tax: *tax }).collect();
        let before = gross
            .iter()
            .zip(&after)
            .map(|(gross, after)| {
                let tax =
                    if *gross == after.net + after.tax { after.tax } else { share(*gross).max(after.tax) };
                Split { net: gross - tax, tax }
            })
            .collect();
        let shipping_tax = taxes.last().copied().unwrap_or(0);
        Self { before, after, shipping: Split { net: order.shipping - shipping_tax, tax: shipping_tax } }
    }

    /// Returns the discount.
    pub(crate) fn discount(&self) -> Split {
        let sum = |part: fn(&Split) -> i64| {
            self.before.iter().map(part).sum::<i64>() - self.after.iter().map(part).sum::<i64>()
        };
        Split { net: sum(|split| split.net), tax: sum(|split| split.tax) }
    }
}
