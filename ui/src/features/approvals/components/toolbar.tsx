import { Search } from "lucide-react";
import { type Ref, useId } from "react";
import type { GroupBy } from "../logic.ts";
import { words } from "../words.ts";
import s from "./toolbar.module.css";

interface Props {
  filter: string;
  onFilter: (filter: string) => void;
  group: GroupBy;
  onGroup: (group: GroupBy) => void;
  filterBox: Ref<HTMLInputElement>;
  /** Esc in the filter goes back to the rows. */
  onLeave: () => void;
}

export function Toolbar({ filter, onFilter, group, onGroup, filterBox, onLeave }: Props) {
  const id = useId();
  return (
    <div className={s.bar}>
      <div className={s.filter}>
        <Search aria-hidden="true" />
        <input
          ref={filterBox}
          type="search"
          aria-label={words.filter}
          aria-keyshortcuts="/"
          placeholder={words.filterPlaceholder}
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" && event.key !== "Enter") return;
            event.preventDefault();
            if (event.key === "Escape") onFilter("");
            onLeave();
          }}
        />
      </div>
      <label className={s.group} htmlFor={id}>
        <span className="hidden-text">{words.group}</span>
        <select id={id} value={group} onChange={(event) => onGroup(event.target.value as GroupBy)}>
          {Object.entries(words.groups).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
