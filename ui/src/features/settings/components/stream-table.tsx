import type { ReactNode } from "react";
import { words } from "../words.ts";
import s from "./stream-table.module.css";

/** A line for each kind of record: what is here, what the platform has, and what follows from it. */
export function StreamTable({ more, children }: { more: readonly string[]; children: ReactNode }) {
  return (
    <table className={s.table}>
      <thead>
        <tr>
          {[words.stream, words.landed, words.total, ...more].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
