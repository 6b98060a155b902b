import { ParsedEntry } from './parse-line.ts';

/** A program that never ends its line must not fill the memory: past this the pieces go on as they are. */
const LONGEST = 1024 * 1024;

/** Joins the pieces of long lines, each stream for itself; the first piece's time is the line's. */
export class PieceJoiner {
  readonly #open: [Pending | null, Pending | null] = [null, null];

  /** The entries that are complete now. */
  add(entry: ParsedEntry): ParsedEntry | null {
    const slot = entry.stream === 1 ? 0 : 1;
    const pending = this.#open[slot];
    if (pending === null) {
      if (entry.isComplete) return entry;
      this.#open[slot] = { first: entry, pieces: [entry.data], length: entry.data.length };
      return null;
    }
    pending.pieces.push(entry.data);
    pending.length += entry.data.length;
    if (!entry.isComplete && pending.length < LONGEST) return null;
    this.#open[slot] = null;
    return joined(pending);
  }

  /** What is left when no more will come. */
  flush(): ParsedEntry[] {
    const rest = this.#open.flatMap((pending) => (pending === null ? [] : [joined(pending)]));
    this.#open.fill(null);
    return rest;
  }
}

interface Pending {
  readonly first: ParsedEntry;
  readonly pieces: Uint8Array[];
  length: number;
}

function joined({ first, pieces, length }: Pending): ParsedEntry {
  return new ParsedEntry(first.stream, Buffer.concat(pieces, length), first.seconds, first.nanoseconds);
}
