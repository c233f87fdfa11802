import { Link, useLocation } from "wouter";
import { keyText } from "../shared/lib/keys.ts";
import { Sign } from "./brand.tsx";
import { places } from "./places.ts";
import s from "./rail.module.css";
import { words } from "./words.ts";

/** The places, at the left. */
export function Rail({ waiting }: { waiting: number }) {
  const [at] = useLocation();
  return (
    <nav className={s.rail} aria-label={words.places}>
      <div className={s.brand}>
        <Sign className={s.sign} />
        <span className={s.word}>{words.app}</span>
      </div>
      <ul>
        {places.map((place) => {
          const here = at === place.path || at.startsWith(`${place.path}/`);
          const Icon = place.icon;
          return (
            <li key={place.path}>
              <Link
                href={place.path}
                className={s.place}
                aria-current={here ? "page" : undefined}
                aria-keyshortcuts={place.key}
                title={`${place.title} (${keyText(place.key)})`}
              >
                <Icon aria-hidden="true" />
                <span className={s.word}>{place.title}</span>
                {place.path === "/approvals" && waiting > 0 && (
                  <span className={s.count}>
                    <span aria-hidden="true">{waiting > 999 ? "999+" : waiting}</span>
                    <span className="hidden-text">{words.waiting(waiting)}</span>
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
