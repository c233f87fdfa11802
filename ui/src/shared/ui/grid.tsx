import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { mayLoseFocus } from "../lib/keys.ts";
import { classes } from "./classes.ts";
import s from "./grid.module.css";
import * as w from "./grid-window.ts";

export interface RowState {
  active: boolean;
  selected: boolean;
}

interface Props<Row> {
  label: string;
  /** How many rows there are in all, drawn or not. */
  count: number;
  columns: number;
  /** In pixels at the usual text size; grows with the text. */
  rowHeight: number;
  /** The row at a position, or nothing while the core has not served it yet. */
  rowAt: (at: number) => Row | undefined;
  keyOf: (row: Row) => string | number;
  /** Draws the cells of a row; each is a `<Cell>`. */
  cells: (row: Row, state: RowState) => ReactNode;
  active: number;
  onActive: (at: number) => void;
  /** A click on a row, or Enter where there is no `onEnter`. */
  onOpen?: ((at: number) => void) | undefined;
  /** Enter on the active row. */
  onEnter?: ((at: number) => void) | undefined;
  selected?: ((row: Row) => boolean) | undefined;
  /** Told which rows are near the view, so that they can be fetched. */
  onWindow?: ((first: number, end: number) => void) | undefined;
  /** Moves and extends the selection, as Shift with an arrow does. */
  onExtend?: ((at: number) => void) | undefined;
  rowClass?: ((row: Row) => string | undefined) | undefined;
  /** Takes the focus when it appears, unless somebody is typing or a dialog is open. */
  autoFocus?: boolean;
  className?: string | undefined;
}

/**
 * An ARIA grid of any length: rows of one height, only those in view in the DOM, one tab stop.
 *
 * The active row is always drawn, in view or not, so that what is focused never leaves the page.
 */
export function Grid<Row>(props: Props<Row>) {
  const { count, active, rowAt, onWindow } = props;
  const rowHeight = props.rowHeight * textScale();
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [viewHeight, setViewHeight] = useState(600);
  const [offset, setOffset] = useState(0);
  // Where we put the thumb ourselves; a scroll event at any other place is the person's.
  const ownThumb = useRef(0);
  const extent: w.Extent = { count, rowHeight, viewHeight };
  const latest = useRef(extent);
  latest.current = extent;
  const place = useRef(0);

  const move = useCallback((next: number) => {
    const element = box.current;
    if (!element) return;
    const to = w.clampOffset(latest.current, next);
    place.current = to;
    ownThumb.current = w.thumbAt(latest.current, to);
    element.scrollTop = ownThumb.current;
    setOffset(to);
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setViewHeight(element.clientHeight);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  // A wheel must move by real rows even where the thumb is scaled, so there it is ours.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (w.fullHeight(latest.current) <= w.TALLEST || event.ctrlKey) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? latest.current.viewHeight : 1;
      move(place.current + event.deltaY * unit);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [move, rowHeight]);

  useLayoutEffect(() => {
    const next = w.reveal(latest.current, place.current, active);
    if (next !== place.current) move(next);
  }, [active, move]);

  useLayoutEffect(() => {
    if (props.autoFocus && mayLoseFocus(document.activeElement)) box.current?.focus({ preventScroll: true });
  }, [props.autoFocus]);

  const { first, end } = w.rowsAt(extent, offset);
  const told = useRef(onWindow);
  told.current = onWindow;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer list is told again, a new callback is not
  useEffect(() => told.current?.(first, end), [first, end, count]);

  const drawn: number[] = [];
  for (let at = first; at < end; at++) drawn.push(at);
  if (active < count && active >= 0 && (active < first || active >= end)) drawn.push(active);

  const onScroll = () => {
    const element = box.current;
    if (!element || Math.abs(element.scrollTop - ownThumb.current) < 1) return;
    ownThumb.current = element.scrollTop;
    place.current = w.offsetAt(latest.current, element.scrollTop);
    setOffset(place.current);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const page = Math.max(1, Math.floor(viewHeight / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const to = steps[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (to !== undefined && count > 0) {
      event.preventDefault();
      const at = Math.max(0, Math.min(to, count - 1));
      if (event.shiftKey) props.onExtend?.(at);
      else props.onActive(at);
    } else if (event.key === "Enter" && active >= 0 && active < count) {
      const enter = props.onEnter ?? props.onOpen;
      if (!enter) return;
      event.preventDefault();
      enter(active);
    }
  };

  const rowId = (at: number) => `${id}-${at}`;
  const thumb = w.thumbAt(extent, offset);
  return (
    <div
      ref={box}
      className={classes(s.grid, props.className)}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count}
      aria-colcount={props.columns}
      aria-multiselectable={props.selected ? true : undefined}
      aria-activedescendant={active < count && rowAt(active) !== undefined ? rowId(active) : undefined}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={s.inner} style={{ height: w.boxHeight(extent) }}>
        {drawn.map((at) => {
          const row = rowAt(at);
          const top = thumb + (at * rowHeight - offset);
          if (row === undefined) {
            return (
              <div
                key={`gap-${at}`}
                role="row"
                aria-rowindex={at + 1}
                className={s.row}
                style={{ height: rowHeight, translate: `0 ${top}px` }}
              >
                <div role="gridcell" aria-busy="true" className={s.gap} />
              </div>
            );
          }
          const state = { active: at === active, selected: props.selected?.(row) ?? false };
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself listens to Enter and the arrows
            <div
              key={props.keyOf(row)}
              id={rowId(at)}
              role="row"
              aria-rowindex={at + 1}
              aria-selected={props.selected ? state.selected : state.active}
              className={classes(
                s.row,
                state.active && s.active,
                state.selected && s.selected,
                props.rowClass?.(row),
              )}
              style={{ height: rowHeight, translate: `0 ${top}px` }}
              onClick={() => {
                props.onActive(at);
                props.onOpen?.(at);
              }}
            >
              {props.cells(row, state)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Returns how much larger than usual a person has set the text. */
export function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

/** One cell of a row. */
export function Cell({ children, className }: { children?: ReactNode; className?: string | undefined }) {
  return (
    <div role="gridcell" className={classes(s.cell, className)}>
      {children}
    </div>
  );
}
