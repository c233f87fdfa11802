import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { approveText, isOpen } from "../logic.ts";
import type { Deciding } from "../use-deciding.ts";
import { words } from "../words.ts";
import s from "./actions.module.css";

/** What went wrong with the last decision. Beside the buttons, or in the dialog that asked. */
export function Trouble({ deciding }: { deciding: Deciding }) {
  return (
    <>
      {deciding.problem && (
        <Failed
          compact
          problem={deciding.problem.problem}
          action={<Button onClick={deciding.forgetProblem}>{words.seen}</Button>}
        />
      )}
      {deciding.hint && <p className={s.hint}>{deciding.hint}</p>}
    </>
  );
}

/** What can be done about the card, each with its key. */
export function Actions({ deciding }: { deciding: Deciding }) {
  const { locale } = useShop();
  const { card, why } = deciding;
  if (!card) return null;
  const doubtful = card.state === "in_doubt";
  return (
    <>
      <Trouble deciding={deciding} />
      <div className={s.row}>
        {doubtful || card.state === "accepted" ? (
          <>
            {card.cannot_look ? (
              <p className={s.closed}>{card.cannot_look}</p>
            ) : (
              <Button look="primary" command="approvals.look" why={why.look} onClick={deciding.look}>
                {words.look}
              </Button>
            )}
            {doubtful && (
              <Button
                look={card.cannot_look ? "primary" : "plain"}
                command="approvals.settle"
                why={why.settle}
                onClick={deciding.settle}
              >
                {words.settle}
              </Button>
            )}
          </>
        ) : isOpen(card) ? (
          <>
            <Button
              look="primary"
              // With a selection the key is about that.
              command={deciding.chosen.length > 0 ? undefined : "approvals.approve"}
              why={why.approve}
              aria-busy={deciding.busy}
              onClick={() => deciding.take({ is: "approve" })}
            >
              {approveText(card, locale)}
            </Button>
            <Button command="approvals.edit" why={why.edit} onClick={deciding.edit}>
              {words.edit}
            </Button>
            <Button command="approvals.reject" why={why.approve} onClick={deciding.reject}>
              {words.reject}
            </Button>
            <Button command="approvals.later" why={why.approve} onClick={deciding.later}>
              {words.later}
            </Button>
          </>
        ) : (
          card.state === "approved" && <p className={s.closed}>{words.canUndo}</p>
        )}
      </div>
    </>
  );
}
