/** What a text of the engine's search says, see LogHits there: calls back for each line. Answers how many there are. */
export function eachLine(text: string, from: number, take: (line: number) => void): number {
  let next = from;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    let gap = 0;
    for (; isDigit(text, at); at++) gap = gap * 10 + text.charCodeAt(at) - ZERO;
    let more = 0;
    if (text[at] === '+') for (at++; isDigit(text, at); at++) more = more * 10 + text.charCodeAt(at) - ZERO;
    next += gap;
    for (const end = next + more; next <= end; next++) take(next);
    count += more + 1;
  }
  return count;
}

/** The times in milliseconds of the hits that `eachLine` gives. */
export function timesOf(text: string): number[] {
  let time = 0;
  return text === '' ? [] : text.split(',').map((step) => (time += Number(step)) / 1000);
}

const ZERO = 0x30;

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code < ZERO + 10;
}
