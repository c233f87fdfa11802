import { FlaskConical, Store } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWrite } from "../../shared/host/client.ts";
import { platformNames } from "../../shared/lib/platforms.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Failed } from "../../shared/ui/notice.tsx";
import s from "./first-start-page.module.css";
import { words } from "./words.ts";

const PLATFORMS = new Intl.ListFormat("en-GB").format(Object.values(platformNames));

interface Props {
  sign: ReactNode;
  /** The steps of connecting an account, given the way back. */
  connect: (back: () => void) => ReactNode;
}

/** The first start: a practice store, or one's own. */
export function FirstStartPage({ sign, connect }: Props) {
  const practice = useWrite("practice_start");
  const [connecting, setConnecting] = useState(false);
  if (connecting) {
    return (
      <main className={s.page}>
        <div className={s.connect}>{connect(() => setConnecting(false))}</div>
      </main>
    );
  }
  return (
    <main className={s.page}>
      <div className={s.middle}>
        <div className={s.sign}>{sign}</div>
        <h1>{words.title}</h1>
        <p className={s.lead}>{words.lead}</p>
        <div className={s.choices}>
          <section className={s.choice}>
            <FlaskConical aria-hidden="true" />
            <h2>{words.practice}</h2>
            <p>{words.practiceText}</p>
            <Button
              look="primary"
              aria-busy={practice.isPending}
              why={practice.isPending ? words.practiceGoing : undefined}
              onClick={() => practice.mutate({})}
            >
              {practice.isPending ? words.practiceGoing : words.practiceGo}
            </Button>
          </section>
          <section className={s.choice}>
            <Store aria-hidden="true" />
            <h2>{words.own}</h2>
            <p>{words.ownText(PLATFORMS)}</p>
            <Button onClick={() => setConnecting(true)}>{words.ownGo}</Button>
          </section>
        </div>
        {practice.error && (
          <Failed compact problem={practice.error.problem} onRetry={() => practice.mutate({})} />
        )}
        <p className={s.later}>{words.later}</p>
      </div>
    </main>
  );
}
