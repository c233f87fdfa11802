//! Secrets are where they belong: in no file that the program writes, its log included, as they are.

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

    let mut wanted: Vec<String> = practice
        .platforms()
        .flat_map(|platform| credentials(&practice, platform).as_object().unwrap().clone())
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .filter(|value| value.len() >= 8)
        .collect();
    assert!(wanted.len() >= 3, "there are credentials to look for");
    let email = customers["rows"].as_array().unwrap().iter().find_map(|row| row["email"].as_str());
    wanted.push(email.unwrap().to_owned());

    let written = files(fermata.home.path());
    assert!(written.iter().any(|file| file.ends_with("fermata.db")), "the store is among the files searched");
    let log = std::fs::metadata(fermata.log()).unwrap().len();
    assert!(log > 1000, "so is a log that tells something");
    let key = std::fs::read_to_string(fermata.home.path().join("key")).unwrap().trim().to_owned();
    for file in written {
        let bytes = std::fs::read(&file).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        for secret in &wanted {
            assert!(!holds(secret), "{} holds a credential or an address in the clear", file.display());
        }
        assert_eq!(holds(&key), file.ends_with("key"), "{}: the store's key", file.display());
        assert_eq!(holds(&served.token), file.ends_with("serve.token"), "{}: the token", file.display());
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_others_can_read_or_anybody_could_guess_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let fermata = Fermata::new();
    fermata.serve(&[]).await.kill();
    let token = fermata.data_dir().join("serve.token");
    assert_eq!(mode(&token), 0o600, "made for its owner alone");
    assert_eq!(mode(&fermata.data_dir()), 0o700, "and so is the folder");
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = fermata.run(&["serve", "--port", "0"], "");
    assert_eq!(refused.status.code(), Some(7), "{}", String::from_utf8_lossy(&refused.stderr));
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    for weak in ["", "short", "a token of many words that no header can carry"] {
        std::fs::write(&token, weak).unwrap();
        let refused = fermata.run(&["serve", "--port", "0"], "");
        assert_eq!(refused.status.code(), Some(7), "{weak:?}");
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
