import { type Ref, useId } from "react";
import { SearchBox } from "../../../shared/ui/search-box.tsx";
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
      <SearchBox
        ref={filterBox}
        className={s.filter}
        label={words.filter}
        command="approvals.filter"
        placeholder={words.filterPlaceholder}
        value={filter}
        onChange={onFilter}
        keys={{
          Enter: onLeave,
          Escape: () => {
            onFilter("");
            onLeave();
          },
        }}
      />
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
