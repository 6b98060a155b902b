import { isKind } from '../../base/errors.ts';
import type { Container } from '../../container/container-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { containerRow, imageRow } from '../render/rows.ts';
import { openJsonStream, untilHangup } from '../reply.ts';
import type { FeedChange, FeedMessage, ImageRow } from '../types/feed.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images' | 'events'>;

/** Changes that come close together go out together; a person does not see the difference. */
const COALESCE_MS = 30;

function rowOfImage({ images }: Backends, id: string, usedBy: readonly string[]): ImageRow | null {
  try {
    return imageRow(images.inspect(id), usedBy);
  } catch (error) {
    if (isKind(error, 'NotFound')) return null;
    throw error;
  }
}

/** What has changed since the last message, by id; bounded by the number of objects, however slow the client is. */
class Pending {
  readonly #backends: Backends;
  readonly #containers = new Map<string, Container | null>();
  /** Of each container that was told of: its image, to see when the use of an image changes. */
  readonly #imageOf = new Map<string, string>();
  #images = new Set<string>();
  /** As last sent, to leave out what has not changed. */
  readonly #sent = new Map<string, string>();

  constructor(backends: Backends) {
    this.#backends = backends;
  }

  get empty(): boolean {
    return this.#containers.size === 0 && this.#images.size === 0;
  }

  #users(): Map<string, string[]> {
    const users = new Map<string, string[]>();
    for (const [container, image] of this.#imageOf) users.set(image, [...(users.get(image) ?? []), container]);
    return users;
  }

  snapshot(): FeedMessage {
    const containers = this.#backends.containers.list({ all: true, filters: {} });
    for (const one of containers) this.#imageOf.set(one.id, one.imageId);
    const users = this.#users();
    const images = this.#backends.images.list().flatMap((image) => rowOfImage(this.#backends, image.id, users.get(image.id) ?? []) ?? []);
    for (const row of images) this.#sent.set(row.id, JSON.stringify(row));
    return { seq: 0, snapshot: { containers: containers.map(containerRow), images } };
  }

  container(id: string, container: Container | null): void {
    this.#containers.set(id, container);
    const before = this.#imageOf.get(id);
    if (before === container?.imageId) return;
    if (before !== undefined) this.#images.add(before);
    if (container) {
      this.#imageOf.set(id, container.imageId);
      this.#images.add(container.imageId);
    } else {
      this.#imageOf.delete(id);
    }
  }

  /** The name in an event may be gone already, so every image is compared with what was sent of it. */
  allImages(): void {
    for (const id of this.#sent.keys()) this.#images.add(id);
    for (const image of this.#backends.images.list()) this.#images.add(image.id);
  }

  take(): FeedChange[] {
    const changes: FeedChange[] = [];
    for (const [id, container] of this.#containers) changes.push({ kind: 'container', id, value: container && containerRow(container) });
    this.#containers.clear();
    const ids = this.#images;
    this.#images = new Set();
    if (ids.size === 0) return changes;
    const users = this.#users();
    for (const id of ids) {
      const value = rowOfImage(this.#backends, id, users.get(id) ?? []);
      const text = value ? JSON.stringify(value) : undefined;
      if (text === this.#sent.get(id)) continue;
      if (text === undefined) this.#sent.delete(id);
      else this.#sent.set(id, text);
      changes.push({ kind: 'image', id, value });
    }
    return changes;
  }
}

async function feed(context: RequestContext, backends: Backends): Promise<void> {
  const pending = new Pending(backends);
  let wake: () => void = () => undefined;
  using _containers = backends.containers.onChange((change) => {
    pending.container(change.id, change.container);
    wake();
  });
  using _images = backends.events.subscribe((event) => {
    if (event.type !== 'image') return;
    pending.allImages();
    wake();
  });
  const signal = untilHangup(context);
  signal.addEventListener('abort', () => wake(), { once: true });
  const stream = openJsonStream(context, 'application/x-ndjson');
  const send = async (message: FeedMessage): Promise<void> => {
    if (!stream.send(message)) await stream.drained();
  };
  try {
    await send(pending.snapshot());
    for (let seq = 1; !signal.aborted; ) {
      if (pending.empty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
        continue;
      }
      const changes = pending.take();
      if (changes.length > 0) await send({ seq: seq++, changes });
    }
  } finally {
    stream.end();
  }
}

export function feedRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/slipway/v1/feed', handler: (context) => feed(context, backends) }];
}
