const RULE = '--------------------';

/**
 * The lines around a place of a Dockerfile as BuildKit prints them below an error, the place marked by `>>>`; lines count from 1.
 * Empty when the place is outside of the text.
 */
export function pictureOf(text: string, fileName: string, range: { readonly firstLine: number; readonly lastLine?: number }): string {
  const lines = text.split('\n');
  const first = range.firstLine;
  const last = Math.min(range.lastLine ?? first, lines.length);
  if (first < 1 || first > lines.length) return '';
  let from = first;
  let to = last;
  // Around one line there is more to see than around several.
  for (let shown = 0, wanted = first === last ? 4 : 2; shown < wanted; shown++) {
    if (from > 1) {
      from--;
      shown++;
    }
    if (to < lines.length) {
      to++;
      shown++;
    }
  }
  const body = lines.slice(from - 1, to).map((line, index) => {
    const number = from + index;
    const mark = number >= first && number <= last ? '>>>' : '   ';
    return ` ${String(number).padStart(3)} | ${mark} ${line.replace(/\r$/, '')}`;
  });
  return [`${fileName}:${first}`, RULE, ...body, RULE, ''].join('\n');
}
