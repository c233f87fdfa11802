//! A keychain that never answers holds nothing up for ever.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fermata_connectors::{Kind, Patience, SecretRef, Vault, VaultError, connect};
use fermata_model::Platform;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::support::{impatient, settings};

/// Answers nobody until its other end is dropped.
struct Silent {
    asked: AtomicUsize,
    released: Mutex<Receiver<()>>,
}

impl Silent {
    fn new() -> (Arc<Self>, Sender<()>) {
        let (hold, released) = channel();
        (Arc::new(Self { asked: AtomicUsize::new(0), released: Mutex::new(released) }), hold)
    }
}

impl Vault for Silent {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _ = self.released.lock().unwrap().recv();
        Err(VaultError::Missing(name.0.clone()))
    }
}

#[tokio::test]
async fn a_keychain_that_never_answers_is_given_up_with_a_next_step_and_few_threads_wait_for_it() {
    let (silent, hold) = Silent::new();
    let patience = Patience { keychain: Duration::from_millis(50), ..impatient() };
    for &platform in Platform::ALL {
        let mut settings = settings("http://127.0.0.1:9", &[]);
        settings.vault = Arc::clone(&silent) as Arc<dyn Vault>;
        settings.patience = patience;
        let connector = connect(platform, settings).unwrap();
        let asked = timeout(Duration::from_secs(10), connector.check()).await;
        let error = asked.expect("it gives up by itself").unwrap_err();
        assert_eq!(error.kind, Kind::Vault, "{platform}: {error}");
        assert!(error.message.contains("did not answer"), "{platform}: {error}");
        let hint = error.hint.unwrap();
        assert!(hint.contains("password") && hint.contains("try again"), "{platform}: {hint}");
    }
    let asked = silent.asked.load(Ordering::SeqCst);
    assert!((1..Platform::ALL.len()).contains(&asked), "{asked} threads wait for one keychain");
    drop(hold);
}
