import type { LogLine } from '../../runtime/api/types/log-views.ts';
import type { SourceLine } from '../ui/log-source.ts';

/** Lines that come together. */
const PAGE = 200;
/** Pages that are kept; those looked at last go last. */
const KEPT = 40;

/** Lines by number, in pages that come when they are asked for and go when others do. */
export class LogPages {
  private readonly pages = new Map<number, (SourceLine | undefined)[]>();
  private readonly asked = new Set<number>();
  private readonly load: (from: number, count: number) => Promise<{ readonly from: number; readonly lines: readonly SourceLine[] } | null>;
  private generation = 0;

  /** `load` answers lines from a number on, fewer where they are long, or null when it has failed. */
  constructor(load: LogPages['load']) {
    this.load = load;
  }

  line(number: number): SourceLine | undefined {
    return this.pages.get(Math.floor(number / PAGE))?.[number % PAGE];
  }

  /** Asks for what is missing; answers whether that has changed anything once it is here. */
  async want(from: number, to: number): Promise<boolean> {
    const first = Math.floor(from / PAGE);
    const last = Math.floor(Math.max(from, to - 1) / PAGE);
    const changes = await Promise.all(Array.from({ length: last - first + 1 }, (_, at) => this.wantPage(first + at, from, to)));
    return changes.some(Boolean);
  }

  put(from: number, lines: readonly SourceLine[]): void {
    for (const [at, line] of lines.entries()) {
      const number = from + at;
      const index = Math.floor(number / PAGE);
      let page = this.pages.get(index);
      if (!page) this.pages.set(index, (page = []));
      page[number % PAGE] = line;
    }
    this.shrink();
  }

  /** Forgets the lines from a number on, or all. */
  drop(from = 0): void {
    this.generation++;
    this.asked.clear();
    for (const index of [...this.pages.keys()]) if ((index + 1) * PAGE > from) this.pages.delete(index);
  }

  private async wantPage(index: number, from: number, to: number): Promise<boolean> {
    const start = index * PAGE;
    const page = this.pages.get(index);
    let missing = Math.max(start, from);
    const end = Math.min(start + PAGE, to);
    while (missing < end && page?.[missing - start]) missing++;
    if (page) {
      // Looked at last: goes last.
      this.pages.delete(index);
      this.pages.set(index, page);
    }
    if (missing >= end || this.asked.has(index)) return false;
    const generation = this.generation;
    this.asked.add(index);
    const before = page === undefined ? start : missing;
    const answer = await this.load(before, start + PAGE - before);
    if (generation !== this.generation) return false;
    this.asked.delete(index);
    if (answer === null || answer.lines.length === 0) return false;
    this.put(answer.from, answer.lines);
    return true;
  }

  private shrink(): void {
    for (const index of this.pages.keys()) {
      if (this.pages.size <= KEPT) return;
      this.pages.delete(index);
    }
  }
}

/** A line of the engine as a view shows it; the source is told only where there are several. */
export const shownLine = ({ source, ...line }: LogLine, several: boolean): SourceLine => (several ? { ...line, source } : line);
