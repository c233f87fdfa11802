import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import s from "./page.module.css";

interface Props {
  title: string;
  /** Beside the title: tabs, counts, a search field. */
  head?: ReactNode;
  children: ReactNode;
  /** The page scrolls as a whole; otherwise its parts do. */
  scrolls?: boolean;
}

/** The frame of a place: its name, its head line, its content. */
export function Page({ title, head, children, scrolls = false }: Props) {
  return (
    <div className={classes(s.page, scrolls && s.scrolls)}>
      <header className={s.head}>
        <h1>{title}</h1>
        {head}
      </header>
      <div className={s.body}>{children}</div>
    </div>
  );
}

/** A group of things on a surface of its own. */
export function Panel({
  title,
  aside,
  children,
  className,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
}) {
  return (
    <section className={classes(s.panel, className)}>
      {title && (
        <header className={s.panelHead}>
          <h2>{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
