import { useRef } from 'react';
import type { FileRow } from './entries.ts';

/** Milliseconds after which a letter begins another name. */
const PAUSE = 1000;
/** What names begin with; a space selects a row. */
const LETTER = /^[\p{L}\p{N}._@#+-]$/u;

/**
 * The row that is meant by what was typed: the next one whose name begins so. The same letter again goes through all that begin with it.
 * Undefined: there is none.
 */
export function rowAhead(rows: readonly FileRow[], active: string | null, typed: string): FileRow | undefined {
  const isRepeated = typed.length > 1 && [...typed].every((letter) => letter === typed[0]);
  const wanted = (isRepeated ? typed.slice(0, 1) : typed).toLowerCase();
  const from = rows.findIndex(({ id }) => id === active);
  // A name that is being typed may go on being the one that it is.
  const start = Math.max(0, typed.length === 1 || isRepeated ? from + 1 : from);
  const begins = ({ Name }: FileRow) => Name.toLowerCase().startsWith(wanted);
  return rows.slice(start).find(begins) ?? rows.find(begins);
}

/** Gives what was typed with each letter of it; null for a key that is none. */
export function useTypedAhead(): (key: string) => string | null {
  const held = useRef({ text: '', at: 0 });
  return (key) => {
    if (!LETTER.test(key)) return null;
    const now = performance.now();
    const text = (now - held.current.at < PAUSE ? held.current.text : '') + key;
    held.current = { text, at: now };
    return text;
  };
}
