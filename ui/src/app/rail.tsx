import { Link, useLocation } from "wouter";
import { keyText, useKeyOf } from "../shared/lib/keys.ts";
import { Sign } from "./brand.tsx";
import { goTo, type Place, places } from "./places.ts";
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
        {places.map((place) => (
          <PlaceLink
            key={place.path}
            place={place}
            here={at === place.path || at.startsWith(`${place.path}/`)}
            waiting={place.path === "/approvals" ? waiting : 0}
          />
        ))}
      </ul>
    </nav>
  );
}

function PlaceLink({ place, here, waiting }: { place: Place; here: boolean; waiting: number }) {
  const key = useKeyOf(goTo(place.path));
  const Icon = place.icon;
  return (
    <li>
      <Link
        href={place.path}
        className={s.place}
        aria-current={here ? "page" : undefined}
        aria-keyshortcuts={key}
        title={key ? `${place.title} (${keyText(key)})` : place.title}
      >
        <Icon aria-hidden="true" />
        <span className={s.word}>{place.title}</span>
        {waiting > 0 && (
          <span className={s.count}>
            <span aria-hidden="true">{waiting > 999 ? "999+" : waiting}</span>
            <span className="hidden-text">{words.waiting(waiting)}</span>
          </span>
        )}
      </Link>
    </li>
  );
}
