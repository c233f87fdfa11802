//! Secrets are where they belong: in no file that the program writes, as they are.

use fermata_model::Platform;
use serde_json::json;

use crate::harness::{Fermata, credentials, files, practice};

#[tokio::test(flavor = "multi_thread")]
async fn no_file_holds_a_credential_or_a_customer_in_the_clear() {
    let practice = practice(40).await;
    let fermata = Fermata::new();
    fermata.connect(&practice);
    fermata.json(&["sync", "--once"]);
    let mut served = fermata.serve(&[("FERMATA_LOG", "trace")]).await;
    served.ask("today", json!({})).await;
    let customers = served.ask("customers_search", json!({ "text": "" })).await;
    served.kill();

    let mut wanted: Vec<String> = Platform::ALL
        .iter()
        .flat_map(|&platform| credentials(&practice, platform).as_object().unwrap().clone())
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .filter(|value| value.len() >= 8)
        .collect();
    assert!(wanted.len() >= 3, "there are credentials to look for");
    let email = customers["rows"].as_array().unwrap().iter().find_map(|row| row["email"].as_str());
    wanted.push(email.unwrap().to_owned());

    let written = files(&fermata.data_dir());
    assert!(written.iter().any(|file| file.ends_with("fermata.db")), "the store is among the files searched");
    for file in written {
        let bytes = std::fs::read(&file).unwrap();
        for secret in &wanted {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a credential or an address in the clear", file.display());
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let fermata = Fermata::new();
    fermata.json(&["status"]);
    let key = fermata.home.path().join("key");
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600,
        "made for its owner alone"
    );
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = fermata.run(&["status"], "");
    assert_eq!(output.status.code(), Some(7), "keychain or store");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();

    std::fs::write(&key, "0".repeat(64)).unwrap();
    let output = fermata.run(&["status"], "");
    assert_eq!(output.status.code(), Some(7), "another key does not open the store");
    std::fs::remove_file(&key).unwrap();
    let output = fermata.run(&["status"], "");
    assert_eq!(output.status.code(), Some(7), "a store whose key is gone is not replaced");
    assert!(fermata.data_dir().join("fermata.db").exists());
}
