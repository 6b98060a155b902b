/** Height of a line that is not wrapped, in pixels. */
export const LINE = 18;
/** Browsers draw no box that is much higher. */
const HIGHEST = 12_000_000;
/** Above the first drawn line, and above it and below the last together. */
export const HEAD = 2;
export const FOOT = 8;

/** What is at the top of a view: so many pixels of the line with this number are above it. `end`: the newest line is at the bottom. */
export type Place = { readonly row: number; readonly offset: number } | 'end';

export interface Extent {
  readonly first: number;
  readonly end: number;
  /** Of the view, in pixels. */
  readonly height: number;
}

/** Height of what is scrolled. Beyond some number of lines it is less than they need, and one pixel of the scroll bar is more than one of theirs. */
export const spaceOf = ({ first, end }: Pick<Extent, 'first' | 'end'>): number => Math.min((end - first) * LINE + FOOT, HIGHEST);

/** Every line has its full height in the space, so that each place of the scroll bar is a place of the log. */
export const isExact = (extent: Pick<Extent, 'first' | 'end'>): boolean => spaceOf(extent) < HIGHEST;

/** Where the scroll bar is for a place. */
export function scrollOf(place: Place, extent: Extent): number {
  const most = Math.max(0, spaceOf(extent) - extent.height);
  if (place === 'end') return most;
  const pixels = (place.row - extent.first) * LINE + place.offset;
  const all = Math.max(1, (extent.end - extent.first) * LINE + FOOT - extent.height);
  return isExact(extent) ? Math.min(most, pixels) : Math.min(1, pixels / all) * most;
}

/** The place for a position of the scroll bar. */
export function placeOf(scroll: number, extent: Extent): Place {
  const most = Math.max(0, spaceOf(extent) - extent.height);
  if (scroll >= most - 2) return 'end';
  const all = (extent.end - extent.first) * LINE + FOOT - extent.height;
  const pixels = isExact(extent) ? scroll : (scroll / Math.max(1, most)) * all;
  const row = Math.floor(pixels / LINE);
  return { row: extent.first + row, offset: pixels - row * LINE };
}

/** The place some pixels away, over lines of their own heights; `end` when the newest line is in view then. */
export function moved(from: { readonly row: number; readonly offset: number }, pixels: number, extent: Extent, heightOf: (row: number) => number): Place {
  let { row } = from;
  let offset = from.offset + pixels;
  while (offset < 0 && row > extent.first) offset += heightOf(--row);
  for (let height = heightOf(row); offset >= height && row < extent.end - 1; height = heightOf(row)) {
    offset -= height;
    row++;
  }
  if (offset < 0) offset = 0;
  let below = -offset;
  for (let at = row; at < extent.end && below <= extent.height; at++) below += heightOf(at);
  return pixels > 0 && below + FOOT <= extent.height ? 'end' : { row, offset };
}
