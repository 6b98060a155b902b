import { EngineError } from '../base/errors.ts';
import type { BuildContexts, ReceivedContext } from './context.ts';

/** Contexts that wait for their builds, of all clients. */
const WAITING = 64;
/** How long a build may take to come for what was sent for it. */
const PATIENCE_MS = 10 * 60 * 1000;
/** A name that a Dockerfile can say in FROM or --from. */
const NAME = /^[A-Za-z0-9][\w.:/@-]{0,255}$/;
/** They mean the build's own files. */
const RESERVED = new Set(['context', 'dockerfile']);

/** What was sent for one build, by name. Disposing of it deletes the files. */
export interface SentContexts extends AsyncDisposable {
  readonly byName: ReadonlyMap<string, ReceivedContext>;
}

interface Waiting {
  readonly contexts: Map<string, ReceivedContext>;
  readonly timer: NodeJS.Timeout;
}

/** Directories that clients send ahead of their builds. What no build comes for goes after ten minutes, all of it with the engine. */
export class NamedContexts implements AsyncDisposable {
  readonly #contexts: Pick<BuildContexts, 'receive'>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #patience: number;
  #count = 0;

  constructor(contexts: Pick<BuildContexts, 'receive'>, patience = PATIENCE_MS) {
    this.#contexts = contexts;
    this.#patience = patience;
  }

  /** Throws InvalidArgument for a name that is none, Conflict when too many wait, and what receiving throws. A name sent again replaces the one before. */
  async add(build: string, name: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    checkContextName(name);
    if (this.#count >= WAITING) throw new EngineError('Conflict', `${WAITING} contexts wait for their builds already`);
    this.#count++;
    let context: ReceivedContext;
    try {
      // Only its own .dockerignore counts, whatever the Dockerfile is called.
      context = await this.#contexts.receive({ kind: 'tar', archive }, { signal, dockerfile: '.dockerignore' });
    } catch (error) {
      this.#count--;
      throw error;
    }
    const before = this.#waiting.get(build);
    clearTimeout(before?.timer);
    const contexts = before?.contexts ?? new Map<string, ReceivedContext>();
    const replaced = contexts.get(name);
    contexts.set(name, context);
    this.#waiting.set(build, { contexts, timer: setTimeout(() => void this.take(build)[Symbol.asyncDispose](), this.#patience).unref() });
    if (replaced === undefined) return;
    this.#count--;
    await replaced[Symbol.asyncDispose]();
  }

  /** Hands what was sent for a build over to it. */
  take(build: string): SentContexts {
    const found = this.#waiting.get(build);
    this.#waiting.delete(build);
    clearTimeout(found?.timer);
    const byName = found?.contexts ?? new Map<string, ReceivedContext>();
    this.#count -= byName.size;
    return {
      byName,
      [Symbol.asyncDispose]: async () => {
        for (const context of byName.values()) await context[Symbol.asyncDispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const build of this.#waiting.keys()) await this.take(build)[Symbol.asyncDispose]();
  }
}

/** Throws InvalidArgument. */
export function checkContextName(name: string): void {
  if (!NAME.test(name)) throw new EngineError('InvalidArgument', `context name: ${JSON.stringify(name.slice(0, 100))} can be no name in FROM or --from`);
  if (RESERVED.has(name)) throw new EngineError('InvalidArgument', `context name: ${JSON.stringify(name)} means the files of the build itself`);
}
