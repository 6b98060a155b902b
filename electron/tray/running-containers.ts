import type { FeedMessage } from '../../runtime/api/types/feed.ts';
import type { EngineClient } from '../engine/http-client.ts';
import { jsonLines } from '../engine/json-lines.ts';
import { DEBUG_LABEL } from '../ipc/contract/terminals.ts';

export interface TrayContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
}

export type Containers = ReadonlyMap<string, TrayContainer>;

/** The containers after a message of the feed; the same map when none of them changed for the tray. */
export function applyFeed(containers: Containers, message: FeedMessage): Containers {
  const next = new Map('snapshot' in message ? [] : containers);
  const rows = 'snapshot' in message ? message.snapshot.containers.map((value) => ({ kind: 'container', id: value.id, value }) as const) : message.changes;
  for (const change of rows) {
    if (change.kind !== 'container') continue;
    if (change.value === null || DEBUG_LABEL in change.value.labels) next.delete(change.id);
    else next.set(change.id, { id: change.id, name: change.value.name, image: change.value.image, running: change.value.state === 'running' });
  }
  return isSame(containers, next) ? containers : next;
}

/** Follows the feed until `signal` aborts or the engine goes, and tells each change. Never rejects. */
export async function followContainers(engine: EngineClient, signal: AbortSignal, onChange: (containers: Containers) => void): Promise<void> {
  let containers: Containers = new Map();
  try {
    const body = await engine.stream('GET', '/slipway/v1/feed', { signal });
    for await (const message of jsonLines(body)) {
      const next = applyFeed(containers, message as FeedMessage);
      if (next === containers) continue;
      containers = next;
      onChange(containers);
    }
  } catch {
    // The engine is gone or too slow to tell: the supervisor says so, and the tray shows that.
  }
}

function isSame(before: Containers, after: Containers): boolean {
  if (before.size !== after.size) return false;
  for (const [id, { name, image, running }] of after) {
    const old = before.get(id);
    if (old?.name !== name || old.image !== image || old.running !== running) return false;
  }
  return true;
}
