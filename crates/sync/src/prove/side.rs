//! The figures of one side.

use fermata_model::Money;
use sha2::{Digest, Sha256};

/// The figures of one side of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// How many records there are.
    pub records: u64,
    /// The sum of [`fermata_model::record::Entity::money`] per currency, in the order of the currencies' codes.
    pub sums: Vec<Money>,
    /// Over the id and the text of every record, whatever their order.
    digest: u128,
}

impl Side {
    /// Adds one record; its text has card numbers masked.
    pub(super) fn add(&mut self, external_id: &str, raw: &str, money: Option<Money>) {
        self.records += 1;
        let hash = Sha256::new().chain_update(external_id).chain_update([0]).chain_update(raw).finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        // A sum does not mind the order, and unlike exclusive-or it notices pairs.
        self.digest = self.digest.wrapping_add(u128::from_be_bytes(first));
        let Some(money) = money else { return };
        match self.sums.binary_search_by_key(&money.currency.code(), |sum| sum.currency.code()) {
            Ok(at) => self.sums[at].minor = self.sums[at].minor.saturating_add(money.minor),
            Err(at) => self.sums.insert(at, money),
        }
    }

    /// Returns the digest in hexadecimal digits.
    pub fn digest(&self) -> String {
        format!("{:032x}", self.digest)
    }
}

#[cfg(test)]
mod tests {
    use fermata_model::{Currency, Money};

    use super::Side;

    fn side(records: &[(&str, &str, Option<Money>)]) -> Side {
        let mut side = Side::default();
        for (id, raw, money) in records {
            side.add(id, raw, *money);
        }
        side
    }

    #[test]
    fn the_order_of_records_does_not_matter_and_everything_else_does() {
        let (five, six) = (Some(Money::new(5, Currency::USD)), Some(Money::new(6, Currency::EUR)));
        let whole = side(&[("1", "{}", five), ("2", "[]", six), ("3", "[]", five)]);
        assert_eq!(whole, side(&[("3", "[]", five), ("2", "[]", six), ("1", "{}", five)]));
        assert_eq!(whole.sums, [Money::new(6, Currency::EUR), Money::new(10, Currency::USD)]);
        for other in [
            side(&[("1", "{}", five), ("2", "[]", six)]),
            side(&[("1", "[]", five), ("2", "{}", six), ("3", "[]", five)]),
            side(&[("1", "{}", five), ("2", "[]", six), ("4", "[]", five)]),
            side(&[("1", "{}", five), ("3", "[]", five), ("3", "[]", six)]),
        ] {
            assert_ne!(whole.digest(), other.digest());
        }
        assert_ne!(side(&[("1", "2", None)]).digest(), side(&[("12", "", None)]).digest());
    }
}
