import { Check, Circle } from "lucide-react";
import { Link } from "wouter";
import type { OnboardingStep } from "../../../generated/commands.ts";
import { Panel } from "../../../shared/ui/page.tsx";
import { words } from "../words.ts";
import s from "./onboarding.module.css";

/** The way in. A step is done when the data say so. */
export function Onboarding({ steps }: { steps: readonly OnboardingStep[] }) {
  const done = steps.filter((step) => step.done).length;
  return (
    <Panel
      title={words.onboarding}
      aside={<span className={s.count}>{words.onboardingCount(done, steps.length)}</span>}
    >
      <ol className={s.steps}>
        {steps.map((step) => {
          const name = words.steps[step.id] ?? step.id;
          const link = words.stepLinks[step.id];
          return (
            <li key={step.id} className={step.done ? s.done : undefined}>
              {step.done ? <Check aria-hidden="true" /> : <Circle aria-hidden="true" />}
              <span>{!step.done && link ? <Link href={link}>{name}</Link> : name}</span>
              <span className={s.evidence}>{step.evidence}</span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
