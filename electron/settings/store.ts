import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
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

  /** `onChange` is told what was written. */
  constructor(path: string, onChange: (settings: Settings) => void = () => undefined) {
    this.#path = path;
    this.#onChange = onChange;
  }

  async read(): Promise<Settings> {
    try {
      const kept = fileSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
      const fields = Object.entries(settingsSchema.shape).map(([name, field]: [string, z.ZodType]) => {
        const { success, data } = field.safeParse(kept[name]);
        return [name, success ? data : DEFAULTS[name as keyof Settings]];
      });
      return settingsSchema.parse(Object.fromEntries(fields));
    } catch {
      return DEFAULTS;
    }
  }

  /** Atomic: a crash leaves the old file or the new one. Writes follow each other. */
  write(settings: Settings): Promise<Settings> {
    const next = this.#writing.then(async () => {
      await writeAtomically(this.#path, `${JSON.stringify(settings, null, 2)}\n`);
      this.#onChange(settings);
      return settings;
    });
    this.#writing = next.catch(() => undefined);
    return next;
  }
}

export function configDirectory(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'slipway');
}

/** For its user alone, with the folder it is in. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceFile(path, text, 0o600);
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
