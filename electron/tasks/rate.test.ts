import { expect, it } from 'vitest';
import { Rate } from './rate.ts';

const at = (samples: readonly (readonly [number, number])[]): Rate => {
  const rate = new Rate();
  for (const [time, current] of samples) rate.add(time, current);
  return rate;
};

it('is unknown until something has moved for a moment', () => {
  expect(at([[0, 0]]).at(10)).toBe(0);
  expect(
    at([
      [0, 0],
      [100, 500],
    ]).at(100),
  ).toBe(0);
});

it('looks at the last seconds only', () => {
  const samples = Array.from({ length: 40 }, (_, second) => [second * 500, second < 20 ? second * 10 : 190 + (second - 19) * 1000] as const);
  expect(at(samples).at(19_500)).toBe(2000);
});

it('falls while nothing comes, and is unknown after a while', () => {
  const rate = at([
    [0, 0],
    [1000, 1000],
    [2000, 2000],
  ]);
  expect(rate.at(2000)).toBe(1000);
  expect(rate.at(5000)).toBe(500);
  expect(rate.at(8000)).toBe(0);
});

it('begins anew when something else is counted', () => {
  const rate = at([
    [0, 0],
    [1000, 9000],
    [2000, 10],
    [3000, 30],
  ]);
  expect(rate.at(3000)).toBe(20);
});

it('keeps few samples of many reports', () => {
  const rate = new Rate();
  for (let time = 0; time < 100_000; time++) rate.add(time, time);
  expect(rate.at(100_000)).toBeGreaterThan(990);
  expect(rate.at(100_000)).toBeLessThan(1010);
});
