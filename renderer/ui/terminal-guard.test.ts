import { describe, expect, it } from 'vitest';
import { guardSequences, judgeCommand } from './terminal-guard.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('an operating system command', () => {
  it.each([
    ['clipboard text is asked for', 52, `c;${base64('grüße')}`, { kind: 'clipboard', text: 'grüße' }],
    ['the default clipboard too', 52, `;${base64('x')}`, { kind: 'clipboard', text: 'x' }],
    ['the clipboard is never read', 52, 'c;?', { kind: 'drop' }],
    ['nothing is nothing', 52, 'c;', { kind: 'drop' }],
    ['what is not base64 is dropped', 52, 'c;a*b', { kind: 'drop' }],
    ['more than a clipboard needs is dropped', 52, `c;${'A'.repeat(400_000)}`, { kind: 'drop' }],
    ['a colour may be asked for', 11, '?', { kind: 'pass' }],
    ['but not set', 11, '#000000', { kind: 'drop' }],
    ['nor set beside a question', 10, '?;#ffffff', { kind: 'drop' }],
    ['an entry of the palette may be asked for', 4, '1;?;2;?', { kind: 'pass' }],
    ['but not set', 4, '1;?;2;rgb:00/00/00', { kind: 'drop' }],
    ['nor with an odd list', 4, '1', { kind: 'drop' }],
    ['files are not taken', 1337, `File=name=${base64('.bashrc')};inline=0:${base64('x')}`, { kind: 'drop' }],
    ['notifications are not shown', 777, 'notify;a;b', { kind: 'drop' }],
    ['nor these', 9, 'hello', { kind: 'drop' }],
    ['fonts stay', 50, 'Comic', { kind: 'drop' }],
  ] as const)('%s', (_title, code, data, verdict) => {
    expect(judgeCommand(code, data)).toEqual(verdict);
  });
});

it('is told of every sequence that reaches beyond the screen', () => {
  const osc = new Map<number, (data: string) => boolean | Promise<boolean>>();
  const csi = new Map<string, () => boolean>();
  const dcs: string[] = [];
  const asked: string[] = [];
  const undo = { dispose: () => undefined };
  const parser: Parameters<typeof guardSequences>[0] = {
    registerOscHandler: (code, handler) => {
      osc.set(code, handler);
      return undo;
    },
    registerCsiHandler: ({ prefix = '', final }, handler) => {
      csi.set(prefix + final, handler as () => boolean);
      return undo;
    },
    registerDcsHandler: ({ intermediates = '', final }) => {
      dcs.push(intermediates + final);
      return undo;
    },
  };
  guardSequences(parser, (text) => asked.push(text));
  expect(osc.get(52)?.(`c;${base64('copied')}`)).toBe(true);
  expect(osc.get(1337)?.('File=:')).toBe(true);
  expect(osc.get(11)?.('?')).toBe(false);
  expect(asked).toEqual(['copied']);
  expect([csi.get('t')?.(), csi.get('?i')?.(), csi.get('>t')?.()]).toEqual([true, true, true]);
  expect(dcs).toEqual(['+q']);
  // Setting a title, links and the place in a project only concern the screen.
  for (const harmless of [0, 2, 7, 8, 133]) expect(osc.has(harmless)).toBe(false);
});
