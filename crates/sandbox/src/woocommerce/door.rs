//! The sign-in: a key pair by HTTP Basic, or in the query where a host strips the header; or a user of WordPress.

use super::errors;
use super::wordpress::{Passwords, User};
use crate::vendor::{Call, Reply, Request};

/// Lets a request to WordPress' own index in, which everybody may read without a key.
///
/// Errors: 401 for a name that is no user's, where passwords for applications are in use.
pub(super) fn open(request: &Request, call: &Call<'_>, passwords: &Passwords) -> Result<(), Reply> {
    match request.basic() {
        None => Ok(()),
        Some((name, _)) if name.starts_with("ck_") => {
            let message = "<strong>Error:</strong> Unknown username. Check again or try your email address.";
            Err(errors::refuse(401, "invalid_username", message))
        }
        Some(_) => passwords.who(request, call).map(|_| ()),
    }
}

/// Lets a request in.
///
/// Errors: 401, the same for a wrong key and for none, in the words of what was to be done; 401,
/// not 403, for a key that may not read or write; 403 for a user whose role does not allow it.
pub(super) fn sign_in(request: &Request, call: &Call<'_>, passwords: &Passwords) -> Result<(), Reply> {
    if passwords.who(request, call)? == User::Known {
        let may = passwords.settings.role.runs_the_shop();
        return if may { Ok(()) } else { Err(not_for(request, 403)) };
    }
    let given = request.basic().or_else(|| {
        let part = |name: &str| request.query(name).map(str::to_owned);
        Some((part("consumer_key")?, part("consumer_secret")?))
    });
    let ours = (call.access.user.clone(), call.access.token.clone());
    if call.revoked || given != Some(ours) {
        return Err(not_for(request, 401));
    }
    let scope = if request.method == "GET" { "read" } else { "write" };
    if call.access.allows(scope) {
        return Ok(());
    }
    let message = format!("The API key provided does not have {scope} permissions.");
    Err(errors::refuse(401, "woocommerce_rest_authentication_error", &message))
}

/// Refuses in the words of what was to be done.
fn not_for(request: &Request, status: u16) -> Reply {
    let (code, message) = match request.method.as_str() {
        "POST" => ("woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources."),
        "PUT" | "PATCH" => {
            ("woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource.")
        }
        "DELETE" => ("woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource."),
        _ => ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    };
    errors::refuse(status, code, message)
}
