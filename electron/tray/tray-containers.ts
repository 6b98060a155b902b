import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerRow, FeedMessage } from '../../runtime/api/types/feed.ts';
import type { EngineClient } from '../engine/http-client.ts';
import { jsonLines } from '../engine/json-lines.ts';
import { DEBUG_LABEL } from '../ipc/contract/terminals.ts';

export interface TrayPort {
  readonly host: number;
  readonly url: string;
}

export interface TrayContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Of Compose; empty: none. */
  readonly project: string;
  readonly running: boolean;
  /** Those that a browser of this machine reaches as localhost, ascending. */
  readonly ports: readonly TrayPort[];
}

const PROJECT_LABEL = 'com.docker.compose.project';
const MAX_PORTS = 4;
const RETRY_MS = 2000;
/** As the page has them: addresses under which this machine reaches a port as localhost, and ports that speak TLS. */
const LOCAL = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);
const TLS = new Set([443, 8443]);

/** What the tray knows of containers, by id. */
export class TrayContainers {
  readonly #held = new Map<string, TrayContainer>();

  get all(): ReadonlyMap<string, TrayContainer> {
    return this.#held;
  }

  /** Whether anything changed that the tray shows. */
  apply(message: FeedMessage): boolean {
    if ('changes' in message) {
      let changed = false;
      for (const change of message.changes) if (change.kind === 'container') changed = this.#put(change.id, change.value) || changed;
      return changed;
    }
    const { containers } = message.snapshot;
    const present = new Set(containers.map(({ id }) => id));
    let changed = false;
    for (const id of [...this.#held.keys()]) if (!present.has(id)) changed = this.#held.delete(id) || changed;
    for (const row of containers) changed = this.#put(row.id, row) || changed;
    return changed;
  }

  clear(): void {
    this.#held.clear();
  }

  #put(id: string, row: ContainerRow | null): boolean {
    if (row === null || DEBUG_LABEL in row.labels) return this.#held.delete(id);
    const next = shownOf(row);
    const before = this.#held.get(id);
    if (before && isSame(before, next)) return false;
    this.#held.set(id, next);
    return true;
  }
}

function shownOf({ id, name, image, labels, state, ports }: ContainerRow): TrayContainer {
  const published = new Map<number, TrayPort>();
  for (const { host, container, protocol, address } of ports)
    if (host !== null && protocol === 'tcp' && LOCAL.has(address))
      published.set(host, { host, url: `${TLS.has(container) ? 'https' : 'http'}://localhost:${host}/` });
  return {
    id,
    name,
    image,
    project: labels[PROJECT_LABEL] ?? '',
    running: state === 'running',
    ports: [...published.values()].sort((one, other) => one.host - other.host).slice(0, MAX_PORTS),
  };
}

function isSame(before: TrayContainer, after: TrayContainer): boolean {
  const { name, image, project, running, ports } = after;
  const same = before.name === name && before.image === image && before.project === project && before.running === running;
  return same && before.ports.length === ports.length && ports.every(({ url }, index) => url === before.ports[index]?.url);
}

/** Follows the feed until `signal` aborts, and tells each change; a feed that ends before is asked for again. Never rejects. */
export async function followContainers(
  engine: Pick<EngineClient, 'stream'>,
  signal: AbortSignal,
  containers: TrayContainers,
  onChange: () => void,
  retryMs = RETRY_MS,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const body = await engine.stream('GET', '/slipway/v1/feed', { signal });
      for await (const message of jsonLines(body)) {
        if (signal.aborted) return;
        if (containers.apply(message as FeedMessage)) onChange();
      }
    } catch {
      // The engine is gone, which its supervisor says, or has dropped who was too slow to read.
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
