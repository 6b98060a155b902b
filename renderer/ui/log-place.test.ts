import { describe, expect, it } from 'vitest';
import { isExact, LINE, moved, placeOf, scrollOf, spaceOf } from './log-place.ts';

const height = 600;
const small = { first: 100, end: 1100, height };
const million = { first: 0, end: 1_000_000, height };

describe('the scroll bar', () => {
  it('has a place of its own for each pixel of a short log', () => {
    expect(isExact(small)).toBe(true);
    for (const place of [
      { row: 100, offset: 0 },
      { row: 163, offset: 7 },
      { row: 900, offset: 17 },
    ])
      expect(placeOf(scrollOf(place, small), small)).toEqual(place);
    expect(placeOf(scrollOf('end', small), small)).toBe('end');
  });
  it('reaches both ends and the middle of a log that is higher than browsers draw', () => {
    expect(spaceOf(million)).toBeLessThan(1_000_000 * LINE);
    expect(placeOf(0, million)).toEqual({ row: 0, offset: 0 });
    expect(placeOf(spaceOf(million) - height, million)).toBe('end');
    const middle = placeOf((spaceOf(million) - height) / 2, million);
    expect(middle === 'end' ? 0 : middle.row).toBeCloseTo(500_000, -2);
  });
});

describe('moving', () => {
  /** Every tenth line is wrapped into five. */
  const heightOf = (row: number): number => (row % 10 === 0 ? 5 * LINE : LINE);
  it('goes over lines of their own heights, and back to where it began', () => {
    const from = { row: 205, offset: 3 };
    const down = moved(from, 300, small, heightOf);
    // 303 pixels are five lines, one of five, six more, and 15 pixels.
    expect(down).toEqual({ row: 217, offset: 303 - 5 * LINE - 5 * LINE - 6 * LINE });
    expect(moved(down === 'end' ? from : down, -300, small, heightOf)).toEqual(from);
  });
  it('stops at the first line and follows from the last', () => {
    expect(moved({ row: 101, offset: 5 }, -1000, small, heightOf)).toEqual({ row: 100, offset: 0 });
    expect(moved({ row: 1090, offset: 0 }, 100, small, heightOf)).toBe('end');
    expect(moved({ row: 1090, offset: 0 }, -100, small, heightOf)).not.toBe('end');
  });
});
