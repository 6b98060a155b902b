import { describe, expect, it } from 'vitest';
import { type Entry, found, score } from './palette-entries.ts';

const entry = (title: string, note = ''): Entry => ({ id: title, kind: 'Container', icon: undefined, title, note, run: () => undefined });

describe('score', () => {
  it('prefers the start of the title, then of a word', () => {
    expect([score('web', '', 'we'), score('shop-web', '', 'we'), score('sewer', '', 'we'), score('api', 'web:1', 'we'), score('api', '', 'we')]).toEqual([
      3,
      2,
      1,
      0,
      null,
    ]);
  });
  it('wants every word', () => expect([score('shop-web', 'nginx', 'web nginx'), score('shop-web', 'nginx', 'web redis')]).toEqual([2, null]));
});

describe('found', () => {
  it('puts the best first and keeps the order of equals', () => {
    expect(found([entry('a-web'), entry('b-web'), entry('web')], 'web').map(({ title }) => title)).toEqual(['web', 'a-web', 'b-web']);
  });
  it('gives everything for nothing, up to a limit', () =>
    expect(
      found(
        Array.from({ length: 90 }, (_, index) => entry(`c${index}`)),
        '',
      ),
    ).toHaveLength(50));
});
