/**
 * Control characters but line feed and tab; what turns the direction of text; what has no width and joins no letters (U+200C and U+200D do
 * in scripts and emoji). File names, labels and instructions of others may have them to look like something else.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text of others with the number of each character that would show nothing or change how the rest is shown. */
export const visibleText = (text: string): string =>
  text.replace(HIDDEN, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
