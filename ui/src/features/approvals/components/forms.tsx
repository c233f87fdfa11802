import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Decision, Proposal } from "../../../generated/commands.ts";
import { amountText, formatMoney, type Money } from "../../../shared/lib/format.ts";
import { takesText } from "../../../shared/lib/keys.ts";
import { present } from "../../../shared/lib/now.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Choice, Field } from "../../../shared/ui/field.tsx";
import { KeyCap } from "../../../shared/ui/key-cap.tsx";
import { checkAmount, type Finding, nextAt, textOf } from "../logic.ts";
import { words } from "../words.ts";
import s from "./forms.module.css";

interface Props {
  /** What went wrong with the last try. */
  trouble: ReactNode;
  onDecide: (decision: Decision) => void;
}

/** A form that is left by a button of its own. */
interface Left {
  onClose: () => void;
}

/** A list of answers of which 1 to 9 take one each. */
function Numbered({
  options,
  onTake,
}: {
  options: readonly { label: string; why?: string | undefined }[];
  onTake: (at: number) => void;
}) {
  return (
    <ol className={s.options}>
      {options.map((option, at) => (
        <li key={option.label}>
          <Button
            look="quiet"
            className={s.option}
            autoFocus={at === 0}
            why={option.why}
            onClick={() => onTake(at)}
            aria-keyshortcuts={String(at + 1)}
          >
            <KeyCap of={String(at + 1)} />
            {option.label}
            {option.why && <span className={s.why}>{option.why}</span>}
          </Button>
        </li>
      ))}
    </ol>
  );
}

function onNumber(event: KeyboardEvent, count: number, take: (at: number) => void) {
  const at = Number(event.key) - 1;
  if (takesText(event.target) || event.repeat || !(at >= 0 && at < count)) return;
  event.preventDefault();
  take(at);
}

export function RejectForm({ trouble, onDecide }: Props) {
  const [own, setOwn] = useState("");
  const take = (at: number) => onDecide({ is: "reject", reason: words.reasons[at] ?? "" });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only shortens the way to the buttons inside
    <div className={s.body} onKeyDown={(event) => onNumber(event, words.reasons.length, take)}>
      <p className={s.help}>{words.rejectHelp}</p>
      {trouble}
      <Numbered options={words.reasons.map((label) => ({ label }))} onTake={take} />
      <form
        className={s.own}
        onSubmit={(event) => {
          event.preventDefault();
          if (own.trim() !== "") onDecide({ is: "reject", reason: own.trim() });
        }}
      >
        <Field label={words.rejectOther} value={own} onChange={setOwn} className={s.grow} />
        <Button type="submit" look="danger" why={own.trim() === "" ? words.rejectNeeded : undefined}>
          {words.reject}
        </Button>
      </form>
    </div>
  );
}

export function LaterForm({ proposal, trouble, onDecide }: Props & { proposal: Proposal }) {
  const { timeZone } = useShop();
  const now = present();
  const deadline = proposal.card.deadline ? Date.parse(proposal.card.deadline) : Number.POSITIVE_INFINITY;
  const options = [
    { label: words.laterHour, until: new Date(now + 3_600_000).toISOString() },
    { label: words.laterTomorrow, until: nextAt(now, 9, timeZone) },
    { label: words.laterMonday, until: nextAt(now, 9, timeZone, 1) },
  ].map((option) => ({
    ...option,
    why: Date.parse(option.until) > deadline ? words.pastDeadline : undefined,
  }));
  const take = (at: number) => {
    const option = options[at];
    if (option && !option.why) onDecide({ is: "later", until: option.until });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only shortens the way to the buttons inside
    <div className={s.body} onKeyDown={(event) => onNumber(event, options.length, take)}>
      <p className={s.help}>{words.laterHelp}</p>
      {trouble}
      <Numbered options={options} onTake={take} />
    </div>
  );
}

export function EditForm({ proposal, trouble, onClose, onDecide }: Props & Left & { proposal: Proposal }) {
  const { locale } = useShop();
  const { card, editable, money } = proposal;
  const oldText = textOf(proposal.action) ?? "";
  const [amount, setAmount] = useState(card.amount ? amountText(card.amount, locale) : "");
  const [text, setText] = useState(oldText);
  const hasAmount = editable.includes("amount") && card.amount !== null;
  const hasText = editable.includes("text");
  const checked =
    card.amount && hasAmount ? checkAmount(amount, money?.refundable, card.amount.currency, locale) : {};
  const textError = hasText && text.trim() === "" ? words.textEmpty : undefined;
  const save = () => {
    if (checked.error || textError) return;
    const newAmount: Money | null = hasAmount && checked.amount ? checked.amount : null;
    onDecide({ is: "edit", amount: newAmount, text: hasText && text !== oldText ? text : null });
  };
  return (
    <form
      className={s.body}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <p className={s.help}>{words.editHelp}</p>
      {trouble}
      {hasAmount && card.amount && (
        <Field
          label={words.editAmount(card.amount.currency)}
          value={amount}
          onChange={setAmount}
          inputMode="decimal"
          help={words.editBefore(formatMoney(card.amount, locale))}
          error={checked.error}
          autoFocus
        />
      )}
      {hasText && (
        <Field
          label={words.editText}
          value={text}
          onChange={setText}
          multiline
          error={textError}
          autoFocus={!hasAmount}
        />
      )}
      <DialogButtons>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button type="submit" look="primary" why={checked.error ?? textError}>
          {words.editSave}
        </Button>
      </DialogButtons>
    </form>
  );
}

/** What a person found out; `final` where it cannot be sent again, because its account is gone. */
export function SettleForm({
  trouble,
  onClose,
  onSettle,
  final,
}: Omit<Props, "onDecide"> & Left & { onSettle: (finding: Finding, note: string) => void; final: boolean }) {
  const [finding, setFinding] = useState<Finding>("happened");
  const [note, setNote] = useState("");
  const why = note.trim() === "" ? words.settleNoteNeeded : undefined;
  return (
    <form
      className={s.body}
      onSubmit={(event) => {
        event.preventDefault();
        if (!why) onSettle(finding, note.trim());
      }}
    >
      <p className={s.help}>{words.settleHelp}</p>
      {trouble}
      <Choice
        label={words.settleTitle}
        hideLabel
        value={finding}
        onChange={setFinding}
        options={[
          { value: "happened", label: words.settleYes },
          { value: "did_not", label: words.settleNo },
          ...(final ? [] : [{ value: "send_again" as const, label: words.settleAgain }]),
        ]}
      />
      <Field label={words.settleNote} value={note} onChange={setNote} multiline />
      <DialogButtons>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button type="submit" look="primary" why={why}>
          {words.settleSave}
        </Button>
      </DialogButtons>
    </form>
  );
}
