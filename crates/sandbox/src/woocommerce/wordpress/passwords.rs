//! The passwords that the user has given to applications, and signing in with one.

use fermata_model::Platform;
use serde_json::{Value, json};

use super::{Settings, USER};
use crate::twins::Seal;
use crate::vendor::{Call, Reply, Request};
use crate::woocommerce::errors;
use crate::world::Moment;

/// How long a password is, in letters and digits: `WP_Application_Passwords::PW_LENGTH`.
const LONG: usize = 24;

/// Whom a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::woocommerce) enum User {
    /// The user, by one of its passwords.
    Known,
    /// Nobody that WordPress knows: a key, or no sign-in at all.
    Nobody,
}

/// Every password that was given and not taken back.
#[derive(Debug)]
pub(in crate::woocommerce) struct Passwords {
    pub(in crate::woocommerce) settings: Settings,
    seal: Seal,
    made: u64,
    list: Vec<Password>,
}

#[derive(Debug, Clone)]
struct Password {
    uuid: String,
    app_id: String,
    name: String,
    created: Moment,
    secret: String,
}

impl Passwords {
    pub(in crate::woocommerce) fn new(settings: Settings, seed: u64) -> Self {
        Self { settings, seal: Seal::new(seed, Platform::Woocommerce), made: 0, list: Vec::new() }
    }

    /// Says whom a request comes from, by its header.
    ///
    /// Errors: 401 for a user that is not there, and for a password that is none of the user's.
    pub(in crate::woocommerce) fn who(&self, request: &Request, call: &Call<'_>) -> Result<User, Reply> {
        let Some((user, given)) = request.basic() else { return Ok(User::Nobody) };
        // WooCommerce looks at its own keys first; where there are no passwords WordPress looks at nothing.
        if user.starts_with("ck_") || !self.settings.application_passwords {
            return Ok(User::Nobody);
        }
        if user != USER {
            let message = "<strong>Error:</strong> Unknown username. Check again or try your email address.";
            return Err(errors::refuse(401, "invalid_username", message));
        }
        match self.of(&given) {
            Some(_) if !call.revoked => Ok(User::Known),
            _ => {
                let message = "The provided password is an invalid application password.";
                Err(errors::refuse(401, "incorrect_password", message))
            }
        }
    }

    /// Lets the user in.
    ///
    /// Errors: 401 for anybody else.
    pub(super) fn signed_in(&self, request: &Request, call: &Call<'_>) -> Result<(), Reply> {
        if call.replaying || self.who(request, call)? == User::Known {
            return Ok(());
        }
        Err(errors::refuse(401, "rest_not_logged_in", "You are not currently logged in."))
    }

    /// Finds a password; blanks and whatever else is no letter and no digit do not count.
    fn of(&self, given: &str) -> Option<&Password> {
        let given: String = given.chars().filter(char::is_ascii_alphanumeric).collect();
        self.list.iter().find(|password| password.secret == given)
    }

    /// Makes a password and returns its secret.
    ///
    /// Errors: 409 for a name that another one has.
    pub(super) fn make(&mut self, name: &str, app_id: &str, call: &mut Call<'_>) -> Result<String, Reply> {
        if self.list.iter().any(|password| password.name.eq_ignore_ascii_case(name)) {
            let message = "Each application name should be unique.";
            return Err(errors::refuse(409, "application_password_duplicate_name", message));
        }
        self.made += 1;
        let mut secret = self.seal.mark(&format!("application password {}", self.made));
        secret.truncate(LONG);
        let mark = self.seal.mark(&format!("application {}", self.made));
        let uuid =
            format!("{}-{}-4{}-8{}-{}", &mark[..8], &mark[8..12], &mark[13..16], &mark[17..20], &mark[20..]);
        call.applied("application_password", name, Some(uuid.clone()), None);
        self.list.push(Password {
            uuid,
            app_id: app_id.to_owned(),
            name: name.to_owned(),
            created: call.now,
            secret: secret.clone(),
        });
        Ok(secret)
    }

    pub(super) fn introspect(&self, request: &Request, call: &Call<'_>) -> Result<Reply, Reply> {
        self.signed_in(request, call)?;
        let given = request.basic().and_then(|(_, given)| self.of(&given));
        given.map(|password| errors::answer(200, &written(password))).ok_or_else(|| {
            let message = "Cannot introspect application password.";
            errors::refuse(500, "rest_no_authenticated_app_password", message)
        })
    }

    pub(super) fn create(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        self.signed_in(request, call)?;
        let body = request.json().unwrap_or(Value::Null);
        let text = |name: &str| body[name].as_str().unwrap_or_default().trim().to_owned();
        let (name, app_id) = (text("name"), text("app_id"));
        if name.is_empty() {
            return Err(errors::missing("name"));
        }
        // Stricter than WordPress, to which it is no parameter that must be there.
        if !is_uuid(&app_id) {
            return Err(errors::refuse(400, "rest_invalid_param", "Invalid parameter(s): app_id"));
        }
        let secret = self.make(&name, &app_id, call)?;
        let mut body = self.of(&secret).map(written).unwrap_or_default();
        let groups: Vec<&str> = (0..LONG).step_by(4).map(|place| &secret[place..place + 4]).collect();
        body["password"] = json!(groups.join(" "));
        Ok(errors::answer(201, &body))
    }

    pub(super) fn delete(
        &mut self,
        uuid: &str,
        request: &Request,
        call: &mut Call<'_>,
    ) -> Result<Reply, Reply> {
        self.signed_in(request, call)?;
        let Some(place) = self.list.iter().position(|password| password.uuid == uuid) else {
            let message = "Application password not found.";
            return Err(errors::refuse(404, "rest_application_password_not_found", message));
        };
        let gone = self.list.remove(place);
        call.applied("application_password_removed", &gone.name, Some(gone.uuid.clone()), None);
        Ok(errors::answer(200, &json!({ "deleted": true, "previous": written(&gone) })))
    }
}

/// Tells whether this is a UUID as WordPress wants one, in small letters.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
}

fn written(password: &Password) -> Value {
    json!({
        "uuid": password.uuid,
        "app_id": password.app_id,
        "name": password.name,
        "created": password.created.timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "last_used": null,
        "last_ip": null,
    })
}
