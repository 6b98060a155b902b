import { describe, expect, it } from 'vitest';
import { cutMiddle } from './middle-cut.ts';

/** Every code unit is ten pixels wide, and so is the sign. */
const cut = (text: string, characters: number): string => {
  const { head, tail } = cutMiddle(text, characters * 10, 10, (from, to) => (to - from) * 10);
  return `${head}…${tail}`;
};

describe('cutMiddle', () => {
  it('keeps the last part of a path or reference whole where it can', () => {
    expect(cut('registry.example.com/team/platform/api:2026.11', 22)).toBe('registry…/api:2026.11');
    expect(cut('registry.example.com/team/platform/api:2026.11', 30)).toBe('registry.example…/api:2026.11');
    expect(cut('registry.example.com/a', 12)).toBe('registry…/a');
    expect(cut('registry.example:5000/shop/worker:2026.11', 18)).toBe('…/worker:2026.11');
  });
  it('keeps both ends of a name', () => {
    expect(cut('0123456789abcdef0123456789abcdef', 11)).toBe('01234…bcdef');
    expect(cut('a-very-long-name-of-a-container-17', 15)).toBe('a-very…iner-17');
    expect(cut('registry.example.com/an-image-with-a-long-name:1', 13)).toBe('regist…name:1');
  });
  it('leaves no separator or space hanging', () => {
    for (const text of [
      'registry.example.com/team/api:2026.11',
      'one two three four five six',
      'a.b-c_d:e@f/g.h-i_j:k@l',
      'name:tag@sha256:0123456789abcdef',
    ]) {
      for (let characters = 4; characters < text.length; characters++) {
        expect(cut(text, characters), `${text} ${characters}`).toMatch(/^([^…]*[^\s./:_@…-])?…\S/);
      }
    }
  });
  it('never needs more room than there is, while there is any', () => {
    const text = 'registry.example.com/team/platform/api:2026.11';
    for (let characters = 1; characters < text.length; characters++) expect(cut(text, characters).length).toBeLessThanOrEqual(characters);
  });
  it('cuts no character in two', () => {
    const text = '👩‍🚀🇩🇪é'.repeat(12);
    for (let characters = 2; characters < text.length; characters++) {
      const [head = '', tail = ''] = cut(text, characters).split('…');
      expect(`${head}${tail}`).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
      expect(tail).not.toMatch(/^[\u200d\u0301]/);
      expect(head).not.toMatch(/\u200d$/);
    }
  });
  it('is the sign alone where there is no room', () => expect(cut('registry.example.com/api', 1)).toBe('…'));
});
