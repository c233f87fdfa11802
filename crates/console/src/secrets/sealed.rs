//! Secrets inside the encrypted store, for machines without a keychain.

use fermata_store::{Durability, Store, Writer, settings};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Secrets, Unavailable};

/// Keeps secrets in the store's own settings; the file around them is encrypted.
pub(crate) struct Sealed(pub(crate) Store);

impl Secrets for Sealed {
    fn get(&self, name: &str) -> Result<Option<SecretString>, Unavailable> {
        let value = self.0.read(|conn| settings::get::<String>(conn, &row(name))).map_err(unavailable)?;
        Ok(value.map(SecretString::from))
    }

    fn set(&self, name: &str, value: &SecretString) -> Result<(), Unavailable> {
        let text = value.expose_secret().to_owned();
        self.0
            .write(Durability::Full, Writer::System("secrets"), |tx| settings::set(tx, &row(name), &text))
            .map_err(unavailable)
    }

    fn remove(&self, name: &str) -> Result<(), Unavailable> {
        self.0
            .write(Durability::Full, Writer::System("secrets"), |tx| {
                settings::unset(tx, &row(name)).map(|_| ())
            })
            .map_err(unavailable)
    }
}

fn row(name: &str) -> String {
    format!("secret/{name}")
}

fn unavailable(problem: fermata_store::Error) -> Unavailable {
    Unavailable(problem.to_string())
}
