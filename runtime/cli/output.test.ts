import { describe, expect, it } from 'vitest';
import { formatTable, printable, shortId, truncated } from './output.ts';

describe('output', () => {
  it('pads columns to the widest cell', () => {
    expect(formatTable(['A', 'LONG'], [['wide', 'x']])).toBe('A      LONG\nwide   x\n');
  });

  it('shows control characters instead of obeying them', () => {
    expect(printable('a\u001b[31mb\n\u009b')).toBe('a\\u001b[31mb\\n\u009b'.replace('\u009b', JSON.stringify('\u009b').slice(1, -1)));
    expect(printable('\u001b]0;title\u0007')).not.toMatch(/[\u0000-\u001f]/);
  });

  it('shortens', () => {
    expect(shortId(`sha256:${'a'.repeat(64)}`)).toBe('a'.repeat(12));
    expect([truncated('abc', 3), truncated('abcd', 3)]).toEqual(['abc', 'ab…']);
  });
});
