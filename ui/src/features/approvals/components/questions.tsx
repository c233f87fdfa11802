import { Answer } from "../../../shared/ui/answer.tsx";
import { Dialog } from "../../../shared/ui/dialog.tsx";
import { Loading } from "../../../shared/ui/notice.tsx";
import { titleOf } from "../logic.ts";
import type { Deciding } from "../use-deciding.ts";
import { words } from "../words.ts";
import { Trouble } from "./actions.tsx";
import s from "./forms.module.css";
import { EditForm, LaterForm, RejectForm, SettleForm } from "./forms.tsx";

const titles = {
  reject: words.rejectTitle,
  later: words.laterTitle,
  edit: words.editTitle,
  settle: words.settleTitle,
};

/**
 * What a decision asks before it is one. Each is about the card as it was when it was asked.
 *
 * It opens with the key, also before the card is read: what is typed next is meant for it.
 */
export function Questions({ deciding }: { deciding: Deciding }) {
  const { asking, about } = deciding;
  if (asking === undefined || asking === "bulk") return null;
  const subject = about?.card ?? deciding.card;
  const onClose = () => deciding.ask(undefined);
  const trouble = <Trouble deciding={deciding} />;
  const form = () => {
    if (asking === "settle")
      return (
        <SettleForm
          trouble={trouble}
          onClose={onClose}
          onSettle={deciding.settled}
          final={subject?.cannot_look != null}
        />
      );
    if (!about) {
      return (
        <Answer query={deciding.shown} loading={<Loading rows={3} />}>
          {() => null}
        </Answer>
      );
    }
    if (asking === "reject") return <RejectForm trouble={trouble} onDecide={deciding.take} />;
    if (asking === "later") return <LaterForm trouble={trouble} proposal={about} onDecide={deciding.take} />;
    return <EditForm trouble={trouble} onClose={onClose} proposal={about} onDecide={deciding.take} />;
  };
  return (
    <Dialog
      alert={asking === "settle"}
      title={titles[asking]}
      open
      keeps
      onClose={onClose}
      wide={asking === "edit" && about?.editable.includes("text") === true}
    >
      {subject && <p className={s.subject}>{titleOf(subject, deciding.locale)}</p>}
      {form()}
    </Dialog>
  );
}
