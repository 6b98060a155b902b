/**
 * Control characters but line feed and tab; what turns the direction of text; what has no width and joins no letters (U+200C and U+200D do
 * in scripts and emoji); letters that are blank; and tags, which have meaning in a flag alone. Output, file names, labels and instructions
 * of others may have them to look like something else.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}](?<!\u{1f3f4}[\u{e0020}-\u{e007f}]+)/u;
const EACH = new RegExp(HIDDEN, 'gu');

const numbered = (character: string): string => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** Whether some character of it would show nothing or change how the rest is shown. Cheap: one look, nothing is made. */
export const hides = (text: string): boolean => HIDDEN.test(text);

/** Text of others with the number of each character that would show nothing or change how the rest is shown. */
export const visibleText = (text: string): string => text.replace(EACH, numbered);

/** The same of what stands in one line: a name that has a line feed or a tab must not begin another. */
export const visibleName = (name: string): string => visibleText(name).replace(/[\t\n]/g, numbered);

/** The same in pieces for what keeps the text as it is, to be copied: `number` stands for a piece that is such a character. */
export function visiblePieces(text: string): readonly { readonly text: string; readonly number?: string }[] {
  const pieces: { readonly text: string; readonly number?: string }[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(EACH)) {
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: character, number: numbered(character) });
    from = index + character.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
