import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ShellError } from '../ipc/failure.ts';
import { writeAtomically } from '../settings/store.ts';

const recordSchema = z.object({
  id: z.uuid(),
  /** Of the engine that has both containers. */
  socket: z.string().max(4096),
  /** Id of the container that is replaced. */
  old: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  /** What it is called until it is over. */
  aside: z.string().min(1).max(256),
  wasUp: z.boolean(),
  /** Whether the new one is to run. */
  start: z.boolean(),
  /** Whether the old one has been told to stop. */
  stopping: z.boolean(),
});

/** What is noted of a replacement before its first step, so that whoever comes after a crash can put it right. */
export type ReplacementRecord = z.infer<typeof recordSchema>;

/** More than that were not left behind by anything sane. */
const MAX_RECORDS = 1000;
const FILE = /^([0-9a-f-]{36})\.(\d+)-(\d+)\.json$/;

/**
 * The notes of replacements that are under way: one file each, which bears its owner in its name. A file whose owner has died belongs to who
 * renames it first, so that two shells at once never put the same one right.
 */
export class ReplacementRecords {
  readonly #directory: string;
  readonly #owner = ownerOf(process.pid) ?? `${process.pid}-0`;
  readonly #active = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** On the disk when it settles. @throws ShellError 507 when it cannot be written */
  async begin(given: Omit<ReplacementRecord, 'id' | 'stopping'>): Promise<ReplacementRecord> {
    const record = { ...given, id: randomUUID(), stopping: false };
    await this.#write(record);
    this.#active.add(record.id);
    return record;
  }

  /** @throws ShellError 507 */
  async stopping(record: ReplacementRecord): Promise<void> {
    await this.#write({ ...record, stopping: true });
  }

  /** Nothing is left to do. Idempotent. */
  async end({ id }: ReplacementRecord): Promise<void> {
    await rm(this.#path(id), { force: true });
    this.#active.delete(id);
  }

  /** It could not be brought to its end: the next `claim` has it. */
  release({ id }: ReplacementRecord): void {
    this.#active.delete(id);
  }

  /** Those that nobody works at any more are this process's from now on, until `end` or `release`. Of other engines: left alone. */
  async claim(socket: string): Promise<ReplacementRecord[]> {
    const claimed: ReplacementRecord[] = [];
    for (const file of this.#files()) {
      const [, id = '', pid = '', started = ''] = FILE.exec(file) ?? [];
      const owner = `${pid}-${started}`;
      if (this.#active.has(id) || (owner !== this.#owner && ownerOf(Number(pid)) === owner)) continue;
      const record = await readRecord(join(this.#directory, file));
      if (record?.socket !== socket || record.id !== id) continue;
      try {
        await rename(join(this.#directory, file), this.#path(id));
      } catch {
        continue;
      }
      this.#active.add(id);
      claimed.push(record);
    }
    return claimed;
  }

  #files(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((file) => FILE.test(file))
        .slice(0, MAX_RECORDS);
    } catch {
      return [];
    }
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.${this.#owner}.json`);
  }

  async #write(record: ReplacementRecord): Promise<void> {
    try {
      await writeAtomically(this.#path(record.id), JSON.stringify(record));
    } catch (error) {
      throw new ShellError(`nothing was done, as what is to be done could not be noted: ${(error as Error).message}`, 507, { cause: error });
    }
  }
}

async function readRecord(path: string): Promise<ReplacementRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** A process by its number and, where /proc tells it, the time of its start, as numbers come again; null: there is none. */
function ownerOf(pid: number): string | null {
  try {
    // The name of the program, in parentheses, may have any character.
    const started = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    return `${pid}-${started}`;
  } catch {
    return process.platform !== 'linux' && isAlive(pid) ? `${pid}-0` : null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
