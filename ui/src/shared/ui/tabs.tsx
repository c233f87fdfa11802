import type { ReactNode } from "react";
import { Link } from "wouter";
import s from "./tabs.module.css";

export interface Tab {
  id: string;
  href: string;
  label: ReactNode;
}

/** Views of one place, each with an address of its own. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav aria-label={label} className={s.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.id}
          href={tab.href}
          className={s.tab}
          aria-current={tab.id === current ? "page" : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
