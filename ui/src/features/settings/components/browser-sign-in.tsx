import { useState } from "react";
import type { Connect, PlatformInfo, SignInBegun, Tested } from "../../../generated/commands.ts";
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
  const browser = <BrowserSignIn {...rest} />;
  return (
    <>
      {platform.browser?.kind === "key_page" && browser}
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
      {platform.browser?.kind === "approval" && browser}
    </>
  );
}

/** How the browser helps to sign in: an approval that comes back, or the page where a key is made. */
function BrowserSignIn({ platform, address, credentials, onApproved }: Props) {
  const { state, begin, cancel } = useBrowserSignIn(onApproved);
  const browser = platform.browser;
  if (!browser) return null;
  const approval = browser.kind === "approval";
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
    });
  return (
    <section className={s.box} aria-label={approval ? words.approve : words.keyPage}>
      {state.is === "waiting" ? (
        <Waiting title={platform.title} begun={state.begun} onCancel={cancel} />
      ) : (
        <>
          <p>{approval ? words.approveText(platform.title) : words.keyPageText(platform.title)}</p>
          {browser.redirect && <code className={s.address}>{browser.redirect}</code>}
          <div className={panel.buttons}>
            <Button
              aria-busy={state.is === "opening"}
              why={state.is === "opening" ? words.opening : wrong}
              onClick={start}
            >
              {state.is === "opening" ? words.opening : approval ? words.approve : words.keyPage}
            </Button>
          </div>
          {state.is === "failed" && <Failed compact problem={state.problem} onRetry={start} />}
        </>
      )}
    </section>
  );
}

interface WaitingProps {
  title: string;
  begun: SignInBegun;
  onCancel: () => void;
}

function Waiting({ title, begun, onCancel }: WaitingProps) {
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
