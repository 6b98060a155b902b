import type { IParser } from '@xterm/xterm';

/** Longest text that a program may offer to the clipboard, in bytes. */
const MAX_CLIPBOARD = 256 * 1024;

/** What to do with a control string: draw it as ever, take no notice, or ask whether its text may go to the clipboard. */
export type Verdict = { readonly kind: 'pass' } | { readonly kind: 'drop' } | { readonly kind: 'clipboard'; readonly text: string };

const PASS: Verdict = { kind: 'pass' };
const DROP: Verdict = { kind: 'drop' };

/**
 * Operating system commands that reach beyond the screen: 50 fonts, 52 clipboard, 9, 99 and 777 notifications, 1337 files and 5522
 * pasted data. 4 and 10 to 19 set colours, which the theme decides here: text could be hidden by them.
 */
const GUARDED = [4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 50, 52, 99, 777, 1337, 5522] as const;

/** Judges an operating system command (`ESC ] code ; data`). */
export function judgeCommand(code: number, data: string): Verdict {
  if (code === 52) return judgeClipboard(data);
  if (code === 4 || code === 5) return isQuery(data.split(';').filter((_part, index) => index % 2 === 1)) ? PASS : DROP;
  if (code >= 10 && code <= 19) return isQuery(data.split(';')) ? PASS : DROP;
  return DROP;
}

/** Asking for a colour tells a program whether the theme is dark, and nothing else. */
const isQuery = (values: readonly string[]): boolean => values.length > 0 && values.every((value) => value === '?');

/** Writing is asked for; reading is never answered, as the answer would be what was copied elsewhere. */
function judgeClipboard(data: string): Verdict {
  const base64 = /^[cpqs0-7]*;([A-Za-z0-9+/]+={0,2})$/.exec(data)?.[1];
  if (base64 === undefined || base64.length > (MAX_CLIPBOARD * 4) / 3) return DROP;
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return { kind: 'clipboard', text: new TextDecoder().decode(bytes) };
  } catch {
    return DROP;
  }
}

/**
 * Keeps what is printed from doing more than being drawn. Reports of titles and windows (`CSI t`) would be typed into the shell, printing
 * (`CSI i`) reaches a device, `DCS + q` answers with what the terminal is. `ask` gets text that a program wants on the clipboard.
 */
export function guardSequences(parser: Pick<IParser, 'registerOscHandler' | 'registerCsiHandler' | 'registerDcsHandler'>, ask: (text: string) => void): void {
  for (const code of GUARDED) {
    parser.registerOscHandler(code, (data) => {
      const verdict = judgeCommand(code, data);
      if (verdict.kind === 'clipboard') ask(verdict.text);
      return verdict.kind !== 'pass';
    });
  }
  for (const final of ['t', 'i']) {
    parser.registerCsiHandler({ final }, () => true);
    parser.registerCsiHandler({ prefix: '?', final }, () => true);
    parser.registerCsiHandler({ prefix: '>', final }, () => true);
  }
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true);
}
