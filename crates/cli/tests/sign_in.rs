//! Signing in from a terminal: by the browser, and again after credentials changed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Stdio};

use fermata_model::Platform;
use fermata_sandbox::{Options, Practice};
use serde_json::json;

use crate::harness::Fermata;

/// Begins to connect an account that is approved in the browser, on a machine without one.
fn connecting(fermata: &Fermata, platform: Platform, url: &str) -> Child {
    fermata
        .command(&["connect", platform.name(), "--url", url, "--browser", "--json"])
        // The system chooses; an app registers the address as soon as it is known.
        .env("FERMATA_APPROVAL_PORT", "0")
        // No browser is found: the address is printed.
        .env("PATH", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_approved_in_the_browser_and_signed_in_again() {
    let mut options = Options { customers: 20, rates: 1_000.0, ..Options::default() };
    options.platforms = [Platform::Shopify].into();
    let practice = Practice::start(options).await.unwrap();
    let app = practice.access(Platform::Shopify).client_credentials().unwrap();
    let fermata = Fermata::new();

    let url = practice.base_url(Platform::Shopify);
    let mut child = connecting(&fermata, Platform::Shopify, url);
    child.stdin.take().unwrap().write_all(app.to_string().as_bytes()).unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let page = said.find(|line| line.contains("/admin/oauth/authorize?")).unwrap();
    let secret = app["client_secret"].as_str().unwrap();
    assert!(!page.contains(secret), "no secret in an address");
    let page: reqwest::Url = page.trim().parse().unwrap();
    let redirect = page.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    practice.register_redirect(Platform::Shopify, &redirect);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(client.get(page).send().await.unwrap().status(), 200);
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(child.wait().unwrap().success(), "{:?}", said.collect::<Vec<_>>());
    let connected: serde_json::Value = serde_json::from_str(&out).unwrap();
    let id = connected[0]["id"].to_string();
    fermata.json(&["sync", "--once"]);

    let again = ["connections", "sign-in", &id, "--credentials-from-stdin"];
    let wrong = fermata.run(&again, &json!({ "access_token": "shpat_guessed" }).to_string());
    assert_eq!(wrong.status.code(), Some(6), "the platform refuses");
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains("shpat_guessed"));
    let right = fermata.run(&again, &practice.credentials(Platform::Shopify).to_string());
    assert!(right.status.success(), "{}", String::from_utf8_lossy(&right.stderr));
    fermata.json(&["sync", "--once"]);
    let missing = fermata.run(&["connections", "sign-in", "99", "--browser"], "");
    assert_eq!(missing.status.code(), Some(3), "there is no such connection");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_wordpress_is_connected_without_a_word_on_standard_input() {
    let mut options = Options { customers: 20, rates: 1_000.0, ..Options::default() };
    options.platforms = [Platform::Woocommerce].into();
    let practice = Practice::start(options).await.unwrap();
    let fermata = Fermata::new();
    let url = practice.base_url(Platform::Woocommerce);
    let mut child = connecting(&fermata, Platform::Woocommerce, url);
    // Held open: who waits for credentials waits for ever.
    let _open = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let page = said.find(|line| line.contains("/wp-admin/authorize-application.php?")).unwrap();
    assert!(said.next().unwrap().contains("make a key instead"), "what an older WordPress says");
    let page: reqwest::Url = page.trim().parse().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let html = client.get(page.clone()).send().await.unwrap().text().await.unwrap();
    let hidden = |name: &str| {
        let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.replace("&#038;", "&")
    };
    let names = ["_wpnonce", "action", "app_id", "success_url", "reject_url", "app_name"];
    let mut form: Vec<(&str, String)> = names.iter().map(|name| (*name, hidden(name))).collect();
    form.push(("approve", "Yes".to_owned()));
    let place = page.join("/wp-admin/authorize-application.php").unwrap();
    assert_eq!(client.post(place).form(&form).send().await.unwrap().status(), 200);
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(child.wait().unwrap().success(), "{:?}", said.collect::<Vec<_>>());
    fermata.json(&["sync", "--once"]);
    practice.stop().await;
}
