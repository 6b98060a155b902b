import type { Keeping } from './keeping.ts';
import { KeptFile } from './kept-file.ts';

export interface ListOf<T> {
  /** Null for what is no entry. */
  readonly parse: (kept: unknown) => T | null;
  readonly idOf: (entry: T) => string;
  /** Milliseconds since the epoch. */
  readonly timeOf: (entry: T) => number;
  /** Entries that are kept, the newest. */
  readonly limit: number;
}

/**
 * A file of entries, newest first, that two apps on one folder may keep at once: each writes what it has made, changed or dropped itself, and
 * leaves the rest as the other has it.
 */
export class KeptList<T> {
  readonly #file: KeptFile;
  readonly #of: ListOf<T>;
  /** All that ever were in this app's list by id: as they were read, or empty for its own. */
  readonly #known = new Map<string, string>();

  constructor(path: string, keeping: Keeping | undefined, of: ListOf<T>) {
    this.#file = new KeptFile(path, keeping);
    this.#of = of;
  }

  /** A file that cannot be understood counts as empty; an entry that cannot be understood is left out. */
  async read(): Promise<T[]> {
    const { parse, idOf } = this.#of;
    const kept: unknown = await this.#file.read();
    const entries = (Array.isArray(kept) ? (kept as unknown[]) : []).flatMap((entry) => parse(entry) ?? []);
    for (const entry of entries) this.#known.set(idOf(entry), JSON.stringify(entry));
    return entries;
  }

  /** A file that cannot be written costs the history alone. */
  write(entries: readonly T[]): void {
    for (const entry of entries) if (!this.#known.has(this.#of.idOf(entry))) this.#known.set(this.#of.idOf(entry), '');
    void this.#file.write(async () => this.#merged(entries, await this.#file.read()));
  }

  /** When everything that was given to it is in the file. */
  settled(): Promise<void> {
    return this.#file.settled();
  }

  #merged(entries: readonly T[], kept: unknown): readonly T[] {
    if (!Array.isArray(kept)) return entries;
    const { parse, idOf, timeOf, limit } = this.#of;
    const held = new Set(entries.map(idOf));
    const own = entries.filter((entry) => this.#known.get(idOf(entry)) !== JSON.stringify(entry));
    const ownIds = new Set(own.map(idOf));
    const others = (kept as unknown[]).flatMap((raw) => {
      const entry = parse(raw);
      const id = entry === null ? '' : idOf(entry);
      const isGone = this.#known.has(id) && !held.has(id);
      return entry === null || ownIds.has(id) || isGone ? [] : [{ raw: raw as T, time: timeOf(entry) }];
    });
    const all = [...own.map((entry) => ({ raw: entry, time: timeOf(entry) })), ...others];
    return all
      .sort((one, other) => other.time - one.time)
      .slice(0, limit)
      .map(({ raw }) => raw);
  }
}
