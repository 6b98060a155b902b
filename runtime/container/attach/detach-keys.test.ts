import { describe, expect, it } from 'vitest';
import { DetachScanner, parseDetachKeys } from './detach-keys.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (data: Uint8Array) => String.fromCharCode(...data);

describe('parseDetachKeys', () => {
  it('has the default and reads names', () => {
    expect(parseDetachKeys(undefined)).toEqual([16, 17]);
    expect(parseDetachKeys('')).toEqual([16, 17]);
    expect(parseDetachKeys('a,ctrl-@,ctrl-_')).toEqual([97, 0, 31]);
  });

  it.each(['ctrl-', 'ctrl-A', 'ab', 'ctrl-p,', 'ä'])('refuses %s', (keys) => {
    expect(() => parseDetachKeys(keys)).toThrow(`Invalid detach keys (${keys}) provided`);
  });
});

describe('DetachScanner', () => {
  it('finds the sequence within and across pieces', () => {
    expect(new DetachScanner([1, 2]).scan(bytes('ab\x01\x02c'))).toEqual({ pass: bytes('ab'), isDetached: true });
    const scanner = new DetachScanner([1, 2]);
    expect(scanner.scan(bytes('a\x01'))).toEqual({ pass: bytes('a'), isDetached: false });
    expect(scanner.scan(bytes('\x02'))).toEqual({ pass: bytes(''), isDetached: true });
  });

  it('passes on what turned out to be no sequence', () => {
    const scanner = new DetachScanner([1, 2]);
    const passed = ['\x01', 'x', '\x01\x01', 'y'].map((piece) => text(scanner.scan(bytes(piece)).pass)).join('');
    expect(passed).toBe('\x01x\x01\x01y');
  });
});
