/**
 * Text of other people (names, labels, errors) for what the system draws: one line, no control characters and none that turn the direction
 * of what follows, at most `length` characters.
 */
export function tame(text: string, length: number): string {
  const line = [...text.replace(/\p{C}+/gu, ' ').trim()];
  return line.length > length ? `${line.slice(0, length - 1).join('')}…` : line.join('');
}
