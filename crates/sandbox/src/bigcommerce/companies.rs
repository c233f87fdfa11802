//! B2B Edition: companies, and the people who buy for them. A host of its own at the vendor, a path of its own here.
//!
//! It lies at `/api/v3/io` beside the stores, takes the token of the store with its name in `X-Store-Hash`, and counts
//! 150 requests per minute. Where the scope is taken away it is as if the store had no B2B Edition.
//!
//! What it does as the vendor does:
//! - a token without a store, or with another one's, is a failure of the server (500); one that is not known is 401, one
//!   without the scope 403;
//! - numbers and times of companies are texts, those of users are numbers;
//! - a company's time of change does not move when somebody comes or goes;
//! - lists are cut by `limit` and `offset`, and more than the largest `limit` is 413.
//!
//! Which accounts buy for a company follows from their numbers; a company whose last buyer is deleted is gone.
//!
//! Source: github bigcommerce/docs, `docs/b2b-edition/specs/api-v3/company/company.yaml` (commits a6488de9, 09fcf467),
//! `user/user.yaml` (9d3c2e81), `about/index.mdx` (01f3db29), `about/api-status-codes.mdx` (01896cd2) and
//! `authentication/hosted-auth.mdx` (0fff2754). It leaves out every operation but the two lists, and filters that nobody is
//! expected to use.

use std::collections::BTreeMap;
use std::time::Duration;

use fermata_model::Platform;
use serde_json::{Value, json};

use super::numbers::{COMPANIES, CUSTOMERS, USERS};
use super::prices;
use crate::mark::mark;
use crate::rate::{self, Windows};
use crate::rest::{self, Found, Param};
use crate::vendor::{Call, Operation, Reply, Request};
use crate::world::{Account, AccountId, Id, Moment, Thing, World};

/// The scope that opens it, as the page of API accounts names it.
pub(super) const SCOPE: &str = "B2B Edition";

/// What every path of it begins with.
const BELOW: &str = "/api/v3/io/";
const WINDOW: Duration = Duration::from_secs(60);
const QUOTA: u32 = 150;
/// Records on a page, unless told, and at most.
const PAGE: usize = 10;
const MOST: usize = 250;
/// So many accounts in a row make one company, of which those at these places buy for it.
const IN_A_ROW: u32 = 5;
const BUYING: [u32; 2] = [1, 3];

const NAMES: [&str; 8] =
    ["Nordlicht", "Harbour", "Linden", "Atlas", "Bluebell", "Corner", "Meridian", "Old Mill"];
const KINDS: [&str; 5] = ["Trading", "Outfitters", "Hotels", "Supplies", "Stores"];

#[derive(Debug)]
struct Route {
    name: &'static str,
    path: &'static str,
    params: &'static [(&'static str, Param)],
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: "GET", path: self.path }
    }
}

static ROUTES: &[Route] = &[
    Route {
        name: "get-companies",
        path: "/api/v3/io/companies",
        params: &[
            ("limit", Param::Whole),
            ("offset", Param::Whole),
            ("minModified", Param::Whole),
            ("maxModified", Param::Whole),
            ("sortBy", Param::OneOf("companyName updatedAt")),
            ("orderBy", Param::OneOf("ASC DESC")),
            ("companyStatus", Param::OneOf("0 1 2 3")),
            ("isIncludeExtraFields", Param::OneOf("0 1")),
        ],
    },
    Route {
        name: "companies_users_list",
        path: "/api/v3/io/users",
        params: &[
            ("limit", Param::Whole),
            ("offset", Param::Whole),
            ("minModified", Param::Whole),
            ("maxModified", Param::Whole),
            ("companyId", Param::Whole),
            ("isIncludeExtraFields", Param::OneOf("0 1")),
        ],
    },
];

/// Tells whether a request is for it.
pub(super) fn is_for(request: &Request) -> bool {
    request.path.starts_with(BELOW)
}

/// Names a request.
pub(super) fn operation(request: &Request) -> Operation {
    rest::operation(ROUTES, request)
}

/// What it remembers.
#[derive(Debug)]
pub(super) struct B2b {
    windows: Windows,
    /// The list that the fault `double_page` struck, by its mark, and the record behind which it is shifted.
    struck: Option<(u64, usize)>,
}

impl B2b {
    pub(super) fn new(rates: f64) -> Self {
        Self { windows: Windows::new(&[(rate::scaled(QUOTA, rates), WINDOW)], Duration::ZERO), struck: None }
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        if let Err(refusal) = sign_in(request, call) {
            return refusal;
        }
        let reply = match self.windows.take(call.elapsed) {
            Err(_) => refuse(429, "Too Many Requests"),
            Ok(()) => self.serve(request, call).unwrap_or_else(|refusal| refusal),
        };
        self.stamp(reply, call.elapsed)
    }

    fn stamp(&self, reply: Reply, now: Duration) -> Reply {
        let Some(window) = self.windows.window(0) else { return reply };
        reply
            .with("X-Requests-Allocated", format!("{} times/60 s", window.limit))
            .with("X-Requests-Window-Length", format!("{} times", window.used))
            .with("X-Requests-Remaining", format!("{} times", window.limit.saturating_sub(window.used)))
            .with("X-Request-Window-Resets-After", format!("{:.3} s", window.closes_in(now).as_secs_f64()))
    }

    fn serve(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let route = match rest::find(ROUTES, &request.method, &request.path) {
            Found::Route(route, _) => route,
            Found::OtherMethod => return Err(refuse(405, "Method Not Allowed")),
            Found::Nowhere => return Err(refuse(404, "This resource is not found.")),
        };
        let asked = Asked::read(request, route)?;
        let all = members(call.world);
        Ok(match route.name {
            "get-companies" => {
                let found = asked.companies(call.world, &all);
                self.page(&asked, call, &found, |company| Thing::Account(company.first), company)
            }
            _ => {
                let found = asked.users(call.world, &all);
                self.page(
                    &asked,
                    call,
                    &found,
                    |(_, user)| Thing::Account(*user),
                    |world, (number, id)| user(world, *number, *id),
                )
            }
        })
    }

    /// Cuts a page off a list. After the fault the records behind are shifted by one, until it is read from its start.
    fn page<T>(
        &mut self,
        asked: &Asked,
        call: &mut Call<'_>,
        records: &[T],
        thing: impl Fn(&T) -> Thing,
        write: impl Fn(&World, &T) -> Value,
    ) -> Reply {
        let shifted = match self.struck {
            Some((list, behind)) if list == asked.stamp && asked.offset > behind => 1,
            Some((list, _)) if list == asked.stamp => {
                self.struck = None;
                0
            }
            _ => 0,
        };
        let start = (asked.offset - shifted).min(records.len());
        let shown = &records[start..start.saturating_add(asked.limit).min(records.len())];
        let things: Vec<Thing> = shown.iter().map(thing).collect();
        if call.page(&things) {
            self.struck = Some((asked.stamp, asked.offset));
        }
        let data: Vec<Value> = shown.iter().map(|record| write(call.world, record)).collect();
        let pagination =
            json!({ "limit": asked.limit, "offset": asked.offset, "totalCount": records.len() + shifted });
        let meta = json!({ "message": "SUCCESS", "pagination": pagination });
        Reply::json(200, &json!({ "code": 200, "data": data, "meta": meta }))
    }
}

fn sign_in(request: &Request, call: &Call<'_>) -> Result<(), Reply> {
    if call.revoked || request.header("x-auth-token") != Some(&*call.access.token) {
        return Err(refuse(401, "Unauthorized"));
    }
    if request.header("x-store-hash") != call.access.path.strip_prefix("/stores/") {
        return Err(refuse(500, "Internal Server Error"));
    }
    if !call.access.allows(SCOPE) {
        return Err(refuse(403, "Forbidden"));
    }
    Ok(())
}

fn refuse(status: u16, what: &str) -> Reply {
    Reply::json(status, &json!({ "code": status, "data": {}, "meta": { "message": what } }))
}

/// A query that was read.
#[derive(Debug)]
struct Asked {
    limit: usize,
    offset: usize,
    pairs: Vec<(String, String)>,
    /// Marks the list with its filters and order.
    stamp: u64,
}

impl Asked {
    /// Reads a query.
    ///
    /// Errors: the reply that names the first parameter that is wrong or not served.
    fn read(request: &Request, route: &Route) -> Result<Self, Reply> {
        let mut asked = Self { limit: PAGE, offset: 0, pairs: Vec::new(), stamp: mark(0, [&*request.path]) };
        for (name, value) in &request.query {
            let wrong = |what: &str| {
                let body = json!({ "code": 422, "data": { "errMsg": { name.as_str(): [what] } },
                    "meta": { "message": "Parameter Error" } });
                Reply::json(422, &body)
            };
            let declared = route.params.iter().find(|(known, _)| known == name).map(|(_, kind)| kind);
            declared
                .ok_or_else(|| wrong("Not a known parameter."))?
                .check(value)
                .map_err(|what| wrong(&what))?;
            if asked.text(name).is_some() {
                return Err(wrong("Given more than once."));
            }
            let number = value.parse::<usize>().ok();
            match (name.as_str(), number) {
                ("limit", Some(limit)) if limit > MOST => {
                    return Err(refuse(413, "Request Entity Too Large"));
                }
                ("limit", Some(0)) => {
                    return Err(wrong("Ensure this value is greater than or equal to 1."));
                }
                ("limit", Some(limit)) => asked.limit = limit,
                ("offset", Some(offset)) => asked.offset = offset,
                _ => asked.stamp = mark(asked.stamp, [name, value]),
            }
            asked.pairs.push((name.clone(), value.clone()));
        }
        Ok(asked)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn within(&self, at: Moment) -> bool {
        let bound = |name: &str| self.text(name)?.parse::<i64>().ok();
        bound("minModified").is_none_or(|min| min <= at.second())
            && bound("maxModified").is_none_or(|max| at.second() <= max)
    }

    fn companies(&self, world: &World, all: &BTreeMap<u32, Vec<AccountId>>) -> Vec<Company> {
        let mut found: Vec<Company> = all
            .iter()
            .filter_map(|(number, buyers)| Company::of(world, *number, buyers))
            .filter(|company| self.within(company.at))
            .filter(|company| self.text("companyStatus").is_none_or(|status| status == company.status()))
            .collect();
        if self.text("sortBy") == Some("companyName") {
            found.sort_by_key(|company| (company.name(), company.number));
        } else {
            found.sort_by_key(|company| (company.at, company.number));
        }
        if self.text("orderBy") != Some("ASC") {
            found.reverse();
        }
        found
    }

    /// The newest first.
    fn users(&self, world: &World, all: &BTreeMap<u32, Vec<AccountId>>) -> Vec<(u32, AccountId)> {
        let company = self.text("companyId").and_then(|number| number.parse::<u64>().ok());
        let mut found: Vec<(u32, AccountId)> = all
            .iter()
            .filter(|(number, _)| company.is_none_or(|wanted| wanted == COMPANIES.number(**number)))
            .flat_map(|(number, buyers)| buyers.iter().map(|buyer| (*number, *buyer)))
            .filter(|(_, id)| world.accounts.get(*id).is_some_and(|account| self.within(account.updated_at)))
            .collect();
        found.reverse();
        found
    }
}

/// Finds who buys for which company.
fn members(world: &World) -> BTreeMap<u32, Vec<AccountId>> {
    let mut found: BTreeMap<u32, Vec<AccountId>> = BTreeMap::new();
    let here =
        |id: AccountId| world.account_at(Platform::Bigcommerce, id).is_some_and(|one| one.email.is_some());
    for (id, _) in world.accounts.iter() {
        if BUYING.contains(&(id.place() % IN_A_ROW)) && here(id) {
            found.entry(id.place() / IN_A_ROW).or_default().push(id);
        }
    }
    found
}

#[derive(Debug)]
struct Company {
    number: u32,
    first: AccountId,
    at: Moment,
}

impl Company {
    fn of(world: &World, number: u32, buyers: &[AccountId]) -> Option<Self> {
        let first = *buyers.first()?;
        let at = world.accounts.get(first)?.created_at;
        Some(Self { number, first, at })
    }

    fn name(&self) -> String {
        let place = |of: usize, by: u32| usize::try_from(self.number / by).unwrap_or_default() % of;
        format!("{} {}", NAMES[place(NAMES.len(), 1)], KINDS[place(KINDS.len(), 8)])
    }

    fn status(&self) -> &'static str {
        match self.number % 7 {
            3 => "0",
            5 => "2",
            _ => "1",
        }
    }
}

fn company(_: &World, company: &Company) -> Value {
    let number = COMPANIES.number(company.number);
    let lists = match company.number % 3 {
        0 => {
            json!([{ "channelId": 1, "priceListId": 1, "priceListName": "Wholesale", "channelName": "Storefront" }])
        }
        _ => json!([]),
    };
    let group = if company.number % 3 == 1 { prices::GROUP } else { 0 };
    json!({
        "companyId": number.to_string(), "companyName": company.name(), "bcGroupName": "",
        "companyStatus": company.status(), "companyEmail": format!("orders-{number}@trade.example"),
        "companyPhone": "", "uuid": "", "catalogId": "", "catalogName": "", "bcGroupId": group,
        "updatedAt": company.at.second().to_string(), "createdAt": company.at.second().to_string(),
        "priceListAssign": lists, "parentCompany": {},
    })
}

fn user(world: &World, number: u32, id: AccountId) -> Value {
    let Some(Account { first, last, email, phone, created_at, updated_at, .. }) = world.accounts.get(id)
    else {
        return Value::Null;
    };
    json!({
        "id": USERS.of(id), "companyId": COMPANIES.number(number), "customerId": CUSTOMERS.of(id),
        "firstName": first, "lastName": last, "email": email, "phoneNumber": phone.as_deref().unwrap_or(""),
        "role": 1, "companyRoleId": 2, "companyRoleName": "Senior Buyer", "uuid": "",
        "createdAt": created_at.second(), "updatedAt": updated_at.second(),
        "channelList": [{ "channelId": 1, "channelName": "Storefront", "iconUrl": "" }],
    })
}
