import type { TerminalTarget } from '../../../electron/ipc/contract/terminals.ts';
import { t } from '../../strings/t.ts';

const words = t.terminal;

/** What runs in a session, in a word or two: `bash`, `bash · nobody`. */
export function targetTitle(target: TerminalTarget): string {
  switch (target.kind) {
    case 'host':
      return words.hostTitle;
    case 'main':
      return words.mainTitle;
    case 'debug':
      return words.debugTitle;
    case 'exec': {
      const program = target.command[0]?.split('/').at(-1) ?? '';
      return target.user === '' ? program : `${program} · ${target.user}`;
    }
  }
}

/** The names, each one that comes again with its number. */
export function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : words.numbered(name, count);
  });
}
