import { describe, expect, it } from 'vitest';
import { axisTop, chartData } from './chart-data.ts';

const point = (time: number, value: number) => ({ time, value });

describe('chartData', () => {
  it('leaves a hole where measuring paused', () => {
    const data = chartData([point(1000, 1), point(2000, 2), point(9000, 3)], [(at) => at.value, (at) => at.value * 10], 0);
    expect(data).toEqual({
      times: [1, 2, 3, 9],
      values: [
        [1, 2, null, 3],
        [10, 20, null, 30],
      ],
    });
  });
  it('leaves out what is older', () => expect(chartData([point(1000, 1), point(2000, 2)], [(at) => at.value], 1500).times).toEqual([2]));
  it('is empty without points', () => expect(chartData([], [() => 0], 0)).toEqual({ times: [], values: [[]] }));
});

describe('axisTop', () => {
  it('is at least the value and a round number', () => {
    expect([3, 4.1, 11, 95, 130].map((value) => axisTop(value, false))).toEqual([4, 8, 20, 100, 200]);
    expect(axisTop(0.3, false)).toBeCloseTo(0.4, 9);
  });
  it('counts memory in powers of two', () => {
    expect([300, 3 * 2 ** 20, 600 * 2 ** 20].map((value) => axisTop(value, true))).toEqual([512, 4 * 2 ** 20, 1024 * 2 ** 20]);
  });
});
