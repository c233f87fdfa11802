import { useState } from "react";
import type {
  BrowserSignIn as Browser,
  Connect,
  PlatformInfo,
  SignInBegun,
  Tested,
} from "../../../generated/commands.ts";
import { useHost } from "../../../shared/host/index.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { checkAddress, trimmed } from "../logic.ts";
import { useBrowserSignIn } from "../sign-in.ts";
import { signInWords as words } from "../sign-in-words.ts";
import { words as common } from "../words.ts";
import s from "./browser-sign-in.module.css";
import panel from "./panel.module.css";

interface Props {
  platform: PlatformInfo;
  address: string;
  credentials: Readonly<Record<string, string>>;
  /** Called with the account that was approved, and what was found there. */
  onApproved: (request: Connect, tested: Tested) => void;
}

export interface SignInFieldsProps extends Props {
  onCredentials: (credentials: Record<string, string>) => void;
  missing: readonly string[];
}

/** What has to be entered in order to sign in, and how the browser helps, in the order in which one goes. */
export function SignInFields({ onCredentials, missing, ...rest }: SignInFieldsProps) {
  const { platform, credentials } = rest;
  const { browser } = platform;
  // Where nothing has to be entered first, asking comes first.
  const first = browser?.needs.length === 0;
  return (
    <>
      {browser && first && <Approval {...rest} browser={browser} />}
      {browser?.key_page && <KeyPage platform={platform} address={rest.address} />}
      {platform.credentials.map((one) => (
        <Field
          key={one.name}
          label={one.label}
          name={one.name}
          type={one.secret ? "password" : "text"}
          value={credentials[one.name] ?? ""}
          onChange={(value) => onCredentials({ ...credentials, [one.name]: value })}
          error={missing.includes(one.name) ? common.needed : undefined}
        />
      ))}
      <p className={panel.muted}>{common.keychain}</p>
      {browser && !first && <Approval {...rest} browser={browser} />}
    </>
  );
}

/** An approval that is asked for in the browser, and comes back by itself. */
function Approval({ platform, browser, address, credentials, onApproved }: Props & { browser: Browser }) {
  const { state, begin, cancel } = useBrowserSignIn(onApproved);
  const given = trimmed(credentials);
  const needed = platform.credentials.filter((one) => browser.needs.includes(one.name) && !given[one.name]);
  const wrong =
    checkAddress(address) ??
    (needed.length > 0 ? words.approveNeeds(needed.map((one) => one.label).join(", ")) : undefined);
  const start = () =>
    void begin({
      platform: platform.platform,
      base_url: address.trim(),
      credentials: Object.fromEntries(Object.entries(given).filter(([name]) => browser.needs.includes(name))),
      key_page: false,
    });
  return (
    <section className={s.box} aria-label={words.approve}>
      {state.is === "waiting" ? (
        <Waiting title={platform.title} begun={state.begun} note={browser.note} onCancel={cancel} />
      ) : (
        <>
          <p>{words.approveText(platform.title, browser.redirect !== null)}</p>
          {browser.redirect && <code className={s.address}>{browser.redirect}</code>}
          {browser.note && <p className={panel.muted}>{browser.note}</p>}
          <div className={panel.buttons}>
            <Button
              aria-busy={state.is === "opening"}
              why={state.is === "opening" ? words.opening : wrong}
              onClick={start}
            >
              {state.is === "opening" ? words.opening : words.approve}
            </Button>
          </div>
          {state.is === "failed" && <Failed compact problem={state.problem} onRetry={start} />}
        </>
      )}
    </section>
  );
}

/** The page where a key is made, for those who cannot approve. */
function KeyPage({ platform, address }: Pick<Props, "platform" | "address">) {
  const { state, begin } = useBrowserSignIn(() => undefined);
  const start = () =>
    void begin({ platform: platform.platform, base_url: address.trim(), credentials: {}, key_page: true });
  const busy = state.is === "opening";
  return (
    <section className={s.box} aria-label={words.keyPage}>
      <p>{words.keyPageText}</p>
      <div className={panel.buttons}>
        <Button aria-busy={busy} why={busy ? words.opening : checkAddress(address)} onClick={start}>
          {busy ? words.opening : words.keyPage}
        </Button>
      </div>
      {state.is === "failed" && <Failed compact problem={state.problem} onRetry={start} />}
    </section>
  );
}

interface WaitingProps {
  title: string;
  begun: SignInBegun;
  note: string | null;
  onCancel: () => void;
}

function Waiting({ title, begun, note, onCancel }: WaitingProps) {
  const host = useHost();
  const [copied, setCopied] = useState<boolean>();
  const copy = async () => {
    // Not every place has a clipboard: a page that came over plain HTTP has none.
    const done = async () => navigator.clipboard.writeText(begun.page);
    await done().then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className={s.waiting}>
      <p>
        <strong role="status">{words.waiting(title)}</strong>{" "}
        {begun.ends_at && (
          <span className={panel.muted}>
            {words.waitingUntil} <When at={begun.ends_at} />
          </span>
        )}
      </p>
      {note && <p className={panel.muted}>{note}</p>}
      <p className={panel.muted}>{words.waitingText}</p>
      <div className={panel.buttons}>
        {host.kind === "server" && (
          <a className={s.link} href={begun.page} target="_blank" rel="noopener noreferrer">
            {words.openPage}
          </a>
        )}
        <Button look="quiet" onClick={() => void copy()}>
          {copied ? words.copied : words.copyPage}
        </Button>
        <Button onClick={onCancel}>{words.stopWaiting}</Button>
      </div>
      {copied === false && (
        <>
          <p className={panel.muted}>{words.notCopied}</p>
          <code className={s.address}>{begun.page}</code>
        </>
      )}
    </div>
  );
}
