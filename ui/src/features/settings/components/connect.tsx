import { useEffect, useRef, useState } from "react";
import type { Connection, PlatformInfo, Role, Tested } from "../../../generated/commands.ts";
import { type Problem, toProblem } from "../../../shared/host/index.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Empty, Failed, Loading } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useConnect, usePlatforms } from "../api.ts";
import { canConnect, checkAddress, missingCredentials, trimmed } from "../logic.ts";
import { words } from "../words.ts";
import s from "./connect.module.css";
import { Address, PlatformChoice, Preview, Result } from "./connect-steps.tsx";

interface Props {
  role: Role;
  onBack: () => void;
  /** Called with where to go once the account is connected. */
  onDone: (address: string) => void;
}

/** Connecting an account: platform, address and credentials, test, first look, start. */
export function ConnectPage({ role, onBack, onDone }: Props) {
  const platforms = usePlatforms();
  const { test, add } = useConnect();
  const [step, setStep] = useState(0);
  const [chosen, setChosen] = useState<PlatformInfo>();
  const [address, setAddress] = useState("");
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [checked, setChecked] = useState(false);
  const [tested, setTested] = useState<Tested>();
  const [approval, setApproval] = useState<string>();
  const [connection, setConnection] = useState<Connection>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);

  // A new step is read from its beginning, also by a screen reader.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step is what moves the focus
  useEffect(() => title.current?.focus(), [step]);

  const refused = whyNot(role, "connections_add");
  if (refused) return <Empty title={refused} />;
  if (!platforms.data)
    return (
      <Answer query={platforms} loading={<Loading tall />}>
        {() => null}
      </Answer>
    );

  const request = chosen && {
    platform: chosen.platform,
    base_url: address.trim(),
    credentials: approval ? {} : trimmed(credentials),
    ...(approval ? { approval } : {}),
  };
  const addressProblem = checkAddress(address);
  const missing = chosen && !approval ? missingCredentials(chosen.credentials, credentials) : [];

  const attempt = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (failure) {
      setProblem(toProblem(failure));
    } finally {
      setBusy(false);
    }
  };
  const runTest = () => {
    setChecked(true);
    if (!request || addressProblem || missing.length > 0) return;
    void attempt(async () => {
      setTested(await test(request));
      setStep(2);
    });
  };
  const start = () => {
    if (!request) return;
    void attempt(async () => {
      setConnection(await add(request));
      setCredentials({});
      setApproval(undefined);
      setStep(4);
    });
  };
  const approved = (id: string, found: Tested) => {
    setApproval(id);
    setTested(found);
    setProblem(undefined);
    setStep(2);
  };
  const again = () => {
    setApproval(undefined);
    setChosen(undefined);
    setTested(undefined);
    setConnection(undefined);
    setStep(0);
  };
  const back = () => {
    setProblem(undefined);
    // What was approved holds for what was entered then.
    if (step <= 2) setApproval(undefined);
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
              setAddress("");
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
            onApproved={approved}
          />
        </form>
      )}
      {step === 2 && tested && <Result tested={tested} />}
      {step === 3 && tested && <Preview tested={tested} />}
      {step === 4 && connection && (
        <>
          <p>
            <strong>{words.started(connection.name)}</strong>
          </p>
          <p>{words.startedText}</p>
        </>
      )}
      {problem && <Failed compact problem={problem} onRetry={step === 3 ? start : runTest} />}
      <div className={s.buttons}>
        {step < 4 && <Button onClick={back}>{words.back}</Button>}
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
            {tested.missing.length > 0 && <Button onClick={runTest}>{words.testAgain}</Button>}
            <Button
              look="primary"
              why={canConnect(tested) ? undefined : words.cannotConnect}
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
