import { useEffect, useRef, useState } from "react";
import type { Connect, Connection, PlatformInfo, Role, Tested } from "../../../generated/commands.ts";
import { type Problem, toProblem } from "../../../shared/host/index.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Empty, Failed, Loading } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useConnect, usePlatforms } from "../api.ts";
import { canConnect, checkAddress, knownAddress, missingCredentials, trimmed } from "../logic.ts";
import { words } from "../words.ts";
import s from "./connect.module.css";
import { Address, PlatformChoice, Preview, Result } from "./connect-steps.tsx";

interface Props {
  role: Role;
  /** Whether this is the practice store, which takes no account of one's own. */
  practice: boolean;
  onBack: () => void;
  /** Called with where to go once the account is connected. */
  onDone: (address: string) => void;
}

/** Connecting an account: platform, address and credentials, test, first look, start. */
export function ConnectPage({ role, practice, onBack, onDone }: Props) {
  const platforms = usePlatforms();
  const { test, add } = useConnect();
  const [step, setStep] = useState(0);
  const [chosen, setChosen] = useState<PlatformInfo>();
  const [address, setAddress] = useState("");
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [checked, setChecked] = useState(false);
  // What was tested, and what was found: just that is connected, whatever was typed since.
  const [tested, setTested] = useState<{ request: Connect; found: Tested }>();
  const [connection, setConnection] = useState<Connection>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  /** Counts the tries and the steps back: an answer to an earlier try comes too late. */
  const turn = useRef(0);
  const title = useRef<HTMLHeadingElement>(null);

  // A new step is read from its beginning, also by a screen reader.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step is what moves the focus
  useEffect(() => title.current?.focus(), [step]);

  const refused = whyNot(role, "connections_add");
  if (refused) return <Empty title={refused} />;
  if (practice)
    return (
      <Empty
        title={words.practiceTitle}
        action={
          <Button look="primary" onClick={onBack}>
            {words.practiceGo}
          </Button>
        }
      >
        {words.practiceText}
      </Empty>
    );
  if (!platforms.data)
    return (
      <Answer query={platforms} loading={<Loading tall />}>
        {() => null}
      </Answer>
    );

  const addressProblem = checkAddress(address);
  const missing = chosen ? missingCredentials(chosen.credentials, credentials) : [];

  const attempt = async <Found,>(work: () => Promise<Found>, then: (found: Found) => void) => {
    if (busy) return;
    turn.current += 1;
    const ours = turn.current;
    setBusy(true);
    setProblem(undefined);
    try {
      const found = await work();
      if (ours === turn.current) then(found);
    } catch (failure) {
      if (ours === turn.current) setProblem(toProblem(failure));
    }
    if (ours === turn.current) setBusy(false);
  };
  const accept = (request: Connect, found: Tested) => {
    turn.current += 1;
    setBusy(false);
    setProblem(undefined);
    setTested({ request, found });
    setStep(2);
  };
  const testOf = (request: Connect) =>
    attempt(
      () => test(request),
      (found) => accept(request, found),
    );
  const runTest = () => {
    setChecked(true);
    if (!chosen || addressProblem || missing.length > 0) return;
    void testOf({
      platform: chosen.platform,
      base_url: address.trim(),
      credentials: trimmed(credentials),
    });
  };
  const testAgain = () => tested && void testOf(tested.request);
  const start = () => {
    if (!tested) return;
    void attempt(
      () => add(tested.request),
      (made) => {
        setConnection(made);
        setCredentials({});
        setTested(undefined);
        setStep(4);
      },
    );
  };
  const again = () => {
    setChosen(undefined);
    setConnection(undefined);
    setStep(0);
  };
  const back = () => {
    turn.current += 1;
    setBusy(false);
    setProblem(undefined);
    if (step <= 2) setTested(undefined);
    if (step === 0) onBack();
    else setStep(step - 1);
  };

  return (
    <Panel className={s.panel}>
      <p className={s.step}>{words.stepOf(step + 1, words.stepNames.length)}</p>
      <h2 ref={title} tabIndex={-1} className={s.title}>
        {chosen && step > 0 ? `${chosen.title}: ${words.stepNames[step]}` : words.choosePlatform}
      </h2>
      {step === 0 && (
        <PlatformChoice
          platforms={platforms.data}
          onChoose={(platform) => {
            if (platform.platform !== chosen?.platform) {
              setCredentials({});
              setAddress(knownAddress(platform));
              setChecked(false);
            }
            setChosen(platform);
            setStep(1);
          }}
        />
      )}
      {step === 1 && chosen && (
        <form
          id="connect-form"
          onSubmit={(event) => {
            event.preventDefault();
            runTest();
          }}
        >
          <Address
            platform={chosen}
            address={address}
            onAddress={setAddress}
            addressProblem={checked ? addressProblem : undefined}
            credentials={credentials}
            onCredentials={setCredentials}
            missing={checked ? missing : []}
            onApproved={accept}
          />
        </form>
      )}
      {step === 2 && tested && <Result tested={tested.found} />}
      {step === 3 && tested && <Preview tested={tested.found} />}
      {step === 4 && connection && (
        <>
          <p>
            <strong>{words.started(connection.name)}</strong>
          </p>
          <p>{words.startedText}</p>
        </>
      )}
      {problem && (
        <Failed compact problem={problem} onRetry={step === 3 ? start : step === 2 ? testAgain : runTest} />
      )}
      <div className={s.buttons}>
        {step < 4 && (
          <Button why={busy && step === 3 ? words.starting : undefined} onClick={back}>
            {words.back}
          </Button>
        )}
        {step === 1 && (
          <Button
            look="primary"
            type="submit"
            form="connect-form"
            aria-busy={busy}
            why={busy ? words.testing : undefined}
          >
            {busy ? words.testing : words.test}
          </Button>
        )}
        {step === 2 && tested && (
          <>
            {tested.found.missing.length > 0 && (
              <Button aria-busy={busy} why={busy ? words.testing : undefined} onClick={testAgain}>
                {words.testAgain}
              </Button>
            )}
            <Button
              look="primary"
              why={canConnect(tested.found) ? undefined : words.cannotConnect}
              onClick={() => setStep(3)}
            >
              {words.look}
            </Button>
          </>
        )}
        {step === 3 && (
          <Button look="primary" aria-busy={busy} why={busy ? words.starting : undefined} onClick={start}>
            {busy ? words.starting : words.start}
          </Button>
        )}
        {step === 4 && (
          <>
            <Button onClick={() => onDone("/settings/connections")}>{words.toConnections}</Button>
            <Button onClick={again}>{words.another}</Button>
            <Button look="primary" onClick={() => onDone("/today")}>
              {words.toToday}
            </Button>
          </>
        )}
      </div>
    </Panel>
  );
}
