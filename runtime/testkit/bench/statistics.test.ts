import { describe, expect, it } from 'vitest';
import { formatResults, quantile } from './statistics.ts';

describe('quantile', () => {
  it('is the nearest rank of unsorted samples', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([5, 1, 4, 2, 3], 0.95), quantile([7], 0.5)]).toEqual([2, 5, 7]);
  });
});

describe('formatResults', () => {
  it('gives the ratio of medians to the peer, which is last', () => {
    const text = formatResults('start', 'ms', [
      { name: 'slipway', samples: [5, 5, 5] },
      { name: 'peer', samples: [50, 50, 50] },
    ]);
    expect(text).toBe('start\n  slipway    median 5.00 ms  p95 5.00 ms  n=3  0.100 of peer\n  peer       median 50.00 ms  p95 50.00 ms  n=3');
  });
});
