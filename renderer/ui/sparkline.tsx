import type { ReactElement } from 'react';

const WIDTH = 60;
const HEIGHT = 18;

/** The path of `values` over a minute; null where nothing was measured. Scaled to `top` or to the highest value above it. */
export function sparkPath(values: readonly (number | null)[], slots: number, top: number): string {
  const ceiling = Math.max(top, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, slots - 1);
  const from = slots - values.length;
  let pen = false;
  let path = '';
  values.forEach((value, index) => {
    if (value === null) {
      pen = false;
      return;
    }
    const y = HEIGHT - 1.5 - (Math.max(0, value) / ceiling) * (HEIGHT - 3);
    path += `${pen ? 'L' : 'M'}${((from + index) * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  });
  return path;
}

/** A minute at a glance; the number beside it is its text. */
export const Sparkline = ({
  values,
  slots,
  top,
}: {
  readonly values: readonly (number | null)[];
  readonly slots: number;
  readonly top: number;
}): ReactElement => (
  <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
    <path d={sparkPath(values, slots, top)} fill="none" stroke="var(--series-1)" strokeWidth="1.25" strokeLinejoin="round" strokeLinecap="round" />
  </svg>
);
