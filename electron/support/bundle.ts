import { randomUUID } from 'node:crypto';
import { arch, homedir, release, userInfo } from 'node:os';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Download } from '../downloads/download.ts';
import { readLogTail } from '../engine/engine-log.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { SupportFile } from '../ipc/contract/support.ts';
import { ShellError } from '../ipc/failure.ts';
import type { SettingsStore } from '../settings/store.ts';
import { LISTS, listText } from './lists.ts';
import { redact } from './redact.ts';

/** Bundles that can still be saved. */
const KEPT = 2;
/** Characters of a file: the page has to show them all. */
const MAX_FILE = 512 * 1024;

export interface SupportSources {
  readonly engine: EngineClient;
  readonly settings: SettingsStore;
  readonly shell: string;
  /** Path of the engine's log. */
  readonly log: string;
}

/** What helps whoever mends it, without what is nobody else's. Saved is exactly what was shown before. */
export class SupportBundles {
  readonly #sources: SupportSources;
  readonly #kept = new Map<string, readonly SupportFile[]>();

  constructor(sources: SupportSources) {
    this.#sources = sources;
  }

  async gather(withLabels: boolean): Promise<{ readonly id: string; readonly files: readonly SupportFile[] }> {
    const home = [homedir()];
    const texts = await Promise.all(Object.entries(parts(this.#sources, withLabels)).map(async ([name, make]) => ({ name, text: await worded(make) })));
    const files = texts.map(({ name, text }) => ({ name, ...redact(text.length > MAX_FILE ? text.slice(-MAX_FILE) : text, homes(home)) }));
    const id = randomUUID();
    this.#kept.set(id, files);
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    return { id, files };
  }

  /** @throws ShellError when it is not kept any more */
  download(id: string): Download {
    const files = this.#kept.get(id);
    if (!files) throw new ShellError('this bundle is gone: gather it again', 404);
    const day = new Date().toISOString().slice(0, 10);
    return { name: `slipway-support-${day}.tar`, open: () => Promise.resolve({ body: archive(files) }) };
  }
}

/** Root's folder has no name in it, and is a path of many files. */
const homes = (folders: readonly string[]): readonly string[] => folders.filter((folder) => folder !== '/' && folder !== '/root');

function parts({ engine, settings, shell, log }: SupportSources, withLabels: boolean): Readonly<Record<string, () => Promise<string>>> {
  const answer =
    (path: string, query = {}) =>
    async () =>
      json(await engine.json('GET', path, { query }));
  return {
    'version.json': async () => {
      const system = { shell, platform: process.platform, architecture: arch(), release: release(), node: process.version, root: userInfo().uid === 0 };
      return json({ ...system, engine: await engine.json('GET', '/version').catch((error: Error) => error.message) });
    },
    'doctor.json': answer('/slipway/v1/doctor'),
    'app-settings.json': async () => json(await settings.read()),
    'engine-settings.json': answer('/slipway/v1/settings'),
    'event-loop.json': async () => {
      const { eventLoop } = (await engine.json('GET', '/slipway/v1/metrics', { query: { since: Date.now() } })) as { eventLoop?: unknown };
      return json(eventLoop ?? null);
    },
    ...Object.fromEntries(Object.entries(LISTS).map(([name, list]) => [name, async () => listText(await list(engine), withLabels)])),
    'engine.log': async () => (await readLogTail(log)).text,
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A part that cannot be had says why; the others are there. */
async function worded(make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (error) {
    return `not available: ${(error as Error).message}\n`;
  }
}

function archive(files: readonly SupportFile[]): Readable {
  const tar = pack();
  for (const { name, text } of files) tar.entry({ name: `slipway-support/${name}`, mode: 0o644, mtime: new Date() }, text);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
