import { describe, expect, it } from 'vitest';
import { parseSignal } from './signals.ts';

describe('parseSignal', () => {
  it.each([
    ['KILL', 9],
    ['SIGTERM', 15],
    ['sigusr1', 10],
    ['9', 9],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ])('%s is %i', (text, number) => {
    expect(parseSignal(text)).toBe(number);
  });

  it.each(['', 'NOPE', '0', '65', '-9', 'RTMIN-1', 'constructor', '9x'])('refuses %j', (text) => {
    expect(() => parseSignal(text)).toThrow(`invalid signal: ${text}`);
  });
});
