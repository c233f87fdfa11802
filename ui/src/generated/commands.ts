// Written by `cargo xtask generate` from the command list in crates/console. Do not edit.

/**
 * One effect at one platform, complete enough to be carried out.
 */
export type Action = { "kind": "order.refund", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * How much; in the currency the customer paid in.
 */
amount: Money, 
/**
 * What the platform's books shall say about it.
 */
note: string, 
/**
 * Pieces that go back on the shelf; none if empty.
 */
restock: Array<Pieces>, } | { "kind": "order.cancel", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * Do its pieces go back on the shelf?
 */
restock: boolean, 
/**
 * What the platform's books shall say about it.
 */
note: string, } | { "kind": "order.address", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * The whole new address.
 */
address: Address, } | { "kind": "order.tag", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * Labels it shall have.
 */
add: Array<string>, 
/**
 * Labels it shall not have.
 */
remove: Array<string>, } | { "kind": "order.note", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * Plain text.
 */
text: string, } | { "kind": "fulfilment.hold", 
/**
 * The order.
 */
order: RecordRef, 
/**
 * Why, for whoever packs.
 */
note: string, } | { "kind": "fulfilment.release", 
/**
 * The order.
 */
order: RecordRef, } | { "kind": "stock.set", 
/**
 * The product.
 */
product: RecordRef, 
/**
 * The platform's id of the variant; empty for a product without variants.
 */
variant: string, 
/**
 * The platform's id of the place; `None` where the platform has but one.
 */
location: string | null, 
/**
 * The new count.
 */
quantity: number, 
/**
 * The count it was decided on: if the platform has another by now, nothing is done.
 */
expected: number | null, } | { "kind": "price.set", 
/**
 * The product.
 */
product: RecordRef, 
/**
 * The platform's id of the variant; empty for a product without variants.
 */
variant: string, 
/**
 * The new price, in the shop's own currency.
 */
price: Money, } | { "kind": "product.edit", 
/**
 * The product.
 */
product: RecordRef, 
/**
 * What changes.
 */
text: ProductText, } | { "kind": "discount.create", 
/**
 * The discount that shall come to be; its id is the code.
 */
discount: RecordRef, 
/**
 * What the shop calls it.
 */
title: string, 
/**
 * What it takes off.
 */
off: Off, 
/**
 * How often it can be used in all; `None` is without end.
 */
uses: number | null, 
/**
 * When it ends; `None` is never.
 */
ends_at: string | null, } | { "kind": "discount.disable", 
/**
 * The discount.
 */
discount: RecordRef, } | { "kind": "payment.refund", 
/**
 * The payment.
 */
payment: RecordRef, 
/**
 * How much; in the currency of the payment.
 */
amount: Money, 
/**
 * What the platform's books shall say about it.
 */
note: string, } | { "kind": "ticket.reply", 
/**
 * The ticket.
 */
ticket: RecordRef, 
/**
 * Plain text.
 */
text: string, } | { "kind": "ticket.note", 
/**
 * The ticket.
 */
ticket: RecordRef, 
/**
 * Plain text.
 */
text: string, } | { "kind": "ticket.tag", 
/**
 * The ticket.
 */
ticket: RecordRef, 
/**
 * Labels it shall have.
 */
add: Array<string>, 
/**
 * Labels it shall not have.
 */
remove: Array<string>, } | { "kind": "ticket.assign", 
/**
 * The ticket.
 */
ticket: RecordRef, 
/**
 * The platform's id of the agent; `None` leaves it to nobody.
 */
agent: string | null, } | { "kind": "ticket.prioritise", 
/**
 * The ticket.
 */
ticket: RecordRef, 
/**
 * The platform's word for it.
 */
priority: string, } | { "kind": "ticket.close", 
/**
 * The ticket.
 */
ticket: RecordRef, } | { "kind": "ticket.reopen", 
/**
 * The ticket.
 */
ticket: RecordRef, } | { "kind": "marketing.hold", 
/**
 * The marketing profile.
 */
profile: RecordRef, } | { "kind": "marketing.release", 
/**
 * The marketing profile.
 */
profile: RecordRef, } | { "kind": "marketing.follow_up", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * The concern that was answered, in words the message can use.
 */
concern: string, 
/**
 * What lies in the cart, in words the message can use.
 */
item: string, 
/**
 * Link back to the cart, if there is one.
 */
link: string | null, } | { "kind": "profile.set", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * The property's name.
 */
property: string, 
/**
 * The new value; `None` takes the property away.
 */
value: string | null, } | { "kind": "event.track", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * What happened, in the words that flows listen for.
 */
metric: string, 
/**
 * More about it: name and value.
 */
properties: Array<[string, string]>, } | { "kind": "list.add", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * The platform's id of the list.
 */
list: string, } | { "kind": "list.remove", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * The platform's id of the list.
 */
list: string, } | { "kind": "stock.notice", 
/**
 * The marketing profile.
 */
profile: RecordRef, 
/**
 * The marketing platform's id of the variant.
 */
variant: string, } | { "kind": "campaign.hold", 
/**
 * The campaign.
 */
campaign: RecordRef, } | { "kind": "campaign.release", 
/**
 * The campaign.
 */
campaign: RecordRef, } | { "kind": "campaign.block", 
/**
 * The campaign.
 */
campaign: RecordRef, 
/**
 * The platform's id of the block.
 */
block: string, 
/**
 * What it shall say, as HTML that we wrote.
 */
html: string, } | { "kind": "shipment.hold", 
/**
 * The shipment.
 */
shipment: RecordRef, } | { "kind": "shipment.release", 
/**
 * The shipment.
 */
shipment: RecordRef, } | { "kind": "shipment.cancel", 
/**
 * The shipment.
 */
shipment: RecordRef, } | { "kind": "receiving.create", 
/**
 * The receiving order that shall come to be; its id is our purchase order's number.
 */
receiving: RecordRef, 
/**
 * What comes, where to and when.
 */
arrival: Arrival, } | { "kind": "receiving.cancel", 
/**
 * The receiving order.
 */
receiving: RecordRef, };

/**
 * The kind of an action, as written in workflows and guardrails.
 */
export type ActionKind = "order.refund" | "order.cancel" | "order.address" | "order.tag" | "order.note" | "fulfilment.hold" | "fulfilment.release" | "stock.set" | "price.set" | "product.edit" | "discount.create" | "discount.disable" | "payment.refund" | "ticket.reply" | "ticket.note" | "ticket.tag" | "ticket.assign" | "ticket.prioritise" | "ticket.close" | "ticket.reopen" | "marketing.hold" | "marketing.release" | "marketing.follow_up" | "profile.set" | "event.track" | "list.add" | "list.remove" | "stock.notice" | "campaign.hold" | "campaign.release" | "campaign.block" | "shipment.hold" | "shipment.release" | "shipment.cancel" | "receiving.create" | "receiving.cancel";

/**
 * A postal address, as a shop system keeps it. Empty fields are empty at the platform too.
 */
export type Address = { 
/**
 * Given name of whoever takes the parcel.
 */
first_name: string, 
/**
 * Family name of whoever takes the parcel.
 */
last_name: string, 
/**
 * Company, if it goes to one.
 */
company: string, 
/**
 * Street and number.
 */
street: string, 
/**
 * Flat, floor, building.
 */
street_2: string, 
/**
 * City.
 */
city: string, 
/**
 * Code of the state or province, such as `CA`, where the country has them.
 */
region: string, 
/**
 * Postal code as written.
 */
postal_code: string, 
/**
 * Two-letter country code (ISO 3166-1).
 */
country: string, 
/**
 * Phone number for the carrier.
 */
phone: string, };

/**
 * Something that needs a person's attention.
 */
export type Alert = { 
/**
 * Ours.
 */
id: AlertId, 
/**
 * How bad it is.
 */
level: Level, 
/**
 * What happened, in one sentence.
 */
title: string, 
/**
 * What likely caused it.
 */
cause: string, 
/**
 * What to do next.
 */
next_step: string, 
/**
 * Where the window should go for that, as an address inside it.
 */
link: string | null, 
/**
 * The platform concerned.
 */
platform: Platform | null, 
/**
 * Since when.
 */
since: string, 
/**
 * What it costs, if that is known.
 */
money: Money | null, 
/**
 * Who took it up.
 */
owner: string | null, 
/**
 * Hidden until then, unless it gets worse.
 */
snoozed_until: string | null, };

/**
 * What a person does about an alert.
 */
export type AlertAct = { 
/**
 * Which.
 */
id: AlertId, 
/**
 * What.
 */
act: AlertMove, 
/**
 * Why it is done; needed for `done`.
 */
reason: string | null, };

/**
 * Something that needs a person's attention.
 */
export type AlertId = number;

/**
 * What can be done about an alert.
 */
export type AlertMove = "mine" | "snooze" | "done";

/**
 * Something else that could be done.
 */
export type Alternative = { 
/**
 * What.
 */
what: string, 
/**
 * What it costs.
 */
cost: Money | null, 
/**
 * Why it was not chosen.
 */
why_not: string, };

/**
 * One tab of the queue.
 */
export type Approvals = { 
/**
 * The cards, in the order in which they should be decided.
 */
cards: Array<Card>, 
/**
 * How many there are in all, and their sum.
 */
total: Sum, 
/**
 * Counts of every tab.
 */
counts: TabCounts, 
/**
 * Median time from proposal to decision over the last 30 days, in seconds.
 */
median_seconds_to_decide: number | null, 
/**
 * The core's present, from which countdowns run.
 */
now: string, };

/**
 * Asks for one tab of the queue.
 */
export type ApprovalsList = { 
/**
 * Which tab.
 */
tab: Tab, 
/**
 * Skip so many.
 */
offset: number, 
/**
 * At most so many; 0 means 200.
 */
limit: number, };

/**
 * Goods on their way into a warehouse.
 */
export type Arrival = { 
/**
 * The platform's id of the warehouse.
 */
location: string, 
/**
 * The day they are expected, in the warehouse's time zone.
 */
expected_on: string, 
/**
 * The carrier's number, if it is known.
 */
tracking: string | null, 
/**
 * What comes: the warehouse's id of each thing (as `line`) and how many.
 */
pieces: Array<Pieces>, };

/**
 * What a check of the audit chain found.
 */
export type AuditCheck = { 
/**
 * How many entries were read.
 */
entries: number, 
/**
 * Hash of the newest one, in hexadecimal.
 */
head: string, 
/**
 * The first entry that does not fit, if any.
 */
first_bad: number | null, };

/**
 * How the browser helps to sign in to a platform.
 */
export type BrowserSignIn = { 
/**
 * Which credentials must be entered before.
 */
needs: Array<string>, 
/**
 * The address that the platform's app must have registered, letter by letter; `None` where
 * nothing has to be registered.
 */
redirect: string | null, 
/**
 * What a person should know who is about to be asked.
 */
note: string | null, 
/**
 * Is there a page where a key is made by hand, for those who cannot approve?
 */
key_page: boolean, };

/**
 * A proposal as a row.
 */
export type Card = { 
/**
 * Ours.
 */
id: ProposalId, 
/**
 * What a decision must name; it moves with every change.
 */
version: number, 
/**
 * Where it stands.
 */
state: State, 
/**
 * The same in words, without times.
 */
line: string, 
/**
 * What kind of action.
 */
kind: ActionKind, 
/**
 * How much money, if any.
 */
amount: Money | null, 
/**
 * To whom.
 */
customer: CustomerId | null, 
/**
 * That customer's name.
 */
customer_name: string, 
/**
 * On what: `#1042`.
 */
target: RecordRef, 
/**
 * Why, in one sentence.
 */
why: string, 
/**
 * What to look at before saying yes.
 */
warnings: Array<string>, 
/**
 * The workflow that made it.
 */
workflow: string, 
/**
 * Proposals of one plan share a group.
 */
group: number | null, 
/**
 * When it was made.
 */
made_at: string, 
/**
 * When it expires with nothing done.
 */
deadline: string | null, 
/**
 * When it leaves, once approved.
 */
leaves_at: string | null, 
/**
 * Who decided last.
 */
decided_by: string | null, 
/**
 * What became of it, in words: the reason of a refusal, the receipt.
 */
outcome: string | null, 
/**
 * When it is looked at again, while in doubt or accepted.
 */
next_look: string | null, 
/**
 * Why nobody can be asked what became of it, in words; `None` while the platform can.
 */
cannot_look: string | null, 
/**
 * It is held back by the stop switch, a limit or the quiet hours; in words.
 */
held_back: string | null, };

/**
 * What a front end acts on.
 */
export type Code = "bad_request" | "not_found" | "changed" | "too_late" | "no_right" | "limit" | "too_fast" | "sign_in" | "platform" | "keychain" | "store" | "internal";

/**
 * An account to test or to add.
 */
export type Connect = { 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The account's address; https, or http on loopback.
 */
base_url: string, 
/**
 * What [`CredentialInfo`] asks for, by name. Goes to the keychain and nowhere else.
 */
credentials: { [key in string]: string }, 
/**
 * The sign-in by the browser that was approved; then no credentials are needed.
 */
approval?: string, };

/**
 * One account and how it is.
 */
export type Connection = { 
/**
 * Ours.
 */
id: ConnectionId, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The account's name at the platform.
 */
name: string, 
/**
 * The account's address.
 */
base_url: string, 
/**
 * How it is.
 */
health: Health, 
/**
 * What is wrong, and what to do next.
 */
problem: Trouble | null, 
/**
 * When it last read anything without an error.
 */
last_success: string | null, 
/**
 * How far the local picture lies behind, in seconds; `None` before the first full read.
 */
lag_seconds: number | null, 
/**
 * How much of the platform's allowance is used, in percent, if it tells.
 */
quota_used: number | null, 
/**
 * How much of the platform's allowance we take at most, in percent.
 */
share: number, 
/**
 * Its streams.
 */
streams: Array<StreamHealth>, 
/**
 * Records that could not be read and wait in `set_aside_list`.
 */
set_aside: number, 
/**
 * What its last proof found.
 */
last_proof: LastProof | null, 
/**
 * Permissions missing since it was connected.
 */
missing_scopes: Array<string>, };

/**
 * One account at one platform.
 */
export type ConnectionId = number;

/**
 * Names one connection.
 */
export type ConnectionRef = { 
/**
 * Ours.
 */
id: ConnectionId, };

/**
 * Sets how much of the platform's allowance one connection takes.
 */
export type ConnectionShare = { 
/**
 * Ours.
 */
id: ConnectionId, 
/**
 * In percent: 10 to 100.
 */
share: number, };

/**
 * New credentials for an account that is connected; the account stays the same.
 */
export type ConnectionSignIn = { 
/**
 * Ours.
 */
id: ConnectionId, 
/**
 * What [`CredentialInfo`](super::CredentialInfo) asks for, by name.
 */
credentials: { [key in string]: string }, 
/**
 * The sign-in by the browser that was approved; then no credentials are needed.
 */
approval?: string, };

/**
 * One thing to enter in order to sign in.
 */
export type CredentialInfo = { 
/**
 * Its name in the request.
 */
name: string, 
/**
 * What the person reads.
 */
label: string, 
/**
 * Is it to be hidden while it is typed?
 */
secret: boolean, 
/**
 * Must it be given?
 */
required: boolean, };

/**
 * A customer as a page.
 */
export type Customer = { 
/**
 * The row.
 */
row: CustomerRow, 
/**
 * Why these records are one person.
 */
identities: Array<Identity>, 
/**
 * What is going on at this moment, each a line with its source.
 */
now: Array<NowFact>, 
/**
 * Proposals about this customer that wait or are on their way.
 */
proposals: Array<ProposalId>, 
/**
 * Is marketing held back, and why?
 */
marketing_held: string | null, };

/**
 * Finds a customer by what a person would type.
 */
export type CustomerFind = { 
/**
 * Our id, an e-mail address, a phone number or an order number.
 */
who: string, };

/**
 * A resolved person.
 */
export type CustomerId = number;

/**
 * Names one customer.
 */
export type CustomerRef = { 
/**
 * Ours.
 */
id: CustomerId, };

/**
 * A customer as a row.
 */
export type CustomerRow = { 
/**
 * Ours.
 */
id: CustomerId, 
/**
 * Name, or e-mail where there is none.
 */
name: string, 
/**
 * Best known e-mail address.
 */
email: string | null, 
/**
 * How many orders.
 */
orders: number, 
/**
 * What they spent after refunds, per currency.
 */
spent: Array<Money>, 
/**
 * When anything last happened.
 */
last_event: string | null, 
/**
 * How many tickets wait for an answer.
 */
open_tickets: number, };

/**
 * A window of a customer list.
 */
export type Customers = { 
/**
 * The rows of this window.
 */
rows: Array<CustomerRow>, 
/**
 * How many match in all.
 */
total: number, 
/**
 * Is `total` exact, or a floor where counting would take too long?
 */
total_exact: boolean, };

/**
 * Searches customers; an empty text lists them.
 */
export type CustomersSearch = { 
/**
 * Name, e-mail, phone or order number, or the beginning of one.
 */
text: string, 
/**
 * Skip so many.
 */
offset: number, 
/**
 * At most so many; 0 means 100.
 */
limit: number, };

/**
 * Decides about one proposal.
 */
export type Decide = { 
/**
 * Which.
 */
id: ProposalId, 
/**
 * The version that the person saw.
 */
version: number, 
/**
 * What the person says.
 */
decision: Decision, };

/**
 * Decides about many proposals in one go.
 */
export type DecideMany = { 
/**
 * Which, each with the version that the person saw.
 */
items: Array<Seen>, 
/**
 * What the person says about all of them.
 */
decision: Decision, };

/**
 * What a decision led to.
 */
export type Decided = { 
/**
 * The row as it is now.
 */
card: Card, };

/**
 * What deciding about many led to.
 */
export type DecidedMany = { 
/**
 * The rows that were decided.
 */
done: Array<Card>, 
/**
 * The rest, each with its reason.
 */
exceptions: Array<Exception>, 
/**
 * Sum of what was decided.
 */
sum: Sum, };

/**
 * What a person says about a proposal.
 */
export type Decision = { "is": "approve" } | { "is": "reject", 
/**
 * Why; teaches the policy and is shown to whoever proposed it.
 */
reason: string, } | { "is": "edit", 
/**
 * The new amount, for actions that move money.
 */
amount: Money | null, 
/**
 * The new text, for actions that carry one.
 */
text: string | null, } | { "is": "later", 
/**
 * Ask again then.
 */
until: string, };

/**
 * Something that happened, on the timeline.
 */
export type EventId = number;

/**
 * A kind of event. Names follow CloudEvents' `type`: area, then what happened.
 */
export type EventKind = "person.seen" | "order.placed" | "order.cancelled" | "order.refunded" | "cart.abandoned" | "cart.recovered" | "parcel.shipped" | "parcel.late" | "parcel.delivered" | "ticket.opened" | "ticket.closed" | "message.received" | "message.sent" | "note.written" | "mail.sent" | "mail.opened" | "mail.clicked" | "mail.bounced" | "mail.unsubscribed" | "stock.asked" | "mail.other" | "ticket.rated" | "shipment.sent" | "shipment.held_up" | "shipment.late" | "shipment.delivered" | "payment.made" | "payment.refunded" | "dispute.opened" | "dispute.closed" | "ours.proposed" | "ours.decided" | "ours.done" | "ours.held_back";

/**
 * One thing that a proposal rests on.
 */
export type Evidence = { 
/**
 * What it says: "Promised 12 Nov, not delivered".
 */
text: string, 
/**
 * Where it comes from: "Shopify order #1042".
 */
source: string, 
/**
 * When it was true at the platform, or read from there.
 */
at: string, 
/**
 * The record behind it.
 */
record: RecordRef | null, 
/**
 * The same for `record_show`; `None` if no record is named, or nothing here names it.
 */
opens: RecordId | null, };

/**
 * One that could not be decided.
 */
export type Exception = { 
/**
 * Which.
 */
id: ProposalId, 
/**
 * A `Problem`'s code.
 */
code: string, 
/**
 * Why, in words.
 */
message: string, };

/**
 * One figure, with its time and its base.
 */
export type Figure = { 
/**
 * Stable name: `net_sales`, `late_parcels`, `open_tickets`, `first_reply`, `refunds`.
 */
id: string, 
/**
 * What it is now.
 */
value: FigureValue, 
/**
 * The same, one period earlier; `None` if unknown.
 */
before: FigureValue | null, 
/**
 * What it counts, in words: "last 7 days".
 */
period: string, 
/**
 * How many records it rests on.
 */
n: number, 
/**
 * When it was computed.
 */
at: string, 
/**
 * What is missing from it, in words: "without Gorgias since 09:10".
 */
partial: string | null, 
/**
 * Daily values for a sparkline, oldest first, in the unit of `value`.
 */
days: Array<number>, };

/**
 * A figure's value with its unit.
 */
export type FigureValue = { "money": Money } | { "count": number } | { "seconds": number };

/**
 * The guardrails as they stand: those that hold, and looser ones that were asked for.
 */
export type Guardrails = { 
/**
 * What holds now.
 */
limits: Limits, 
/**
 * What will hold, if nobody takes it back.
 */
waiting: LooserLimits | null, };

/**
 * How a connection is, in one word.
 */
export type Health = "backfilling" | "live" | "troubled" | "broken";

/**
 * One entry of a proposal's history.
 */
export type HistoryEntry = { 
/**
 * When.
 */
at: string, 
/**
 * Who: a person, a workflow, the sender.
 */
who: string, 
/**
 * What, in words.
 */
what: string, };

/**
 * One platform's view of the person.
 */
export type Identity = { 
/**
 * Ours.
 */
id: IdentityId, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The person's id there; `None` where a record only mentions the person.
 */
external_id: string | null, 
/**
 * Name there.
 */
name: string | null, 
/**
 * Addresses and numbers there.
 */
contacts: Array<string>, 
/**
 * Why it belongs to this customer, each a line; empty for the first.
 */
reasons: Array<string>, };

/**
 * One platform's view of a person.
 */
export type IdentityId = number;

/**
 * What the last proof of a connection found, as far as it is kept.
 */
export type LastProof = { 
/**
 * When both sides had been read.
 */
at: string, 
/**
 * Was everything compared, and was no difference unexplained?
 */
holds: boolean, 
/**
 * How many streams it was about.
 */
streams: number, 
/**
 * How many of them could not be compared.
 */
failed: number, 
/**
 * How many records differed for no known reason.
 */
unexplained: number, };

/**
 * Entries of the ledger, newest first.
 */
export type Ledger = { 
/**
 * The entries.
 */
entries: Array<LedgerEntry>, 
/**
 * Where the next stretch continues.
 */
next: number | null, };

/**
 * One action in the ledger.
 */
export type LedgerEntry = { 
/**
 * Ours.
 */
id: ProposalId, 
/**
 * Its idempotency key.
 */
key: string, 
/**
 * What kind.
 */
kind: ActionKind, 
/**
 * On what.
 */
target: string, 
/**
 * How much.
 */
amount: Money | null, 
/**
 * Where it stands.
 */
state: State, 
/**
 * When it last moved.
 */
moved_at: string, 
/**
 * How often a request left.
 */
attempts: number, 
/**
 * The platform's id of what came to be.
 */
receipt: string | null, 
/**
 * Who decided.
 */
decided_by: string | null, };

/**
 * Asks for the newest entries of the ledger.
 */
export type LedgerList = { 
/**
 * Only those before this one.
 */
before: number | null, 
/**
 * At most so many; 0 means 200.
 */
limit: number, };

/**
 * How bad something is.
 */
export type Level = "note" | "warning" | "urgent";

/**
 * The guardrails: what a shop allows, apart from any workflow. Amounts are decimal numbers in
 * major units and hold in each currency by itself.
 */
export type Limits = { 
/**
 * Most money in one action.
 */
per_action: string, 
/**
 * Most money for one customer in a day.
 */
per_customer_day: string, 
/**
 * Most money by one workflow in a day.
 */
per_workflow_day: string, 
/**
 * Most actions about one customer in a day.
 */
actions_per_customer_day: number, 
/**
 * Most actions by one workflow in a day.
 */
actions_per_workflow_day: number, 
/**
 * Most money that an agent may approve for one customer in a day.
 */
agent_limit: string, 
/**
 * Above this, two different people must say yes; `None` asks for one only.
 */
two_people_above: string | null, };

/**
 * Limits of which some are looser than those that hold: they wait for a day.
 */
export type LooserLimits = { 
/**
 * What was asked for.
 */
limits: Limits, 
/**
 * From when on it holds.
 */
from: string, 
/**
 * Who asked.
 */
by: string, };

/**
 * A permission that was not given.
 */
export type MissingScope = { 
/**
 * The vendor's name of it.
 */
name: string, 
/**
 * What does not work without it.
 */
needed_for: string, 
/**
 * Must it be given before the account can be connected?
 */
required: boolean, };

/**
 * How far a workflow is trusted.
 */
export type Mode = "off" | "shadow" | "suggest" | "approve" | "auto";

/**
 * Who set a mode, and when.
 */
export type ModeSet = { 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: string, };

/**
 * An amount in the currency's smallest unit: 12.34 EUR is `minor` 1234.
 */
export type Money = { 
/**
 * Count of the smallest unit; negative where money flows back.
 */
minor: number, 
/**
 * ISO 4217 code.
 */
currency: string, };

/**
 * What it costs and what is left.
 */
export type MoneyFacts = { 
/**
 * What can still be refunded on the order.
 */
refundable: Money | null, 
/**
 * What the workflow spent today.
 */
spent_today: Money, 
/**
 * What it may spend in a day.
 */
daily_limit: Money, };

/**
 * A request without arguments.
 */
export type Nothing = Record<symbol, never>;

/**
 * One line about the present.
 */
export type NowFact = { 
/**
 * What: "Parcel late by 3 days".
 */
text: string, 
/**
 * How bad.
 */
level: Level, 
/**
 * Where it comes from.
 */
source: string, 
/**
 * When that was read.
 */
at: string, };

/**
 * What a discount takes off.
 */
export type Off = { "basis_points": number } | { "amount": Money };

/**
 * One step of the way in.
 */
export type OnboardingStep = { 
/**
 * Stable name: `connect`, `history`, `first_customer`, `first_decision`.
 */
id: string, 
/**
 * Do the data say it is done?
 */
done: boolean, 
/**
 * What the data say, in words.
 */
evidence: string, };

/**
 * Whether there is anything to show yet.
 */
export type Phase = "first_start" | "ready";

/**
 * Some pieces of one line.
 */
export type Pieces = { 
/**
 * The platform's id of the line.
 */
line: string, 
/**
 * How many, above zero.
 */
quantity: number, };

/**
 * A platform that Fermata connects to.
 */
export type Platform = "shopify" | "bigcommerce" | "woocommerce" | "gorgias" | "klaviyo" | "shipbob" | "stripe";

/**
 * A platform that can be connected, and what connecting it takes.
 */
export type PlatformInfo = { 
/**
 * The platform.
 */
platform: Platform, 
/**
 * Its name as the vendor writes it.
 */
title: string, 
/**
 * An example of the address to enter.
 */
address_example: string, 
/**
 * What has to be entered, in this order.
 */
credentials: Array<CredentialInfo>, 
/**
 * What it gives.
 */
streams: Array<Stream>, 
/**
 * What can be done there.
 */
actions: Array<string>, 
/**
 * What it cannot do that one might expect.
 */
limits: Array<string>, 
/**
 * How the browser helps to sign in, if it does.
 */
browser: BrowserSignIn | null, };

/**
 * What a person can set.
 */
export type Preferences = { 
/**
 * Light, dark, or as the system says.
 */
theme: Theme, 
/**
 * Desktop notifications for new approvals and alerts.
 */
notifications: boolean, 
/**
 * A tray icon with the number waiting.
 */
tray: boolean, 
/**
 * How long an approved action is held back before it leaves, in seconds, at least.
 */
undo_seconds: number, 
/**
 * The name that decisions are signed with.
 */
person: string, };

/**
 * The first records of one stream, before anything is kept.
 */
export type Preview = { 
/**
 * The kind of record.
 */
stream: Stream, 
/**
 * How many there are in all, if the platform tells.
 */
total: number | null, 
/**
 * A line for each of the first few.
 */
examples: Array<string>, 
/**
 * Why nothing could be read, in words.
 */
problem: string | null, };

/**
 * Why a command could not be carried out, in words for a store owner.
 *
 * A code exists only where a front end acts on it; texts are never matched.
 */
export type Problem = { 
/**
 * What a front end acts on.
 */
code: Code, 
/**
 * What happened, to what, and what did not happen.
 */
message: string, 
/**
 * What to do next.
 */
hint: string | null, 
/**
 * After how many seconds it may be tried again.
 */
retry_after: number | null, };

/**
 * Texts of a product; what is `None` stays as it is.
 */
export type ProductText = { 
/**
 * Title.
 */
title: string | null, 
/**
 * Description, as HTML that we wrote.
 */
description: string | null, 
/**
 * Title for search engines.
 */
seo_title: string | null, 
/**
 * Description for search engines.
 */
seo_description: string | null, };

/**
 * What the two sides of one connection look like.
 */
export type Proof = { 
/**
 * The connection.
 */
connection: ConnectionId, 
/**
 * When it began.
 */
began_at: string, 
/**
 * When it had read everything.
 */
ended_at: string, 
/**
 * Was everything compared, and is no difference unexplained?
 */
holds: boolean, 
/**
 * Its streams.
 */
streams: Array<StreamProof>, };

/**
 * A record that differs.
 */
export type ProofDifference = { 
/**
 * The platform's id.
 */
external_id: string, 
/**
 * How it differs.
 */
how: ProofHow, 
/**
 * The fields that differ, where both sides have it.
 */
fields: Array<string>, };

/**
 * How a record differs.
 */
export type ProofHow = "missing_here" | "gone_there" | "different";

/**
 * The figures of one side.
 */
export type ProofSide = { 
/**
 * How many records there are.
 */
records: number, 
/**
 * The money they speak of, summed up per currency.
 */
sums: Array<Money>, 
/**
 * Over the id and the text of every record, in hexadecimal digits.
 */
digest: string, };

/**
 * A proposal as a whole card.
 */
export type Proposal = { 
/**
 * The row.
 */
card: Card, 
/**
 * The exact action.
 */
action: Action, 
/**
 * The account it goes through, in words.
 */
via: string, 
/**
 * Facts about the customer that belong to the decision, each a line.
 */
customer_facts: Array<string>, 
/**
 * What it rests on.
 */
evidence: Array<Evidence>, 
/**
 * The rule, its version and the limit it stands under.
 */
rule: Rule, 
/**
 * What it costs and what is left.
 */
money: MoneyFacts | null, 
/**
 * The best alternatives, at most two.
 */
alternatives: Array<Alternative>, 
/**
 * The smallest change that would have decided otherwise.
 */
flip: string | null, 
/**
 * What happens if nobody answers.
 */
if_ignored: string, 
/**
 * What was said and done so far, oldest first.
 */
history: Array<HistoryEntry>, 
/**
 * The platform's proof.
 */
receipt: Receipt | null, 
/**
 * Other proposals of the same plan.
 */
linked: Array<ProposalId>, 
/**
 * What an edit may change.
 */
editable: Array<string>, 
/**
 * Can it be taken back once it is done?
 */
reversible: boolean, };

/**
 * One proposed action, through its whole life in the ledger.
 */
export type ProposalId = number;

/**
 * Names one proposal.
 */
export type ProposalRef = { 
/**
 * Ours.
 */
id: ProposalId, };

/**
 * Proposes an action by hand; it waits in the queue like any other.
 */
export type Propose = { 
/**
 * The effect, with the record it acts on as the platform names it.
 */
action: Action, 
/**
 * Why, in one sentence.
 */
why: string, };

/**
 * A record as the platform gave it.
 */
export type RawRecord = { 
/**
 * Ours.
 */
id: RecordId, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The kind of record.
 */
stream: Stream, 
/**
 * Its id there.
 */
external_id: string, 
/**
 * When the platform last changed it; `None` if it was only named so far.
 */
changed_at: string | null, 
/**
 * The JSON text as it came, card numbers masked; `None` if it is gone or never came.
 */
raw: string | null, };

/**
 * The platform's proof that an action happened.
 */
export type Receipt = { 
/**
 * The platform's id of what came to be: a refund, a message, a job.
 */
external_id: string, 
/**
 * When, by the platform's clock.
 */
at: string, 
/**
 * How much money moved, if any.
 */
amount: Money | null, };

/**
 * One object as a platform gave it.
 */
export type RecordId = number;

/**
 * Names one record at a platform, in the platform's own words.
 */
export type RecordRef = { 
/**
 * The account it lives in.
 */
connection: ConnectionId, 
/**
 * Which kind of record it is.
 */
stream: Stream, 
/**
 * The platform's id, exactly as it was given.
 */
external_id: string, 
/**
 * What a person calls it: `#1042`, a subject, an e-mail address.
 */
label: string, };

/**
 * Names one record.
 */
export type RecordShow = { 
/**
 * Ours.
 */
id: RecordId, };

/**
 * What a person may do.
 */
export type Role = "viewer" | "agent" | "operator" | "owner";

/**
 * The rule that a proposal stands under.
 */
export type Rule = { 
/**
 * The workflow's id.
 */
workflow: string, 
/**
 * Its version.
 */
version: number, 
/**
 * The policy or band that chose, in words.
 */
reason: string, 
/**
 * The limit it stands under, in words.
 */
limit: string, };

/**
 * A proposal as a person saw it.
 */
export type Seen = { 
/**
 * Which.
 */
id: ProposalId, 
/**
 * The version that was painted.
 */
version: number, };

/**
 * A record that could not be read.
 */
export type SetAside = { 
/**
 * Ours.
 */
id: number, 
/**
 * Which account it came from.
 */
connection: ConnectionId, 
/**
 * What it should have been.
 */
stream: Stream, 
/**
 * Its id there, if that could be read.
 */
external_id: string | null, 
/**
 * What was wrong.
 */
reason: string, 
/**
 * When it came.
 */
at: string, };

/**
 * What a retry did.
 */
export type SetAsideRetried = { 
/**
 * How many are now in place.
 */
recovered: number, 
/**
 * How many still cannot be read.
 */
still_aside: number, };

/**
 * Tries records that were set aside again.
 */
export type SetAsideRetry = { 
/**
 * Only those of this connection.
 */
connection: ConnectionId | null, };

/**
 * Settles an action in doubt, by a person who looked.
 */
export type Settle = { 
/**
 * Which.
 */
id: ProposalId, 
/**
 * Did it happen at the platform?
 */
happened: boolean, 
/**
 * It did not, and shall be sent again; the limits and the undo window apply anew.
 */
send_again?: boolean, 
/**
 * How the person knows.
 */
note: string, };

/**
 * The store's own facts, as the storefront gives them.
 */
export type Shop = { 
/**
 * Its name.
 */
name: string, 
/**
 * ISO 4217 code it keeps its books in.
 */
currency: string | null, 
/**
 * IANA time zone in which its days are counted.
 */
time_zone: string, };

/**
 * Begins to sign in by the browser; one that was under way is given up.
 */
export type SignInBegin = { 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The account's address; https, or http on loopback.
 */
base_url: string, 
/**
 * What [`BrowserSignIn::needs`] names. Stays in memory until the account is connected.
 */
credentials: { [key in string]: string }, 
/**
 * Shall the page open where a key is made by hand, and nothing be waited for?
 */
key_page: boolean, 
/**
 * Shall the core open the page in the system's browser? Else whoever asks does.
 */
open: boolean, };

/**
 * A sign-in by the browser that has begun.
 */
export type SignInBegun = { 
/**
 * Names it; `None` where nothing comes back.
 */
id: string | null, 
/**
 * The page to open.
 */
page: string, 
/**
 * The address at which the approval arrives.
 */
redirect: string | null, 
/**
 * When it is given up.
 */
ends_at: string | null, };

/**
 * Names one sign-in by the browser.
 */
export type SignInRef = { 
/**
 * As it was named when it began.
 */
id: string, };

/**
 * The life of an action. Each move is one transaction and a compare-and-set.
 */
export type State = "proposed" | "held" | "approved" | "sending" | "in_doubt" | "accepted" | "confirmed" | "refused" | "expired" | "shadowed" | "undone";

/**
 * Where the program stands; what the frame of the window shows.
 */
export type Status = { 
/**
 * First start, or ready to work.
 */
phase: Phase, 
/**
 * The connected store's facts, once known.
 */
shop: Shop | null, 
/**
 * Is this the practice store? Then the window wears stripes.
 */
practice: boolean, 
/**
 * The person at the keyboard.
 */
person: string, 
/**
 * What that person may do.
 */
role: Role, 
/**
 * Set while all sending is stopped.
 */
stop: Stop | null, 
/**
 * How current the local picture is.
 */
sync: SyncSummary, 
/**
 * How many proposals wait for a person.
 */
waiting: number, 
/**
 * How many actions are in doubt.
 */
in_doubt: number, 
/**
 * How many alerts are open.
 */
alerts: number, 
/**
 * Where the store's file is.
 */
data_dir: string, 
/**
 * The program's version.
 */
version: string, 
/**
 * The core's present; windows count down from it.
 */
now: string, };

/**
 * The stop switch while it is on.
 */
export type Stop = { 
/**
 * Who stopped everything.
 */
by: string, 
/**
 * Since when.
 */
at: string, 
/**
 * Why, if that was said.
 */
reason: string | null, };

/**
 * Turns the stop switch.
 */
export type StopSet = { 
/**
 * Stop all sending, or let it go on.
 */
on: boolean, 
/**
 * Why; shown to everybody while it is on.
 */
reason: string | null, };

/**
 * A kind of record. One platform gives several, one kind may come from several platforms.
 */
export type Stream = "customers" | "orders" | "carts" | "products" | "tickets" | "messages" | "profiles" | "sends" | "removals" | "refunds" | "stock" | "discounts" | "companies" | "price_lists" | "prices" | "tags" | "agents" | "ratings" | "lists" | "segments" | "flows" | "campaigns" | "warehouse_orders" | "shipments" | "receiving" | "payments" | "disputes";

/**
 * One stream of a connection.
 */
export type StreamHealth = { 
/**
 * The kind of record.
 */
stream: Stream, 
/**
 * How many records are here.
 */
landed: number, 
/**
 * How many there are at the platform, if it tells; a count, not a promise.
 */
total: number | null, 
/**
 * Is its whole history here?
 */
complete: boolean, 
/**
 * When it was last read without an error.
 */
last_success: string | null, 
/**
 * Is it being read at this moment?
 */
reading: boolean, 
/**
 * How long the rest of the history takes at the present pace, in seconds.
 */
seconds_left: number | null, 
/**
 * Why the account does not have this kind of record at all, and what to do if it should; `None` if it
 * has, or nobody knows yet.
 */
absent: string | null, };

/**
 * What the two sides of one stream look like; what is explained belongs to neither.
 */
export type StreamProof = { 
/**
 * The kind of record.
 */
stream: Stream, 
/**
 * Was it compared, and is no difference unexplained?
 */
holds: boolean, 
/**
 * What is held here.
 */
here: ProofSide, 
/**
 * What the platform says.
 */
there: ProofSide, 
/**
 * Records that differ for no known reason.
 */
unexplained: number, 
/**
 * The first of them.
 */
first: Array<ProofDifference>, 
/**
 * Records that could not be read and were set aside.
 */
set_aside: number, 
/**
 * Records that changed while the proof ran.
 */
changed_meanwhile: number, 
/**
 * Records that changed at the platform since it was last read.
 */
not_yet_read: number, 
/**
 * Why it could not be compared.
 */
problem: string | null, };

/**
 * A sum per currency; currencies are never added up.
 */
export type Sum = { 
/**
 * How many amounts it holds.
 */
count: number, 
/**
 * One entry per currency.
 */
amounts: Array<Money>, };

/**
 * How current the local picture is.
 */
export type SyncSummary = { 
/**
 * How many connections there are.
 */
connections: number, 
/**
 * How many of them are within their cadence.
 */
up_to_date: number, 
/**
 * How many fail or are paused.
 */
failing: number, 
/**
 * How many still read their history.
 */
backfilling: number, 
/**
 * The oldest of the connections' last successes; `None` before the first.
 */
oldest_success: string | null, };

/**
 * The tabs of the queue.
 */
export type Tab = "waiting" | "suggestions" | "leaving" | "in_doubt" | "decided";

/**
 * How many cards each tab holds.
 */
export type TabCounts = { 
/**
 * Waits for a person.
 */
waiting: number, 
/**
 * Shown beside the customer.
 */
suggestions: number, 
/**
 * On its way.
 */
leaving: number, 
/**
 * The answer was lost.
 */
in_doubt: number, 
/**
 * Ended, ever.
 */
decided: number, };

/**
 * Proposes to take back what was done.
 */
export type TakeBack = { 
/**
 * Which.
 */
id: ProposalId, 
/**
 * Why, in one sentence.
 */
why: string, };

/**
 * What a test of an account found.
 */
export type Tested = { 
/**
 * The account's name at the platform.
 */
account: string, 
/**
 * Which user we are there and in what role, where what may be done follows from that.
 */
user: string | null, 
/**
 * Its currency, if it has one.
 */
currency: string | null, 
/**
 * Its time zone, if it says.
 */
time_zone: string | null, 
/**
 * Permissions given.
 */
granted: Array<string>, 
/**
 * Permissions missing, and what stops working without each.
 */
missing: Array<MissingScope>, 
/**
 * What signing in left behind at the platform, to be removed there by hand.
 */
left: string | null, 
/**
 * A look at the first records of each stream.
 */
preview: Array<Preview>, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * A stretch of the timeline.
 */
export type Timeline = { 
/**
 * Newest first.
 */
events: Array<TimelineEvent>, 
/**
 * Where the next stretch continues; `None` at the beginning of time.
 */
next: string | null, };

/**
 * One thing that happened.
 */
export type TimelineEvent = { 
/**
 * Ours.
 */
id: EventId, 
/**
 * What happened.
 */
kind: EventKind, 
/**
 * When it happened.
 */
at: string, 
/**
 * When we learned of it.
 */
learned_at: string, 
/**
 * Where it comes from: a platform's name, or `Fermata`.
 */
source: string, 
/**
 * One line: `#1042 · 3 items`, a subject, a tracking state.
 */
title: string, 
/**
 * A second line where there is one: the begin of a message.
 */
detail: string | null, 
/**
 * How much money, if any.
 */
amount: Money | null, 
/**
 * The record behind it.
 */
record: RecordId | null, 
/**
 * The proposal behind it, for what is ours.
 */
proposal: ProposalId | null, };

/**
 * Groups of kinds that a person filters by.
 */
export type TimelineFilter = "orders" | "messages" | "parcels" | "sends" | "ours";

/**
 * Asks for a stretch of the timeline, newest first.
 */
export type TimelineRead = { 
/**
 * Whose.
 */
id: CustomerId, 
/**
 * Which kinds; empty means all.
 */
only: Array<TimelineFilter>, 
/**
 * Continue after this place.
 */
after: string | null, 
/**
 * At most so many; 0 means 100.
 */
limit: number, };

/**
 * What needs a person now, and whether the shop is well.
 */
export type Today = { 
/**
 * Proposals waiting: count and sum.
 */
waiting: Sum, 
/**
 * When the oldest of them was made.
 */
oldest_waiting: string | null, 
/**
 * When the first of them expires.
 */
next_deadline: string | null, 
/**
 * Actions whose answer was lost: count and sum.
 */
in_doubt: Sum, 
/**
 * Open alerts, the worst first.
 */
alerts: Array<Alert>, 
/**
 * Figures of the shop.
 */
figures: Array<Figure>, 
/**
 * The way in, until it is finished; each step checked by data.
 */
onboarding: Array<OnboardingStep>, };

/**
 * What a window may have to read again.
 */
export type Topic = "status" | "approvals" | "alerts" | "customers" | "connections" | "workflows" | "settings";

/**
 * What is wrong and what to do.
 */
export type Trouble = { 
/**
 * What happened, in words for a store owner.
 */
message: string, 
/**
 * What to do next.
 */
hint: string | null, 
/**
 * Since when.
 */
since: string | null, };

/**
 * Takes approvals back before they leave.
 */
export type Undo = { 
/**
 * Which.
 */
ids: Array<ProposalId>, };

/**
 * What an undo led to.
 */
export type Undone = { 
/**
 * Held again, with nothing sent.
 */
held: Array<Card>, 
/**
 * Had left already.
 */
too_late: Array<Exception>, };

/**
 * A workflow and what it has done.
 */
export type Workflow = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its version.
 */
version: number, 
/**
 * What it does, in a sentence.
 */
summary: string, 
/**
 * How far it is trusted.
 */
mode: Mode, 
/**
 * Who set that, and when.
 */
mode_set: ModeSet | null, 
/**
 * How often it ran since it was first on.
 */
runs: number, 
/**
 * How many proposals it made in the last 30 days.
 */
proposed: number, 
/**
 * How many of them were approved.
 */
approved: number, 
/**
 * How many were edited before approval.
 */
edited: number, 
/**
 * How many were rejected.
 */
rejected: number, 
/**
 * How many wait now.
 */
waiting: number, 
/**
 * When it last proposed something.
 */
last_proposal: string | null, 
/**
 * The file, as it is.
 */
file: string, };

/**
 * Sets how far a workflow is trusted.
 */
export type WorkflowMode = { 
/**
 * Which.
 */
id: string, 
/**
 * How far.
 */
mode: Mode, };

/** Every command with what goes in and what comes out. */
export type Commands = {
  status: { request: Nothing; response: Status };
  practice_start: { request: Nothing; response: Status };
  stop_set: { request: StopSet; response: Status };
  preferences: { request: Nothing; response: Preferences };
  preferences_set: { request: Preferences; response: Preferences };
  limits: { request: Nothing; response: Guardrails };
  limits_set: { request: Limits; response: Guardrails };
  platforms: { request: Nothing; response: Array<PlatformInfo> };
  connections: { request: Nothing; response: Array<Connection> };
  connections_test: { request: Connect; response: Tested };
  connections_add: { request: Connect; response: Connection };
  sign_in_begin: { request: SignInBegin; response: SignInBegun };
  sign_in_await: { request: SignInRef; response: Tested };
  sign_in_cancel: { request: SignInRef; response: Nothing };
  connections_sign_in: { request: ConnectionSignIn; response: Connection };
  connections_remove: { request: ConnectionRef; response: Nothing };
  connections_sync: { request: ConnectionRef; response: Connection };
  connections_share: { request: ConnectionShare; response: Connection };
  connections_prove: { request: ConnectionRef; response: Proof };
  set_aside_list: { request: Nothing; response: Array<SetAside> };
  set_aside_retry: { request: SetAsideRetry; response: SetAsideRetried };
  today: { request: Nothing; response: Today };
  alerts: { request: Nothing; response: Array<Alert> };
  alerts_act: { request: AlertAct; response: Array<Alert> };
  approvals_list: { request: ApprovalsList; response: Approvals };
  approvals_show: { request: ProposalRef; response: Proposal };
  approvals_decide: { request: Decide; response: Decided };
  approvals_decide_many: { request: DecideMany; response: DecidedMany };
  approvals_undo: { request: Undo; response: Undone };
  approvals_look: { request: ProposalRef; response: Decided };
  approvals_settle: { request: Settle; response: Decided };
  approvals_propose: { request: Propose; response: Decided };
  approvals_take_back: { request: TakeBack; response: Decided };
  ledger_list: { request: LedgerList; response: Ledger };
  audit_check: { request: Nothing; response: AuditCheck };
  customers_search: { request: CustomersSearch; response: Customers };
  customers_find: { request: CustomerFind; response: Customer };
  customers_show: { request: CustomerRef; response: Customer };
  timeline: { request: TimelineRead; response: Timeline };
  record_show: { request: RecordShow; response: RawRecord };
  workflows: { request: Nothing; response: Array<Workflow> };
  workflows_mode: { request: WorkflowMode; response: Array<Workflow> };
};

/** What a read shows and what a write makes stale. */
export const commands = {
  status: { writes: false, role: "viewer", topics: ["status"] },
  practice_start: { writes: true, role: "owner", topics: ["status", "connections", "customers", "approvals"] },
  stop_set: { writes: true, role: "agent", topics: ["status", "approvals"] },
  preferences: { writes: false, role: "viewer", topics: ["settings"] },
  preferences_set: { writes: true, role: "viewer", topics: ["settings", "status"] },
  limits: { writes: false, role: "viewer", topics: ["settings"] },
  limits_set: { writes: true, role: "owner", topics: ["settings", "approvals"] },
  platforms: { writes: false, role: "viewer", topics: [] },
  connections: { writes: false, role: "viewer", topics: ["connections"] },
  connections_test: { writes: true, role: "owner", topics: [] },
  connections_add: { writes: true, role: "owner", topics: ["connections", "status"] },
  sign_in_begin: { writes: true, role: "owner", topics: [] },
  sign_in_await: { writes: true, role: "owner", topics: [] },
  sign_in_cancel: { writes: true, role: "owner", topics: [] },
  connections_sign_in: { writes: true, role: "owner", topics: ["connections", "status", "alerts"] },
  connections_remove: { writes: true, role: "owner", topics: ["connections", "status", "customers"] },
  connections_sync: { writes: true, role: "agent", topics: ["connections"] },
  connections_share: { writes: true, role: "owner", topics: ["connections"] },
  connections_prove: { writes: true, role: "agent", topics: ["connections"] },
  set_aside_list: { writes: false, role: "viewer", topics: ["connections"] },
  set_aside_retry: { writes: true, role: "operator", topics: ["connections", "customers"] },
  today: { writes: false, role: "viewer", topics: ["approvals", "alerts", "connections", "customers"] },
  alerts: { writes: false, role: "viewer", topics: ["alerts"] },
  alerts_act: { writes: true, role: "agent", topics: ["alerts", "status"] },
  approvals_list: { writes: false, role: "viewer", topics: ["approvals"] },
  approvals_show: { writes: false, role: "viewer", topics: ["approvals"] },
  approvals_decide: { writes: true, role: "agent", topics: ["approvals", "status", "customers"] },
  approvals_decide_many: { writes: true, role: "agent", topics: ["approvals", "status", "customers"] },
  approvals_undo: { writes: true, role: "agent", topics: ["approvals", "status", "customers"] },
  approvals_look: { writes: true, role: "agent", topics: ["approvals"] },
  approvals_settle: { writes: true, role: "operator", topics: ["approvals", "status", "customers"] },
  approvals_propose: { writes: true, role: "agent", topics: ["approvals", "status", "customers"] },
  approvals_take_back: { writes: true, role: "agent", topics: ["approvals", "status", "customers"] },
  ledger_list: { writes: false, role: "viewer", topics: ["approvals"] },
  audit_check: { writes: false, role: "viewer", topics: [] },
  customers_search: { writes: false, role: "viewer", topics: ["customers"] },
  customers_find: { writes: false, role: "viewer", topics: ["customers"] },
  customers_show: { writes: false, role: "viewer", topics: ["customers", "approvals"] },
  timeline: { writes: false, role: "viewer", topics: ["customers", "approvals"] },
  record_show: { writes: false, role: "viewer", topics: [] },
  workflows: { writes: false, role: "viewer", topics: ["workflows", "approvals"] },
  workflows_mode: { writes: true, role: "owner", topics: ["workflows", "approvals"] },
} as const satisfies Record<keyof Commands, { writes: boolean; role: Role; topics: readonly Topic[] }>;
