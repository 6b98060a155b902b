import type { BuildLog } from '../../../runtime/api/types/build.ts';
import type { SourceLine } from '../../ui/log-source.ts';

type Stream = BuildLog['stream'];

/** Cuts a step's output into lines as it comes. Output that is told anew from its beginning gives only lines that were not given before. */
export class OutputLines {
  #given = 0;
  #seen = 0;
  #rest: Record<Stream, string> = { stdout: '', stderr: '' };
  #since: Record<Stream, number> = { stdout: 0, stderr: 0 };

  /** What comes next is the beginning of the output again. */
  restart(): void {
    this.#seen = 0;
    this.#rest = { stdout: '', stderr: '' };
  }

  take(pieces: readonly BuildLog[]): readonly SourceLine[] {
    const lines: SourceLine[] = [];
    for (const { stream, time, text } of pieces) {
      if (this.#rest[stream] === '') this.#since[stream] = time;
      const parts = (this.#rest[stream] + text).split('\n');
      this.#rest[stream] = parts.pop() ?? '';
      for (const part of parts) {
        this.#add(lines, stream, part);
        this.#since[stream] = time;
      }
    }
    return lines;
  }

  /** No more will come: a last line without its newline counts. */
  end(): readonly SourceLine[] {
    const lines: SourceLine[] = [];
    for (const stream of ['stdout', 'stderr'] as const) if (this.#rest[stream] !== '') this.#add(lines, stream, this.#rest[stream]);
    this.#rest = { stdout: '', stderr: '' };
    return lines;
  }

  #add(lines: SourceLine[], stream: Stream, text: string): void {
    this.#seen++;
    if (this.#seen <= this.#given) return;
    this.#given = this.#seen;
    lines.push({ stream: stream === 'stdout' ? 1 : 2, time: this.#since[stream], text: visible(text) });
  }
}

/** What a terminal would show of a line that is written over itself, as progress bars are. */
const visible = (line: string): string => line.replace(/\r$/, '').split('\r').at(-1) ?? '';
