import type { PlatformInfo, Tested } from "../../../generated/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { streamNames } from "../../../shared/lib/platforms.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { signInWords } from "../sign-in-words.ts";
import { words } from "../words.ts";
import { SignInFields, type SignInFieldsProps } from "./browser-sign-in.tsx";
import s from "./connect.module.css";

export function PlatformChoice({
  platforms,
  onChoose,
}: {
  platforms: readonly PlatformInfo[];
  onChoose: (platform: PlatformInfo) => void;
}) {
  return (
    <ul className={s.platforms}>
      {platforms.map((platform) => (
        <li key={platform.platform} className={s.platform}>
          <Button className={s.choose} onClick={() => onChoose(platform)}>
            {platform.title}
          </Button>
          <div className={s.about}>
            <dl className={s.facts}>
              <dt>{words.gives}</dt>
              <dd>{platform.streams.map((stream) => streamNames[stream].toLocaleLowerCase()).join(", ")}</dd>
              <dt>{words.can}</dt>
              <dd>
                {platform.actions.map((action) => words.actionNames[action] ?? action).join(", ") || "–"}
              </dd>
            </dl>
            {platform.limits.length > 0 && (
              <details>
                <summary>{words.goodToKnow(platform.limits.length)}</summary>
                <ul className={s.limits}>
                  {platform.limits.map((limit) => (
                    <li key={limit}>{limit}</li>
                  ))}
                </ul>
              </details>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface AddressProps extends SignInFieldsProps {
  onAddress: (address: string) => void;
  addressProblem: string | undefined;
}

export function Address({ onAddress, addressProblem, ...entered }: AddressProps) {
  return (
    <div className={s.fields}>
      <Field
        label={words.address}
        type="url"
        name="base_url"
        value={entered.address}
        onChange={onAddress}
        help={words.addressHelp(entered.platform.address_example)}
        error={addressProblem}
      />
      <SignInFields {...entered} />
    </div>
  );
}

export function Result({ tested }: { tested: Tested }) {
  return (
    <div className={s.result}>
      <StateMark glyph="●" tone="done">
        {words.tested(tested.account)}
      </StateMark>
      {tested.user && <p>{signInWords.signedInAs(tested.user)}</p>}
      {tested.left && (
        <StateMark glyph="!" tone="quiet">
          {tested.left}
        </StateMark>
      )}
      <p className={s.muted}>
        {words.shopFacts(tested.currency ?? undefined, tested.time_zone ?? undefined)}
      </p>
      <h3>{words.missing}</h3>
      {tested.missing.length === 0 ? (
        <p>{words.missingNone}</p>
      ) : (
        <ul className={s.scopes}>
          {tested.missing.map((scope) => (
            <li key={scope.name}>
              <StateMark glyph={scope.required ? "✕" : "!"} tone={scope.required ? "failed" : "quiet"}>
                <code>{scope.name}</code> {words.stops(scope.needed_for)}
                {scope.required && ` · ${words.requiredScope}`}
              </StateMark>
            </li>
          ))}
        </ul>
      )}
      {tested.granted.length > 0 && (
        <>
          <h3>{words.granted}</h3>
          <p className={s.granted}>{tested.granted.join(" · ")}</p>
        </>
      )}
    </div>
  );
}

export function Preview({ tested }: { tested: Tested }) {
  const { locale } = useShop();
  return (
    <div className={s.result}>
      <p>{words.preview}</p>
      <div className={s.previews}>
        {tested.preview.map((one) => (
          <section key={one.stream}>
            <h3>
              {streamNames[one.stream]}
              {one.total !== null && (
                <span className={s.muted}> {words.previewTotal(formatCount(one.total, locale))}</span>
              )}
            </h3>
            {one.problem ? (
              <StateMark glyph="✕" tone="failed">
                {one.problem}
              </StateMark>
            ) : one.examples.length === 0 ? (
              <p className={s.muted}>{words.previewEmpty}</p>
            ) : (
              <ul>
                {one.examples.map((example) => (
                  <li key={example}>{example}</li>
                ))}
              </ul>
            )}
          </section>
        ))}
      </div>
    </div>
  );
}
