import { describe, expect, it } from 'vitest';
import { checkName, randomName } from './names.ts';

describe('container names', () => {
  it.each(['ab', 'a.b-c_d', '0x'])('takes %s', (name) => {
    expect(checkName(name)).toBe(name);
  });

  it('drops the leading slash', () => {
    expect(checkName('/web')).toBe('web');
  });

  it.each(['', 'a', '-ab', 'a b', 'a/b', '//ab', '../x', 'ä1', 'ab\n', 'a'.repeat(256)])('refuses %j in the words clients know', (name) => {
    expect(() => checkName(name)).toThrow(/^Invalid container name \([^]*\), only \[a-zA-Z0-9\]\[a-zA-Z0-9_.-\] are allowed$/);
  });

  it('makes valid names and avoids those in use', () => {
    const taken = new Set<string>();
    for (let index = 0; index < 500; index++) {
      const name = randomName((candidate) => taken.has(candidate));
      expect(checkName(name)).toMatch(/^[a-z]+_[a-z]+[0-9]*$/);
      taken.add(name);
    }
    expect(taken.size).toBe(500);
  });

  it('appends a number when plain pairs are taken', () => {
    expect(
      randomName(
        (name) => !/[0-9]/.test(name),
        () => 0,
      ),
    ).toMatch(/^[a-z]+_[a-z]+0$/);
  });
});
