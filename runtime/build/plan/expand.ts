import type { Dockerfile } from '../../formats/dockerfile/ast.ts';
import { expandHeredoc, expandWord } from '../../formats/dockerfile/expand.ts';

type Lookup = (name: string) => string | undefined;

/** One word of an instruction with its variables, quotes and escapes resolved. Throws InvalidArgument. */
export function expand({ escape }: Pick<Dockerfile, 'escape'>, word: string, lookup: Lookup): string {
  return expandWord(word, { escape, lookup });
}

/** The content of a here-document with its variables. Throws InvalidArgument. */
export function expandText(content: string, lookup: Lookup): string {
  return expandHeredoc(content, { lookup });
}
