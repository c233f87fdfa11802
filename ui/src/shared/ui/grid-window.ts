/**
 * Which rows of a very long list are on screen.
 *
 * Rows have one height. A browser stops drawing boxes near 33.5 M px, so the scrolled box is capped
 * and its thumb is scaled: wheel and keys move by real rows, only a dragged thumb jumps in proportion.
 */
export interface Extent {
  count: number;
  rowHeight: number;
  viewHeight: number;
}

/** The tallest box that is laid out, in pixels. */
export const TALLEST = 8_000_000;

/** Returns the height all rows would have. */
export function fullHeight({ count, rowHeight }: Extent): number {
  return count * rowHeight;
}

/** Returns the height the scrolled box gets. */
export function boxHeight(extent: Extent): number {
  return Math.min(fullHeight(extent), TALLEST);
}

/** Returns the largest offset into the rows, in pixels. */
export function lastOffset(extent: Extent): number {
  return Math.max(0, fullHeight(extent) - extent.viewHeight);
}

export function clampOffset(extent: Extent, offset: number): number {
  return Math.max(0, Math.min(offset, lastOffset(extent)));
}

/** Turns an offset into the rows into a position of the scroll bar. */
export function thumbAt(extent: Extent, offset: number): number {
  const track = Math.max(0, boxHeight(extent) - extent.viewHeight);
  const last = lastOffset(extent);
  return last === 0 ? 0 : track === last ? offset : (offset / last) * track;
}

/** Turns a position of the scroll bar into an offset into the rows. */
export function offsetAt(extent: Extent, thumb: number): number {
  const track = Math.max(0, boxHeight(extent) - extent.viewHeight);
  const last = lastOffset(extent);
  return track === 0 ? 0 : clampOffset(extent, track === last ? thumb : (thumb / track) * last);
}

/** Returns the rows to draw: those in view and a few beyond, as a half-open range. */
export function rowsAt(extent: Extent, offset: number, beyond = 6): { first: number; end: number } {
  const first = Math.max(0, Math.floor(offset / extent.rowHeight) - beyond);
  const end = Math.min(extent.count, Math.ceil((offset + extent.viewHeight) / extent.rowHeight) + beyond);
  return { first, end: Math.max(first, end) };
}

/** Returns the offset nearest to the present one that shows a row whole. */
export function reveal(extent: Extent, offset: number, row: number): number {
  const top = row * extent.rowHeight;
  const bottom = top + extent.rowHeight;
  if (top < offset) return clampOffset(extent, top);
  if (bottom > offset + extent.viewHeight) return clampOffset(extent, bottom - extent.viewHeight);
  return clampOffset(extent, offset);
}
