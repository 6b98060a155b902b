import { expect, it } from 'vitest';
import { shownTheme } from './theme.ts';
import { zoomed } from './zoom.ts';

it('follows the system, and more contrast where it asks for it', () => {
  const system = (dark: boolean, contrast: boolean) => shownTheme('system', { dark, contrast });
  expect([system(false, false), system(true, false), system(false, true), system(true, true)]).toEqual(['light', 'dark', 'contrast-light', 'contrast-dark']);
  expect(shownTheme('light', { dark: true, contrast: false })).toBe('light');
  expect(shownTheme('light', { dark: true, contrast: true })).toBe('contrast-light');
  expect(shownTheme('contrast-dark', { dark: false, contrast: false })).toBe('contrast-dark');
  expect(shownTheme('light', { dark: true, contrast: false, forced: true })).toBe('contrast-dark');
  expect(shownTheme('dark', { dark: false, contrast: true, forced: true })).toBe('contrast-light');
});

it('zooms by steps, there and back, and stays at the ends', () => {
  const steps: number[] = [];
  for (let zoom = 0.5; steps.at(-1) !== zoom; zoom = zoomed(zoom, 1)) steps.push(zoom);
  expect(steps).toContain(1);
  expect(steps).toContain(2);
  expect(steps.toReversed().slice(1)).toEqual(
    steps
      .toReversed()
      .slice(0, -1)
      .map((zoom) => zoomed(zoom, -1)),
  );
  expect([zoomed(3, 1), zoomed(0.5, -1), zoomed(1.03, 1), zoomed(1.03, -1)]).toEqual([3, 0.5, 1.1, 1]);
});
