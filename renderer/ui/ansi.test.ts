import { describe, expect, it } from 'vitest';
import { markHits, parseAnsi, plainText } from './ansi.ts';

const E = '\u001b';

describe('parseAnsi', () => {
  it('colours by the palette of the theme', () => {
    expect(parseAnsi(`${E}[31mERR${E}[0m ok ${E}[1;92mgo`)).toEqual([{ text: 'ERR', color: 1 }, { text: ' ok ' }, { text: 'go', color: 10, bold: true }]);
  });
  it('knows 256 and true colours', () => {
    expect(parseAnsi(`${E}[38;5;196ma${E}[38;5;244mb${E}[48;2;1;2;3mc`).map(({ color, background }) => [color, background])).toEqual([
      ['rgb(255, 0, 0)', undefined],
      ['rgb(128, 128, 128)', undefined],
      ['rgb(128, 128, 128)', 'rgb(1, 2, 3)'],
    ]);
  });
  it('swaps the colours when reversed', () => expect(parseAnsi(`${E}[7;31mx`)).toEqual([{ text: 'x', color: 0, background: 1 }]));
  it('is empty for an empty line', () => expect(parseAnsi('')).toEqual([]));
});

describe('what a container may not do to the page', () => {
  it.each([
    ['a window title', `${E}]0;gotcha\u0007text`, 'text'],
    ['a clipboard write', `${E}]52;c;aGk=${E}\\text`, 'text'],
    ['a link', `${E}]8;;http://x${E}\\text${E}]8;;${E}\\`, 'text'],
    ['moving the cursor', `${E}[2J${E}[1;1Htext`, 'text'],
    ['a device string', `${E}P1$rtext${E}\\text`, 'text'],
    ['an unfinished string', `text${E}]0;never ends`, 'text'],
    ['an unfinished sequence', `text${E}[12;`, 'text'],
    ['control characters', 'te\u0000x\u0008t\u007f', 'text'],
    ['choosing a character set', `${E}(Btext`, 'text'],
  ])('%s', (_, line, text) => expect(plainText(line)).toBe(text));

  it('keeps tabs', () => expect(plainText('a\tb')).toBe('a\tb'));
  it('overwrites at a carriage return', () => expect(plainText('10%\r50%\r100%\r')).toBe('100%'));
  it('keeps markup as text', () => expect(parseAnsi('<b>&amp;')).toEqual([{ text: '<b>&amp;' }]));
});

describe('markHits', () => {
  it('finds without regard to case and over spans', () => {
    const pieces = markHits([{ text: 'abC', color: 1 }, { text: 'Dabcd' }], 'bcd');
    expect(pieces.map(({ text, hit, color }) => [text, hit, color])).toEqual([
      ['a', false, 1],
      ['bC', true, 1],
      ['D', true, undefined],
      ['a', false, undefined],
      ['bcd', true, undefined],
    ]);
  });
  it('loses no text', () => {
    const text = 'aaaa baab';
    for (const query of ['', 'a', 'aa', 'x', text])
      expect(
        markHits([{ text }], query)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
  });
});

describe('links', () => {
  const links = (text: string) => markHits([{ text }], '').flatMap(({ link }) => link ?? []);
  it('are addresses of the web, without what ends a sentence', () => {
    expect(links('see https://a.example/x?y=1, or (http://b.example/z).')).toEqual(['https://a.example/x?y=1', 'http://b.example/z']);
  });
  it('are nothing else, and nothing that hides where it leads', () => {
    for (const text of ['javascript:alert(1)', 'file:///etc/passwd', 'https://bank.example@evil.example/', 'xhttps://a.example', 'https://'])
      expect(links(text)).toEqual([]);
  });
  it('keep the hits in them', () => {
    expect(markHits([{ text: 'to https://a.example/abc' }], /a\.ex/g).map(({ text, hit, link }) => [text, hit, link !== undefined])).toEqual([
      ['to ', false, false],
      ['https://', false, true],
      ['a.ex', true, true],
      ['ample/abc', false, true],
    ]);
  });
});
