import type { Proposal } from "../../../generated/commands.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { changesBetween } from "../logic.ts";
import { words } from "../words.ts";
import s from "./changes.module.css";

/** Says what moved between the card that was read and the card as it is. */
export function Changes({
  seen,
  proposal,
  onSeen,
}: {
  seen: Proposal;
  proposal: Proposal;
  onSeen: () => void;
}) {
  const { locale } = useShop();
  if (seen.card.id !== proposal.card.id || seen.card.version === proposal.card.version) return null;
  const changes = changesBetween(seen, proposal, locale);
  if (changes.length === 0) return null;
  return (
    <section className={s.changes} role="status">
      <p>
        <strong>{words.changed(proposal.card.version)}</strong>
      </p>
      <ul>
        {changes.map((change) => (
          <li key={change.what}>{words.was(change.what, change.before, change.after)}</li>
        ))}
      </ul>
      <Button onClick={onSeen}>{words.seen}</Button>
    </section>
  );
}
