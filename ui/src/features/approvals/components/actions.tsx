import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { approveText, isOpen } from "../logic.ts";
import type { Deciding } from "../use-deciding.ts";
import { words } from "../words.ts";
import s from "./actions.module.css";

/** What can be done about the card, each with its key. */
export function Actions({ deciding }: { deciding: Deciding }) {
  const { locale } = useShop();
  const { card, why } = deciding;
  if (!card) return null;
  const doubtful = card.state === "in_doubt";
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
      <div className={s.row}>
        {doubtful || card.state === "accepted" ? (
          <>
            <Button look="primary" shortcut="l" why={why.look} onClick={deciding.look}>
              {words.look}
            </Button>
            {doubtful && (
              <Button shortcut="d" why={why.settle} onClick={deciding.settle}>
                {words.settle}
              </Button>
            )}
          </>
        ) : isOpen(card) ? (
          <>
            <Button
              look="primary"
              shortcut="a"
              why={why.approve}
              aria-busy={deciding.busy}
              onClick={() => deciding.take({ is: "approve" })}
            >
              {approveText(card, locale)}
            </Button>
            <Button shortcut="e" why={why.edit} onClick={deciding.edit}>
              {words.edit}
            </Button>
            <Button shortcut="r" why={why.approve} onClick={deciding.reject}>
              {words.reject}
            </Button>
            <Button shortcut="s" why={why.approve} onClick={deciding.later}>
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
