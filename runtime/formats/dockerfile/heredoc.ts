import type { Heredoc } from './ast.ts';
import { unquoted } from './expand.ts';
import { type LineReader, withoutEnd } from './lines.ts';
import { splitQuoted } from './split.ts';

type Announced = Omit<Heredoc, 'content' | 'written'>;

const WORD = /^[0-9]*<<(-?)([^<]+)$/;

/** The here-document that a word announces (`<<EOF`, `<<-"EOF"`, `3<<EOF`), or undefined for any other word. */
export function heredocOf(word: string): Announced | undefined {
  const match = WORD.exec(word);
  const written = match?.[2] ?? '';
  if (splitQuoted(written, '\\').length !== 1) return undefined;
  const name = withoutQuotes(written);
  if (name === undefined || name === '') return undefined;
  // Quotes anywhere in the word keep variables out of the content.
  return { name, expand: name === written, chomp: match?.[1] === '-' };
}

/** The here-documents that a line announces, in order. */
export function announcedHeredocs(line: string): Announced[] {
  if (!line.includes('<<')) return [];
  return splitQuoted(line, '\\')
    .map((word) => heredocOf(word.text))
    .filter((heredoc) => heredoc !== undefined);
}

/** Reads one here-document's lines up to its name; undefined when the name does not come. */
export function readHeredoc(announced: Announced, reader: LineReader): Heredoc | undefined {
  const lines: string[] = [];
  for (let raw = reader.nextRaw(); raw !== undefined; raw = reader.nextRaw()) {
    const line = announced.chomp ? raw.replace(/^\t+/, '') : raw;
    if (withoutEnd(line) === announced.name) return { ...announced, ...contentOf(lines, announced) };
    lines.push(raw);
  }
  return undefined;
}

function contentOf(lines: readonly string[], { chomp }: Announced): Pick<Heredoc, 'content' | 'written'> {
  const written = lines.join('');
  return chomp ? { content: lines.map((line) => line.replace(/^\t+/, '')).join(''), written } : { content: written };
}

function withoutQuotes(word: string): string | undefined {
  try {
    return unquoted(word);
  } catch {
    // A quote that never ends is the shell's to complain about.
    return undefined;
  }
}
