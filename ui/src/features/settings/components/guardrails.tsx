import { useState } from "react";
import type { Guardrails as Known, Limits, LooserLimits, Role } from "../../../generated/commands.ts";
import { exactTime } from "../../../shared/lib/format.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { Loading, NotWritten } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useLimits, useSetLimits } from "../api.ts";
import { changesOf, type LimitTexts, limitTexts, readLimits } from "../logic.ts";
import { words } from "../words.ts";
import s from "./guardrails.module.css";
import panel from "./panel.module.css";

const FIELDS: readonly { name: keyof LimitTexts; label: string; help?: string }[] = [
  { name: "per_action", label: words.perAction },
  { name: "per_customer_day", label: words.perCustomerDay },
  { name: "per_workflow_day", label: words.perWorkflowDay },
  { name: "actions_per_customer_day", label: words.actionsPerCustomerDay },
  { name: "actions_per_workflow_day", label: words.actionsPerWorkflowDay },
  { name: "agent_limit", label: words.agentLimit },
  { name: "two_people_above", label: words.twoPeopleAbove, help: words.twoPeopleHelp },
];

const LABELS = Object.fromEntries(FIELDS.map(({ name, label }) => [name, label])) as Record<
  keyof Limits,
  string
>;

const without = (typed: Partial<LimitTexts>, saved: LimitTexts): Partial<LimitTexts> =>
  Object.fromEntries(
    Object.entries(typed).filter(([name, text]) => text !== saved[name as keyof LimitTexts]),
  );

/** What the shop allows, whatever a workflow wants. */
export function Guardrails({ role }: { role: Role }) {
  const limits = useLimits();
  return (
    <Answer query={limits} loading={<Loading tall />}>
      {(data) => <Form guardrails={data} role={role} />}
    </Answer>
  );
}

function Form({ guardrails, role }: { guardrails: Known; role: Role }) {
  const { locale, currency } = useShop();
  const { write, save } = useSetLimits();
  const { waiting } = guardrails;
  // What waits is what was last asked for: saving something beside it does not take it back.
  const before = limitTexts(waiting?.limits ?? guardrails.limits, locale);
  // Only what was typed: the rest follows what others save meanwhile.
  const [typed, setTyped] = useState<Partial<LimitTexts>>({});
  const texts: LimitTexts = { ...before, ...typed };
  const { limits: next, errors } = readLimits(texts, locale);
  const same = FIELDS.every(({ name }) => texts[name] === before[name]);
  const why = whyNot(role, "limits_set") ?? (same ? words.saved : undefined);
  return (
    <Panel title={words.guardrailsTitle}>
      <form
        className={panel.body}
        onSubmit={(event) => {
          event.preventDefault();
          if (!next || why) return;
          // What is typed while this is on its way is not saved by it.
          save(next, () => setTyped((now) => without(now, texts)));
        }}
      >
        <p className={panel.muted}>
          {words.guardrailsLead} {words.looserLead}
        </p>
        {waiting && (
          <Looser
            waiting={waiting}
            limits={guardrails.limits}
            why={whyNot(role, "limits_set")}
            onTakeBack={() => save(guardrails.limits)}
          />
        )}
        {currency && <p className={panel.muted}>{words.moneyHelp(currency)}</p>}
        <div className={s.fields}>
          {FIELDS.map(({ name, label, help }) => (
            <Field
              key={name}
              name={name}
              label={label}
              help={help}
              value={texts[name]}
              inputMode="decimal"
              onChange={(value) => setTyped({ ...typed, [name]: value })}
              error={errors[name]}
            />
          ))}
        </div>
        <NotWritten write={write} />
        <div>
          <Button type="submit" look="primary" why={why} aria-busy={write.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

interface LooserProps {
  waiting: LooserLimits;
  limits: Limits;
  why: string | undefined;
  onTakeBack: () => void;
}

/** Which limits become looser and when; until then an owner can take that back. */
function Looser({ waiting, limits, why, onTakeBack }: LooserProps) {
  const shop = useShop();
  const { locale } = shop;
  return (
    <div className={s.looser} role="status">
      <p>{words.looserWait(exactTime(waiting.from, shop), waiting.by)}</p>
      <ul>
        {changesOf(LABELS, limitTexts(limits, locale), limitTexts(waiting.limits, locale)).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div>
        <Button why={why} onClick={onTakeBack}>
          {words.looserBack}
        </Button>
      </div>
    </div>
  );
}
