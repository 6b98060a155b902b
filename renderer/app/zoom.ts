const STEPS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** The next step larger (1) or smaller (-1), as browsers have them; the last one stays. */
export function zoomed(zoom: number, way: 1 | -1): number {
  if (way === 1) return STEPS.find((step) => step > zoom + 0.001) ?? STEPS[STEPS.length - 1] ?? 1;
  return STEPS.findLast((step) => step < zoom - 0.001) ?? STEPS[0];
}
