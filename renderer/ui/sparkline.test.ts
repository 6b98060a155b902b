import { describe, expect, it } from 'vitest';
import { sparkPath } from './sparkline.tsx';

describe('sparkPath', () => {
  it('ends at the right edge and lifts the pen at a hole', () => {
    expect(sparkPath([0, null, 10], 4, 10)).toBe('M20.0 16.5M60.0 1.5');
    expect(sparkPath([5, 10], 2, 10)).toBe('M0.0 9.0L60.0 1.5');
  });
  it('scales to what is above the top', () => expect(sparkPath([20, 10], 2, 10)).toBe('M0.0 1.5L60.0 9.0'));
  it('is empty without values', () => expect(sparkPath([null, null], 60, 10)).toBe(''));
});
