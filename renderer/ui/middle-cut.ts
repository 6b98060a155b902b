/** A part of a text by its places; both between whole characters. */
type WidthOf = (from: number, to: number) => number;

/** What is shown of a text, before and after the sign that stands for what is left out. */
export interface Cut {
  readonly head: string;
  readonly tail: string;
}

/** Fewer letters before the last part of a path say nothing. */
const SHORTEST_HEAD = 3;
const SEPARATORS_BEFORE = /[\s./:_@-]+$/u;
const JOINED = /^[\p{M}\u200d\ufe0f]/u;

/** Places in a text at which it may be cut: before characters that do not belong to the one before. */
function places(text: string): readonly number[] {
  const found: number[] = [];
  let at = 0;
  let joins = false;
  for (const character of text) {
    if (!joins && !JOINED.test(character)) found.push(at);
    joins = character === '\u200d';
    at += character.length;
  }
  return [...found, text.length];
}

/** The index of the first entry from `low` on for which `fits` holds; it holds for all after it. */
function firstThat(length: number, fits: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * `registry.exa…/payments-api:2026.11`: what of a name is shown where there is no room for all of it. Names and references differ at both
 * ends: of a path the last part stays whole where it can, without a beginning if need be, of others both ends stay, and no separator is left hanging before the sign.
 * @param room - Pixels there are.
 * @param ellipsis - Pixels of the sign that stands for what is left out.
 * @param widthOf - Pixels of a part of the text.
 */
export function cutMiddle(text: string, room: number, ellipsis: number, widthOf: WidthOf): Cut {
  const cuts = places(text);
  const end = text.length;
  const budget = room - ellipsis;
  const lastPart = text.lastIndexOf('/', end - 2);
  const isPath = lastPart > 0 && widthOf(lastPart, end) <= budget;
  const tail = isPath ? lastPart : (cuts[firstThat(cuts.length - 1, (index) => widthOf(cuts[index] ?? end, end) <= budget / 2)] ?? end);
  const left = budget - widthOf(tail, end);
  const over = firstThat(cuts.length - 1, (index) => widthOf(0, cuts[index] ?? end) > left);
  const head = text.slice(0, Math.min(tail, cuts[Math.max(0, over - 1)] ?? 0)).replace(SEPARATORS_BEFORE, '');
  return { head: isPath && head.length < SHORTEST_HEAD ? '' : head, tail: text.slice(tail).trimStart() };
}
