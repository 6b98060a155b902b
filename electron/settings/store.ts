import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { type Settings, settingsSchema } from '../ipc/contract/settings.ts';

export const DEFAULTS: Settings = {
  theme: 'system',
  language: 'system',
  density: 'comfortable',
  zoom: 1,
  shortcuts: {},
  notifications: true,
  silenced: [],
  imageChecks: 'daily',
  startAtLogin: false,
  startMinimised: false,
  closeToTray: true,
  updateCheck: true,
  updateDownload: false,
  updateChannel: 'stable',
  mutedChecks: [],
};
const fileSchema = z.record(z.string(), z.unknown());

/** What the user chose, in one file. A file that cannot be understood counts as none; each field falls back alone. */
export class SettingsStore {
  readonly #path: string;
  readonly #onChange: (settings: Settings) => void;
  #writing: Promise<unknown> = Promise.resolve();
  /** As it was last read or written here; empty: not yet. */
  #known = '';

  /** `onChange` is told what was written, here or by another shell. */
  constructor(path: string, onChange: (settings: Settings) => void = () => undefined) {
    this.#path = path;
    this.#onChange = onChange;
  }

  /** What was last written, also while it is being written, and by whichever shell: what another one has changed is told as well. */
  async read(): Promise<Settings> {
    await this.#writing;
    const settings = await this.#kept();
    if (this.#known !== '' && this.#known !== JSON.stringify(settings)) this.#onChange(settings);
    this.#known = JSON.stringify(settings);
    return settings;
  }

  /** Changes these fields of what is kept and no other, whoever wrote them last. Atomic: a crash leaves the old file or the new one. Writes follow each other. */
  write(change: Partial<Settings>): Promise<Settings> {
    const next = this.#writing.then(async () => {
      const before = await recordOf(this.#path);
      await writeAtomically(this.#path, `${JSON.stringify({ ...before, ...change }, null, 2)}\n`);
      const settings = await this.#kept();
      this.#known = JSON.stringify(settings);
      this.#onChange(settings);
      return settings;
    });
    this.#writing = next.catch(() => undefined);
    // From now on, not from when it has read what is kept: the app may quit in between.
    return noted(next);
  }

  async #kept(): Promise<Settings> {
    const kept = await recordOf(this.#path);
    const fields = Object.entries(settingsSchema.shape).map(([name, field]: [string, z.ZodType]) => {
      const { success, data } = field.safeParse(kept[name]);
      return [name, success ? data : DEFAULTS[name as keyof Settings]];
    });
    return settingsSchema.parse(Object.fromEntries(fields));
  }
}

/** All that a file has, also what this version does not know. */
const recordOf = async (path: string): Promise<Record<string, unknown>> => fileSchema.safeParse(await readKept(path)).data ?? {};

export function configDirectory(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'slipway');
}

/**
 * The JSON of a file of the app; undefined: there is none. One that is damaged is kept beside it, as `….damaged`: the next write would be the
 * end of what is left of it.
 */
export async function readKept(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    console.error(`${path} is damaged; what is left of it is in ${path}.damaged`);
    await rename(path, `${path}.damaged`).catch((error: unknown) => console.error(error));
    return undefined;
  }
}

const writing = new Set<Promise<unknown>>();

/** Has `allWritten` wait for it. */
export function noted<T>(work: Promise<T>): Promise<T> {
  const over = (): void => void writing.delete(work);
  writing.add(work);
  work.then(over, over);
  return work;
}

/** For its user alone, with the folder it is in. */
export function writeAtomically(path: string, text: string): Promise<void> {
  const write = async (): Promise<void> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, text, 0o600);
  };
  return noted(write());
}

/** When all that is being written, and what waits for that, is on the disk; a disk that does not answer holds nobody longer than `within` milliseconds. */
export async function allWritten(within = 2000): Promise<void> {
  const late = AbortSignal.timeout(within);
  const over = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }));
  // What waits for another write begins in the turn after that.
  do {
    await Promise.race([Promise.allSettled(writing), over]);
    await turn();
  } while (writing.size > 0 && !late.aborted);
}

/** A crash leaves the old file or the new one. The folder is there already. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    const file = await open(draft, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
