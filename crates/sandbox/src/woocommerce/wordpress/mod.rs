//! WordPress itself, as far as it lets a program in: passwords for applications, approved in the browser.
//!
//! The page that asks (`authorize-application.php`) is for a person whom the browser has signed in already; here
//! that is always so, and it is the only user there is ([`USER`]). What the user may do follows from the
//! role ([`Role`]). Stricter than WordPress: a program must say what it is called, who it is and where the answer goes.
//!
//! Source: WordPress 6.7 (`wp-admin/authorize-application.php`, `class-wp-application-passwords.php`,
//! `class-wp-rest-application-passwords-controller.php`) and the answers of a running one, November 2026; the rule
//! that lets the browser go to loopback: core.trac.wordpress.org/ticket/57809.

mod page;
mod passwords;

use serde_json::{Value, json};

use super::errors;
use crate::rest::{self, Found};
use crate::vendor::{Call, Operation, Reply, Request};

pub(super) use passwords::{Passwords, User};

/// The name that the shop's user signs in with.
pub const USER: &str = "shop owner";

/// What can be set about the WordPress that the shop runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The role of the shop's user.
    pub role: Role,
    /// Does it give passwords to applications? Plugins for security switch that off.
    pub application_passwords: bool,
    /// Does it send a browser to this machine? Older ones do not.
    pub sends_to_loopback: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { role: Role::Administrator, application_passwords: true, sends_to_loopback: true }
    }
}

/// The role of a user, which decides what may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// May do everything.
    Administrator,
    /// May do everything in the shop.
    ShopManager,
    /// May look at what it bought itself.
    Customer,
}

impl Role {
    /// Returns the name that WordPress has for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ShopManager => "shop_manager",
            Self::Customer => "customer",
        }
    }

    /// Tells whether it may work in the shop.
    pub(super) const fn runs_the_shop(self) -> bool {
        matches!(self, Self::Administrator | Self::ShopManager)
    }

    /// Some of what it may do, in WordPress' words.
    const fn capabilities(self) -> &'static [&'static str] {
        match self {
            Self::Administrator => {
                &["read", "list_users", "manage_woocommerce", "edit_shop_orders", "manage_options"]
            }
            Self::ShopManager => &["read", "list_users", "manage_woocommerce", "edit_shop_orders"],
            Self::Customer => &["read"],
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Ask,
    Answer,
    Me,
    Introspect,
    Create,
    Delete,
}

#[derive(Debug)]
struct Route {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    what: What,
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

const PAGE: &str = "/wp-admin/authorize-application.php";

static ROUTES: &[Route] = &[
    Route { name: "GET authorize-application", method: "GET", path: PAGE, what: What::Ask },
    Route { name: "POST authorize-application", method: "POST", path: PAGE, what: What::Answer },
    Route { name: "GET users/me", method: "GET", path: "/wp-json/wp/v2/users/me", what: What::Me },
    Route {
        name: "GET application-passwords/introspect",
        method: "GET",
        path: "/wp-json/wp/v2/users/me/application-passwords/introspect",
        what: What::Introspect,
    },
    Route {
        name: "POST application-passwords",
        method: "POST",
        path: "/wp-json/wp/v2/users/me/application-passwords",
        what: What::Create,
    },
    Route {
        name: "DELETE application-passwords/{uuid}",
        method: "DELETE",
        path: "/wp-json/wp/v2/users/me/application-passwords/{}",
        what: What::Delete,
    },
];

/// Names a request if it is for WordPress itself.
pub(super) fn operation(request: &Request) -> Option<Operation> {
    let found = rest::find(ROUTES, &request.method, &request.path);
    matches!(found, Found::Route(..)).then(|| rest::operation(ROUTES, request))
}

/// Answers a request if it is for WordPress itself.
pub(super) fn answer(
    passwords: &mut Passwords,
    request: &Request,
    call: &mut Call<'_>,
) -> Option<Result<Reply, Reply>> {
    let Found::Route(route, parts) = rest::find(ROUTES, &request.method, &request.path) else { return None };
    let uuid = parts.first().copied().unwrap_or_default();
    Some(match route.what {
        What::Ask => Ok(page::ask(passwords, request)),
        What::Answer => Ok(page::answer(passwords, request, call)),
        What::Me => me(passwords, request, call),
        What::Introspect => passwords.introspect(request, call),
        What::Create => passwords.create(request, call),
        What::Delete => passwords.delete(uuid, request, call),
    })
}

/// Writes what WordPress' index says of signing in: an empty list where there is nothing to say.
pub(super) fn authentication(passwords: &Passwords, base: &str) -> Value {
    if !passwords.settings.application_passwords {
        return json!([]);
    }
    json!({ "application-passwords": { "endpoints": { "authorization": format!("{base}{PAGE}") } } })
}

fn me(passwords: &Passwords, request: &Request, call: &Call<'_>) -> Result<Reply, Reply> {
    passwords.signed_in(request, call)?;
    let role = passwords.settings.role;
    let mut body =
        json!({ "id": 1, "name": "Shop Owner", "url": "", "description": "", "slug": "shop-owner" });
    match request.query("context") {
        None | Some("view") => {}
        Some("edit") => {
            body["username"] = json!(USER);
            body["roles"] = json!([role.name()]);
            body["capabilities"] =
                role.capabilities().iter().map(|name| ((*name).to_owned(), json!(true))).collect();
        }
        Some(_) => return Err(errors::refuse(400, "rest_invalid_param", "Invalid parameter(s): context")),
    }
    Ok(errors::answer(200, &body))
}
