import { useState } from "react";
import type { Connection, PlatformInfo } from "../../../generated/commands.ts";
import { type Problem, toProblem } from "../../../shared/host/index.ts";
import { useHere } from "../../../shared/lib/here.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Failed, Loading } from "../../../shared/ui/notice.tsx";
import { usePlatforms } from "../api.ts";
import { missingCredentials, trimmed } from "../logic.ts";
import { useSignInAgain } from "../sign-in.ts";
import { signInWords as words } from "../sign-in-words.ts";
import { words as common } from "../words.ts";
import { SignInFields } from "./browser-sign-in.tsx";
import s from "./connect.module.css";

interface Props {
  connection: Connection;
  onClose: () => void;
}

/** New credentials for an account that is connected; it stays the same account. */
export function SignInAgain({ connection, onClose }: Props) {
  const platforms = usePlatforms();
  const platform = platforms.data?.find((one) => one.platform === connection.platform);
  return (
    <Dialog open keeps title={words.againTitle(connection.name)} onClose={onClose}>
      {platform ? (
        <Form connection={connection} platform={platform} onClose={onClose} />
      ) : (
        <Answer query={platforms} loading={<Loading rows={3} />}>
          {() => null}
        </Answer>
      )}
    </Dialog>
  );
}

function Form({ connection, platform, onClose }: Props & { platform: PlatformInfo }) {
  const signIn = useSignInAgain();
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  // What went wrong, and the approval that it went wrong with: it holds until it has served.
  const [failed, setFailed] = useState<{ problem: Problem; approval?: string; behind?: string | null }>();
  // What signing in left behind, to be read before this is closed.
  const [left, setLeft] = useState<string>();
  const missing = missingCredentials(platform.credentials, credentials);
  // An answer that comes when this was closed must not close what was opened since.
  const here = useHere();

  const send = async (approval?: string, behind?: string | null) => {
    if (busy) return;
    setBusy(true);
    setFailed(undefined);
    try {
      const entered = approval ? {} : trimmed(credentials);
      await signIn({ id: connection.id, credentials: entered, ...(approval ? { approval } : {}) });
      if (!here.current) return;
      if (behind) setLeft(behind);
      else onClose();
    } catch (failure) {
      setFailed({ problem: toProblem(failure), ...(approval ? { approval } : {}), behind: behind ?? null });
      setBusy(false);
    }
  };
  const submit = () => {
    setChecked(true);
    if (missing.length === 0) void send();
  };
  if (left)
    return (
      <>
        <p>
          <strong role="status">{words.leftTitle}</strong>
        </p>
        <p>{left}</p>
        <DialogButtons>
          <Button look="primary" onClick={onClose}>
            {words.leftDone}
          </Button>
        </DialogButtons>
      </>
    );
  return (
    <form
      className={s.fields}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>{words.againText}</p>
      <SignInFields
        platform={platform}
        address={connection.base_url}
        credentials={credentials}
        onCredentials={setCredentials}
        missing={checked ? missing : []}
        onApproved={(approved, tested) => void send(approved.approval, tested.left)}
      />
      {failed && (
        <Failed
          compact
          problem={failed.problem}
          onRetry={failed.approval ? () => void send(failed.approval, failed.behind) : submit}
        />
      )}
      <DialogButtons>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button look="primary" type="submit" aria-busy={busy} why={busy ? words.againDoing : undefined}>
          {busy ? words.againDoing : words.againDo}
        </Button>
      </DialogButtons>
    </form>
  );
}
