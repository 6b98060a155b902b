import { z } from 'zod';
import type { BuildRow } from '../../runtime/api/types/build.ts';
import type { ContainerRow } from '../../runtime/api/types/feed.ts';
import type { EngineClient } from '../engine/http-client.ts';
import { jsonLines } from '../engine/json-lines.ts';
import type { TaskList } from '../tasks/task-list.ts';
import { buildNotice, containerNotice, taskNotice } from './decide.ts';
import type { Notices } from './notices.ts';

const containersSchema = z.union([
  z.looseObject({ snapshot: z.looseObject({ containers: z.array(z.looseObject({ id: z.string() })) }) }),
  z.looseObject({ changes: z.array(z.looseObject({ kind: z.string(), id: z.string(), value: z.looseObject({}).nullable() })) }),
]);
const buildsSchema = z.union([
  z.looseObject({ snapshot: z.array(z.looseObject({ id: z.string() })) }),
  z.looseObject({ changes: z.array(z.looseObject({ id: z.string() })) }),
]);

const RETRY_MS = 2000;

export interface WatchDependencies {
  readonly engine: EngineClient;
  readonly tasks: Pick<TaskList, 'row' | 'onChange'>;
  readonly notices: Notices;
  /** Told whether the engine runs, at once and with each change; returns what ends it. */
  readonly onEngine: (listener: (running: boolean) => void) => () => void;
}

/** Looks at the engine and the tasks while somebody wants to know; without anybody it has no stream. */
export class Watch implements Disposable {
  readonly #dependencies: WatchDependencies;
  #users = 0;
  #stack: DisposableStack | null = null;

  constructor(dependencies: WatchDependencies) {
    this.#dependencies = dependencies;
  }

  get notices(): Notices {
    return this.#dependencies.notices;
  }

  /** Begins to look, until it is disposed. */
  use(): Disposable {
    this.#users++;
    this.#stack ??= begin(this.#dependencies);
    let over = false;
    return {
      [Symbol.dispose]: () => {
        if (over) return;
        over = true;
        this.#users--;
        if (this.#users === 0) this[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#stack?.dispose();
    this.#stack = null;
  }
}

function begin({ engine, tasks, notices, onEngine }: WatchDependencies): DisposableStack {
  const stack = new DisposableStack();
  const running = new Set<string>();
  stack.use(
    tasks.onChange((id) => {
      const row = tasks.row(id);
      if (row?.state === 'running') running.add(id);
      else if (running.delete(id) && row) notices.take(taskNotice(row));
    }),
  );
  let streams: AbortController | null = null;
  const follow = (path: string, take: (line: unknown) => void) => {
    const { signal } = (streams ??= new AbortController());
    const read = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          for await (const line of jsonLines(await engine.stream('GET', path, { signal }))) take(line);
        } catch {
          // The engine's end is told by its supervisor; until then it is asked again.
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, RETRY_MS);
          signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
        });
      }
    };
    void read();
  };
  stack.defer(
    onEngine((isRunning) => {
      streams?.abort();
      streams = null;
      if (!isRunning) return;
      const containers = new Map<string, ContainerRow>();
      follow('/slipway/v1/feed', (line) => takeContainers(containersSchema.parse(line), containers, notices));
      const builds = new Map<string, BuildRow>();
      follow('/slipway/v1/builds/feed', (line) => takeBuilds(buildsSchema.parse(line), builds, { notices, tasks }));
    }),
  );
  stack.defer(() => streams?.abort());
  return stack;
}

// The engine is ours: the outer shape was checked, the rows are taken as its types have them.
function takeContainers(message: z.infer<typeof containersSchema>, held: Map<string, ContainerRow>, notices: Notices): void {
  if ('snapshot' in message) {
    const { containers } = message.snapshot as { containers: unknown };
    held.clear();
    for (const row of containers as readonly ContainerRow[]) held.set(row.id, row);
    return;
  }
  for (const { kind, id, value } of message.changes as readonly { kind: string; id: string; value: unknown }[]) {
    if (kind !== 'container') continue;
    const row = value as ContainerRow | null;
    if (row) notices.take(containerNotice(held.get(id), row));
    if (row) held.set(id, row);
    else held.delete(id);
  }
}

function takeBuilds(
  message: z.infer<typeof buildsSchema>,
  held: Map<string, BuildRow>,
  { notices, tasks }: Pick<WatchDependencies, 'notices' | 'tasks'>,
): void {
  const isSnapshot = 'snapshot' in message;
  const rows: unknown = isSnapshot ? message.snapshot : message.changes;
  if (isSnapshot) held.clear();
  for (const row of rows as readonly BuildRow[]) {
    if (!isSnapshot) notices.take(buildNotice(held.get(row.id), row, tasks.row(row.id)?.kind ?? ''));
    held.set(row.id, row);
  }
}
