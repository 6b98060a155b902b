import { EngineError } from '../../base/errors.ts';
import type { Position } from './ast.ts';

/** BuildKit's words for what is wrong with a Dockerfile's text; `details` has `line` and `column`. */
export function syntaxError(message: string, { line, column }: Position): EngineError {
  return new EngineError('InvalidArgument', `dockerfile parse error on line ${line}: ${message}`, { details: { line, column } });
}

const MAX_CANDIDATES = 200;

/** ` (did you mean RUN?)` when one of `words` is near, else nothing; the first 200 are looked at. */
export function suggestion(word: string, words: Iterable<string>): string {
  const wanted = word.toLowerCase();
  let best: { readonly word: string; readonly distance: number } | undefined;
  let count = 0;
  for (const candidate of words) {
    if (++count > MAX_CANDIDATES) break;
    // Who differs more in length cannot be near.
    if (Math.abs(candidate.length - word.length) > 3) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    const isNear = distance <= Math.min(3, Math.floor(Math.max(candidate.length, 2) / 2));
    if (isNear && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { word: candidate, distance };
  }
  return best === undefined ? '' : ` (did you mean ${best.word}?)`;
}

/** How many characters must be put in, taken out or changed; too long words are as far as can be. */
function editDistance(from: string, to: string): number {
  if (from.length > 40 || to.length > 40) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, a] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...to].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
