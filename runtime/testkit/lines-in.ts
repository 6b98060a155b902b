/** The line numbers that a search's text stands for, see LogHits. */
export function linesIn(text: string, from: number): number[] {
  const lines: number[] = [];
  let next = from;
  for (const part of text === '' ? [] : text.split(',')) {
    const [gap, more = 0] = part.split('+').map(Number);
    next += gap ?? 0;
    for (let run = 0; run <= more; run++) lines.push(next++);
  }
  return lines;
}
