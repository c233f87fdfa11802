//! Who we are, what we may do, and what is said when that ends.

use super::{everywhere, stage};

everywhere!(
    a_check_says_who_we_are,
    wrong_credentials_are_refused_plainly,
    a_sign_in_revoked_midway_stops_the_pass_and_says_so,
    a_missing_permission_is_named,
);

mod promises {
    use fermata_connectors::Kind;
    use fermata_connectors::registry::capability;
    use fermata_model::Platform;
    use fermata_sandbox::{Fault, Rule};

    use super::super::stage::{Stage, rule, signed_in};

    pub(super) async fn a_check_says_who_we_are(platform: Platform) {
        let stage = Stage::new(platform).await;
        let account = stage.connector.check().await.unwrap();
        assert!(!account.name.is_empty());
        assert!(account.missing.is_empty(), "{:?}", account.missing);
        if let Some(version) = account.api_version {
            assert_eq!(version, stage.connector.capability().api_version);
        }
    }

    pub(super) async fn wrong_credentials_are_refused_plainly(platform: Platform) {
        let stage = Stage::new(platform).await;
        let mut credentials = stage.practice.credentials(platform);
        for value in credentials.as_object_mut().unwrap().values_mut() {
            *value = format!("{}x", value.as_str().unwrap()).into();
        }
        let stranger = signed_in(&stage.practice, platform, &credentials);
        let error = stranger.check().await.unwrap_err();
        assert_eq!(error.kind, Kind::SignIn, "{error}");
        assert!(error.hint.is_some(), "it says what to do");
        for secret in credentials.as_object().unwrap().values() {
            assert!(
                !format!("{error} {error:?}").contains(secret.as_str().unwrap()),
                "no secret in {error:?}"
            );
        }
        let error = stranger.pull(&stage.pull(stage.streams()[0])).await.unwrap_err();
        assert_eq!(error.kind, Kind::SignIn, "{error}");
    }

    pub(super) async fn a_sign_in_revoked_midway_stops_the_pass_and_says_so(platform: Platform) {
        let stage = Stage::new(platform).await;
        stage.trouble(Rule { times: None, skip: 2, ..rule(Fault::RevokeToken, 0) });
        let mut pull = stage.pull(stage.streams()[0]);
        pull.size = Some(10);
        let error = stage.pass(pull).await.unwrap_err();
        assert_eq!(error.kind, Kind::SignIn, "{error}");
        assert!(!error.is_temporary(), "asking again does not help");
    }

    pub(super) async fn a_missing_permission_is_named(platform: Platform) {
        let known = capability(platform);
        let Some(scope) = known.scopes.iter().find(|scope| scope.required) else { return };
        let stage = Stage::with(platform, |options| {
            options.without_scopes.insert(scope.name.to_owned());
            // A scope that may write may also read.
            options.without_scopes.insert(scope.name.replace("read", "write"));
        })
        .await;
        match stage.connector.check().await {
            Ok(account) if !account.granted.is_empty() => {
                assert!(account.missing.contains(&scope.name.to_owned()), "{:?}", account.missing);
            }
            // A platform that does not tell what is granted refuses where it is needed.
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind, Kind::Forbidden, "{error}"),
        }
    }
}

#[tokio::test]
async fn an_app_whose_token_is_revoked_midway_signs_in_again_and_goes_on() {
    use fermata_model::Platform;
    use fermata_sandbox::{Fault, Rule};
    use stage::{Stage, newest, rule, signed_in};

    let mut stage = Stage::new(Platform::Shopify).await;
    let credentials = stage.practice.access(Platform::Shopify).client_credentials().unwrap();
    stage.connector = signed_in(&stage.practice, Platform::Shopify, &credentials);
    for stream in stage.streams() {
        let calm = stage.all(stream).await;
        stage.trouble(Rule { skip: 1, ..rule(Fault::RevokeToken, 1) });
        let mut pull = stage.pull(stream);
        pull.size = Some(20);
        assert_eq!(newest(stage.pass(pull).await.unwrap()), calm, "{stream}");
        stage.calm();
    }
}
