import { useState } from "react";
import type { Card, DecidedMany } from "../../../generated/commands.ts";
import { formatCount, formatSums, UNKNOWN } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { useDecideMany } from "../api.ts";
import { summarise, titleOf, whatOf } from "../logic.ts";
import { words } from "../words.ts";
import s from "./bulk.module.css";

interface Props {
  chosen: readonly Card[];
  /** The version of each as it was when it was selected. */
  versions: ReadonlyMap<number, number>;
  all: number;
  /** Why this person may not approve. */
  why: string | undefined;
  cards: ReadonlyMap<number, Card>;
  onNone: () => void;
  onDecided: (answer: DecidedMany) => void;
  asking: boolean;
  onAsk: (asking: boolean) => void;
}

/** The bar over a selection, its confirmation, and what each of them came to. */
export function Bulk({ chosen, versions, all, why, cards, onNone, onDecided, asking, onAsk }: Props) {
  const { locale } = useShop();
  const decide = useDecideMany();
  const [result, setResult] = useState<DecidedMany>();
  const count = formatCount(chosen.length, locale);
  const close = () => {
    // What is under way cannot be called off; its exceptions must be seen.
    if (decide.isPending) return;
    onAsk(false);
    setResult(undefined);
    decide.reset();
  };
  const approve = () =>
    decide.mutate(
      {
        items: chosen.map(({ id, version }) => ({ id, version: versions.get(id) ?? version })),
        decision: { is: "approve" },
      },
      {
        onSuccess: (answer) => {
          onDecided(answer);
          if (answer.exceptions.length > 0) setResult(answer);
          else onAsk(false);
        },
      },
    );
  return (
    <>
      {chosen.length > 0 && (
        <section className={s.bar} aria-label={words.bulkLabel}>
          <p className={s.grow}>{words.selected(count, formatCount(all, locale))}</p>
          <Button look="primary" command="approvals.approve" why={why} onClick={() => onAsk(true)}>
            {words.bulkApprove(count)}
          </Button>
          <Button look="quiet" onClick={onNone}>
            {words.bulkNone}
          </Button>
        </section>
      )}
      <Dialog title={result ? words.bulkResult : words.bulkTitle(count)} open={asking} onClose={close} alert>
        {result ? (
          <Result result={result} cards={cards} />
        ) : (
          <>
            <Summary chosen={chosen} />
            {decide.error && <Failed compact problem={decide.error.problem} onRetry={approve} />}
          </>
        )}
        <DialogButtons>
          <Button why={decide.isPending ? words.bulkGoing : undefined} onClick={close}>
            {result ? words.close : words.cancel}
          </Button>
          {!result && (
            <Button
              look="primary"
              autoFocus
              why={decide.isPending ? words.bulkGoing : undefined}
              onClick={approve}
            >
              {words.bulkApprove(count)}
            </Button>
          )}
        </DialogButtons>
      </Dialog>
    </>
  );
}

function Summary({ chosen }: { chosen: readonly Card[] }) {
  const { locale } = useShop();
  const sum = summarise(chosen);
  return (
    <dl className={s.facts}>
      <dt>{words.bulkKinds}</dt>
      <dd>
        {sum.kinds
          .map(({ kind, count }) => `${formatCount(count, locale)} × ${words.kinds[kind]}`)
          .join(" · ")}
      </dd>
      <dt>{words.bulkLargest}</dt>
      <dd>{sum.largest.map((card) => titleOf(card, locale)).join(" · ") || UNKNOWN}</dd>
      <dt>{words.bulkOldest}</dt>
      <dd>{sum.oldest ? <When at={sum.oldest.made_at} /> : UNKNOWN}</dd>
      <dt>{words.bulkTwice}</dt>
      <dd>{sum.twice.length > 0 ? sum.twice.join(", ") : formatCount(0, locale)}</dd>
      <dt>{words.bulkWarned}</dt>
      <dd>{formatCount(sum.warned, locale)}</dd>
      <dt>{words.bulkSum}</dt>
      <dd>{words.bulkSumAfter}</dd>
    </dl>
  );
}

function Result({ result, cards }: { result: DecidedMany; cards: ReadonlyMap<number, Card> }) {
  const { locale } = useShop();
  return (
    <div role="status">
      <p>{words.bulkDone(formatCount(result.done.length, locale), formatSums(result.sum.amounts, locale))}</p>
      <p>
        <strong>{words.bulkExceptions(result.exceptions.length)}</strong>
      </p>
      <ul className={s.exceptions}>
        {result.exceptions.map((one) => {
          const card = cards.get(one.id);
          return (
            <li key={one.id}>
              {card && (
                <b>
                  {whatOf(card, locale)} · {card.customer_name}
                </b>
              )}{" "}
              {one.message}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
