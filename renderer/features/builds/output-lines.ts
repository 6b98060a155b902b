import type { BuildLog } from '../../../runtime/api/types/build.ts';
import type { SourceLine } from '../../ui/log-source.ts';

/** Cuts a step's output into lines. It is given all of the output each time, and gives what it has not given before. */
export class OutputLines {
  #given = 0;

  /** `whole`: no more will come, so that a last line without its newline counts. */
  fresh(pieces: readonly BuildLog[], whole: boolean): readonly SourceLine[] {
    const lines: SourceLine[] = [];
    const rest = { stdout: '', stderr: '' };
    const since = { stdout: 0, stderr: 0 };
    for (const { stream, time, text } of pieces) {
      if (rest[stream] === '') since[stream] = time;
      const parts = (rest[stream] + text).split('\n');
      rest[stream] = parts.pop() ?? '';
      for (const part of parts) {
        lines.push({ stream: stream === 'stdout' ? 1 : 2, time: since[stream], text: visible(part) });
        since[stream] = time;
      }
    }
    if (whole) {
      for (const stream of ['stdout', 'stderr'] as const) {
        if (rest[stream] !== '') lines.push({ stream: stream === 'stdout' ? 1 : 2, time: since[stream], text: visible(rest[stream]) });
      }
    }
    const fresh = lines.slice(this.#given);
    this.#given = Math.max(this.#given, lines.length);
    return fresh;
  }
}

/** What a terminal would show of a line that is written over itself, as progress bars are. */
const visible = (line: string): string => line.replace(/\r$/, '').split('\r').at(-1) ?? '';
