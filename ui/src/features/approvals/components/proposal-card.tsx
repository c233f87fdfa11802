import { type ReactNode, type Ref, useId } from "react";
import { Link } from "wouter";
import type { Card, Proposal } from "../../../generated/commands.ts";
import { formatMoney } from "../../../shared/lib/format.ts";
import { useNow } from "../../../shared/lib/now.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Loading } from "../../../shared/ui/notice.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { stateLine, textOf, titleOf, whatOf } from "../logic.ts";
import { words } from "../words.ts";
import { Changes } from "./changes.tsx";
import { EvidenceLine } from "./evidence-line.tsx";
import s from "./proposal-card.module.css";

interface Props {
  card: Card;
  /** The rest of the card; not there while it is read. */
  proposal: Proposal | undefined;
  /** Why the rest could not be read. */
  failed: ReactNode;
  /** The card as it was when the person first saw it. */
  seen: Proposal | undefined;
  onSeen: () => void;
  history: boolean;
  onHistory: () => void;
  /** Rows of the same plan, as far as they are known. */
  plan: readonly Card[];
  planAction: ReactNode;
  actions: ReactNode;
  ref?: Ref<HTMLElement>;
}

/** A proposal whole: what, to whom, on what, why, on which evidence and rule, what else, and what if nobody answers. */
export function ProposalCard({
  card,
  proposal,
  failed,
  seen,
  onSeen,
  history,
  onHistory,
  plan,
  planAction,
  actions,
  ref,
}: Props) {
  const { locale } = useShop();
  const now = useNow(card.state === "approved" ? 1_000 : 10_000);
  const line = stateLine(card, now);
  const title = useId();
  return (
    <article ref={ref} className={s.card} aria-labelledby={title} tabIndex={-1}>
      <div className={s.scroll}>
        <header className={s.head}>
          <div className={s.titleLine}>
            <h2 id={title}>{titleOf(card, locale)}</h2>
            <span className={s.version}>{words.version(card.version)}</span>
          </div>
          <p className={s.target}>
            {card.target.label}
            {proposal && ` · ${words.via(proposal.via)}`}
            {card.customer !== null && (
              <>
                {" · "}
                <Link href={`/customers/${card.customer}`}>{words.openCustomer}</Link>
              </>
            )}
          </p>
          <StateMark glyph={line.glyph} tone={line.tone}>
            {line.text}
          </StateMark>
        </header>
        {card.warnings.length > 0 && (
          <ul className={s.warnings}>
            {card.warnings.map((warning) => (
              <li key={warning}>
                <b aria-hidden="true">!</b> {warning}
              </li>
            ))}
          </ul>
        )}
        {proposal && seen && <Changes seen={seen} proposal={proposal} onSeen={onSeen} />}
        {proposal ? (
          <Facts
            proposal={proposal}
            plan={plan}
            planAction={planAction}
            history={history}
            onHistory={onHistory}
          />
        ) : (
          (failed ?? <Loading rows={5} />)
        )}
      </div>
      <footer className={s.actions}>{actions}</footer>
    </article>
  );
}

function Facts({
  proposal,
  plan,
  planAction,
  history,
  onHistory,
}: Pick<Props, "history" | "onHistory" | "plan" | "planAction"> & { proposal: Proposal }) {
  const { locale } = useShop();
  const { card, money, rule } = proposal;
  const text = textOf(proposal.action);
  const historyId = useId();
  return (
    <>
      <dl className={s.facts}>
        <Fact name={words.why}>
          <p className={s.why}>{card.why}</p>
        </Fact>
        {text && (
          <Fact name={words.textOf(card.kind)}>
            <blockquote className={s.text}>{text}</blockquote>
          </Fact>
        )}
        {proposal.customer_facts.length > 0 && (
          <Fact name={words.customer}>
            <p>{proposal.customer_facts.join(" · ")}</p>
          </Fact>
        )}
        {proposal.evidence.length > 0 && (
          <Fact name={words.evidence}>
            <ul className={s.list}>
              {proposal.evidence.map((one) => (
                <EvidenceLine key={`${one.opens} ${one.source} ${one.text}`} of={one} />
              ))}
            </ul>
          </Fact>
        )}
        <Fact name={words.rule}>
          <p>
            {words.ruleLine(rule.workflow, rule.version)}
            {[rule.reason === card.why ? "" : rule.reason, rule.limit]
              .filter(Boolean)
              .map((part) => ` · ${part}`)}
          </p>
        </Fact>
        {money && (
          <Fact name={words.money}>
            <p>
              {[
                money.refundable && words.refundable(formatMoney(money.refundable, locale)),
                words.today(formatMoney(money.spent_today, locale)),
                money.daily_limit && words.ofLimit(formatMoney(money.daily_limit, locale)),
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </Fact>
        )}
        {proposal.alternatives.length > 0 && (
          <Fact name={words.instead}>
            <ul className={s.list}>
              {proposal.alternatives.map((other) => (
                <li key={other.what}>
                  {other.what}
                  {other.cost && ` ${words.costs(formatMoney(other.cost, locale))}`}
                  <span className={s.source}>{other.why_not}</span>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {proposal.flip && (
          <Fact name={words.flip}>
            <p>{proposal.flip}</p>
          </Fact>
        )}
        {plan.length > 0 && (
          <Fact name={words.plan}>
            <ul className={s.list}>
              {plan.map((other) => (
                <li key={other.id}>
                  <Link href={`/approvals/waiting/${other.id}`}>{whatOf(other, locale)}</Link>{" "}
                  <PlanState card={other} />
                </li>
              ))}
            </ul>
            {planAction}
          </Fact>
        )}
        {card.state === "held" && (
          <Fact name={words.ignored}>
            <p>
              {card.deadline && (
                <>
                  {words.expires} <When at={card.deadline} />.{" "}
                </>
              )}
              {proposal.if_ignored}
            </p>
          </Fact>
        )}
        {proposal.receipt && (
          <Fact name={words.receipt}>
            <p>
              {proposal.receipt.external_id}, <When at={proposal.receipt.at} />
              {proposal.receipt.amount && ` · ${formatMoney(proposal.receipt.amount, locale)}`}
            </p>
          </Fact>
        )}
      </dl>
      {!proposal.reversible && card.state === "held" && (
        <p className={s.irreversible}>{words.irreversible}</p>
      )}
      <Button
        look="quiet"
        className={s.historyButton}
        command="approvals.history"
        aria-expanded={history}
        aria-controls={historyId}
        onClick={onHistory}
      >
        {history ? words.hideHistory : words.showHistory}
      </Button>
      <div id={historyId}>
        {history && (
          <ol className={s.history}>
            {proposal.history.map((entry) => (
              <li key={`${entry.at} ${entry.what}`}>
                <When at={entry.at} className={s.historyTime} />
                <span>
                  {entry.what}
                  <span className={s.source}>{entry.who}</span>
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </>
  );
}

function PlanState({ card }: { card: Card }) {
  const line = stateLine(card, useNow());
  return (
    <StateMark glyph={line.glyph} tone={line.tone}>
      {line.text}
    </StateMark>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={s.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
