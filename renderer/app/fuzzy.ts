/** One text to search in, prepared once. */
export interface Searchable {
  readonly title: string;
  /** What is searched beside the title and counts less. */
  readonly note: string;
  /** Both in small letters, without accents. */
  readonly key: string;
  readonly noteKey: string;
}

/** Letters as they are compared: small, without accents; as many as before, so that places in the one are places in the other. */
export function folded(text: string): string {
  // Most names are ASCII, for which the rest is not needed.
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let out = '';
  for (const sign of text) {
    const bare = sign.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    out += bare.length === sign.length ? bare : sign;
  }
  return out;
}

export const searchable = (title: string, note: string): Searchable => ({ title, note, key: folded(title), noteKey: folded(note) });

export const wordsOf = (query: string): readonly string[] => folded(query).split(/\s+/).filter(Boolean);

const isBoundary = (text: string, at: number): boolean => {
  if (at === 0) return true;
  const code = text.charCodeAt(at - 1);
  return !((code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code > 127);
};

const WHOLE = 12;
const START = 9;
const WORD = 7;
const INSIDE = 5;
const LETTERS = 2;
const NOTE = 1;

/** The place of each letter of `word` in `text`, in order, at beginnings of words where that can be; null: they are not all there. */
function lettersOf(text: string, word: string): readonly number[] | null {
  const places: number[] = [];
  let from = 0;
  for (let index = 0; index < word.length; index++) {
    const letter = word.charAt(index);
    let at = text.indexOf(letter, from);
    if (at < 0) return null;
    // The next beginning of a word is worth a look when the letter is not the very next one.
    if (at !== from || index === 0) {
      for (let next = at; next >= 0; next = text.indexOf(letter, next + 1)) {
        if (isBoundary(text, next)) {
          if (inOrder(text, word, index + 1, next + 1)) at = next;
          break;
        }
      }
    }
    places.push(at);
    from = at + 1;
  }
  return places;
}

function inOrder(text: string, word: string, index: number, from: number): boolean {
  for (let at = from; index < word.length; index++, at++) {
    at = text.indexOf(word.charAt(index), at);
    if (at < 0) return false;
  }
  return true;
}

/** Letters far apart are a coincidence, not what somebody meant. */
function likely(places: readonly number[], text: string): boolean {
  const boundaries = places.filter((at) => isBoundary(text, at)).length;
  const runs = places.filter((at, index) => index > 0 && at === (places[index - 1] ?? -2) + 1).length;
  return boundaries + runs >= places.length - 1 && boundaries > 0;
}

/** How well one word fits; 0: not at all. */
function wordScore({ key, noteKey }: Searchable, word: string): number {
  const at = key.indexOf(word);
  if (at === 0) return key.length === word.length ? WHOLE : START;
  if (at > 0) {
    for (let next = at; next >= 0; next = key.indexOf(word, next + 1)) if (isBoundary(key, next)) return WORD;
    return INSIDE;
  }
  if (word.length > 1 && inOrder(key, word, 0, 0)) {
    const places = lettersOf(key, word);
    if (places && likely(places, key)) return LETTERS;
  }
  return noteKey.includes(word) ? NOTE : 0;
}

/** How well all words fit, short titles a little better; 0: one of them does not fit. */
export function score(text: Searchable, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const points = wordScore(text, word);
    if (points === 0) return 0;
    sum += points;
  }
  return sum / words.length + 1 / (1 + text.key.length);
}

/** Places of the letters in the title that the words have found, in order. */
export function hits({ key }: Pick<Searchable, 'key'>, words: readonly string[]): readonly number[] {
  const found = new Set<number>();
  for (const word of words) {
    let at = key.indexOf(word);
    for (let next = at; next >= 0; next = key.indexOf(word, next + 1)) {
      if (!isBoundary(key, next)) continue;
      at = next;
      break;
    }
    const places = at >= 0 ? Array.from(word, (_, index) => at + index) : (lettersOf(key, word) ?? []);
    if (at >= 0 || likely(places, key)) for (const place of places) found.add(place);
  }
  return [...found].sort((a, b) => a - b);
}

/** The best `limit` of `texts`, best first; equals keep their order. `bonus` is added to what fits. */
export function best<T extends Searchable>(
  texts: readonly T[],
  words: readonly string[],
  limit: number,
  bonus: (text: T) => number = () => 0,
): readonly { readonly text: T; readonly score: number }[] {
  const kept: { readonly text: T; readonly score: number }[] = [];
  for (const text of texts) {
    const points = score(text, words);
    if (points === 0) continue;
    const all = points + bonus(text);
    if (kept.length === limit && all <= (kept[limit - 1]?.score ?? 0)) continue;
    let at = kept.length;
    while (at > 0 && (kept[at - 1]?.score ?? 0) < all) at--;
    kept.splice(at, 0, { text, score: all });
    if (kept.length > limit) kept.pop();
  }
  return kept;
}
