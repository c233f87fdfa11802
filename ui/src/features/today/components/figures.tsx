import type { Figure } from "../../../generated/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { classes } from "../../../shared/ui/classes.ts";
import { When } from "../../../shared/ui/figures.tsx";
import { Partial } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { changeOf, dayValue, formatValue, sparkline } from "../logic.ts";
import { words } from "../words.ts";
import s from "./figures.module.css";

/** The shop's figures, each with its base, its change and its time. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <section aria-label={words.figures} className={s.tiles}>
      {figures.length === 0 && (
        <Panel className={s.tile}>
          <p className={s.small}>{words.noFigures}</p>
        </Panel>
      )}
      {figures.map((figure) => (
        <Tile key={figure.id} figure={figure} />
      ))}
    </section>
  );
}

function Tile({ figure }: { figure: Figure }) {
  const { locale } = useShop();
  const name = words.figureNames[figure.id] ?? figure.id;
  const change = changeOf(figure);
  const share =
    change === undefined
      ? undefined
      : new Intl.NumberFormat(locale, {
          style: "percent",
          maximumFractionDigits: 0,
          signDisplay: "exceptZero",
        }).format(change);
  const value = formatValue(figure.value, locale);
  return (
    <Panel className={s.tile}>
      <h2 className={s.name}>
        {name} <span className={s.period}>{figure.period}</span>
      </h2>
      <p className={classes(s.value, value.length > 11 && s.long)}>{value}</p>
      <Spark figure={figure} name={name} />
      <p
        className={s.small}
        title={[share && words.change(share), words.based(figure.n)].filter(Boolean).join(", ")}
      >
        <span aria-hidden="true">
          {share ? `${share} · ` : ""}
          {words.n(formatCount(figure.n, locale))} ·{" "}
        </span>
        <span className="hidden-text">{words.based(figure.n)}, </span>
        <When at={figure.at} />
      </p>
      {share && <span className="hidden-text">{words.change(share)}</span>}
      {figure.partial && <Partial>{figure.partial}</Partial>}
    </Panel>
  );
}

function Spark({ figure, name }: { figure: Figure; name: string }) {
  const { locale } = useShop();
  const { days, value } = figure;
  if (days.length < 2) return null;
  const low = formatValue(dayValue(Math.min(...days), value), locale);
  const high = formatValue(dayValue(Math.max(...days), value), locale);
  const points = sparkline(days);
  return (
    <svg
      className={s.spark}
      viewBox="0 0 100 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={words.trend(name, days.length, low, high)}
    >
      <polygon points={`0,26 ${points} 100,26`} className={s.area} />
      <polyline points={points} className={s.line} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
