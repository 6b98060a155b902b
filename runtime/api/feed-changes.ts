import { isKind } from '../base/errors.ts';
import type { EngineEvent } from '../base/events.ts';
import type { Container } from '../container/container-service.ts';
import { hasNames } from '../network/names/has-names.ts';
import { namesOf } from '../network/names/named.ts';
import type { ApiBackends } from './backends.ts';
import { FeedImages } from './feed-images.ts';
import { containerRow, imageRow, networkRow, volumeRow, volumesOf } from './render/rows.ts';
import type { FeedChange, FeedMessage, ImageRow, NetworkRow, VolumeRow } from './types/feed.ts';

export type FeedBackends = Pick<ApiBackends, 'containers' | 'images' | 'volumes' | 'networks' | 'events'>;

interface OtherRows {
  readonly image: ImageRow;
  readonly volume: VolumeRow;
  readonly network: NetworkRow;
}
type Kind = keyof OtherRows;
const KINDS: readonly Kind[] = ['image', 'volume', 'network'];

/** What a container uses; a change of it may change the rows of these. */
interface Uses extends Readonly<Record<Kind, readonly string[]>> {
  readonly name: string;
  /** Views are replaced, not changed: the same one means the same names and addresses. */
  readonly endpoints: Container['networks'];
}
const NO_USES: Uses = { image: [], volume: [], network: [], name: '', endpoints: [] };

/** What has changed since the last message, by id; bounded by the number of objects, however slow the client is. */
export class FeedChanges {
  readonly #backends: FeedBackends;
  readonly #containers = new Map<string, Container | null>();
  /** Of each container that was told of. */
  readonly #uses = new Map<string, Uses>();
  readonly #users: Readonly<Record<Kind, Map<string, Set<string>>>> = { image: new Map(), volume: new Map(), network: new Map() };
  readonly #touched: Readonly<Record<Kind, Set<string>>> = { image: new Set(), volume: new Set(), network: new Set() };
  /** As last sent, to leave out what has not changed. */
  readonly #sent: Readonly<Record<Kind, Map<string, string>>> = { image: new Map(), volume: new Map(), network: new Map() };
  readonly #images: FeedImages;

  constructor(backends: FeedBackends) {
    this.#backends = backends;
    this.#images = new FeedImages(backends.images);
  }

  get empty(): boolean {
    return this.#containers.size === 0 && KINDS.every((kind) => this.#touched[kind].size === 0);
  }

  snapshot(): FeedMessage {
    const { containers, images, volumes, networks } = this.#backends;
    const all = containers.list({ all: true, filters: {} });
    for (const one of all) this.#use(one.id, usesOf(one));
    return {
      seq: 0,
      snapshot: {
        containers: all.map(containerRow),
        images: this.#rows(
          'image',
          images.list().map(({ id }) => id),
        ),
        volumes: this.#rows(
          'volume',
          volumes.list().map(({ name }) => name),
        ),
        networks: this.#rows(
          'network',
          networks.list().map(({ id }) => id),
        ),
      },
    };
  }

  container(id: string, container: Container | null): void {
    this.#containers.set(id, container);
    const before = this.#uses.get(id) ?? NO_USES;
    const after = container ? usesOf(container) : NO_USES;
    this.#use(id, after);
    for (const kind of ['image', 'volume'] as const) {
      for (const used of [...before[kind], ...after[kind]]) if (before[kind].includes(used) !== after[kind].includes(used)) this.#touched[kind].add(used);
    }
    // A row has all members with names and addresses: it is made anew only when those of this one have changed, not for each exec in it.
    if (before.name === after.name && before.endpoints === after.endpoints) return;
    for (const used of [...before.network, ...after.network]) this.#touched.network.add(used);
  }

  /** True when rows of other objects may have changed by it. */
  event(event: EngineEvent): boolean {
    const { type, id } = event;
    if (type === 'image') {
      const images = this.#images.of(event);
      for (const image of images) this.#touched.image.add(image);
      return images.size > 0;
    }
    if ((type !== 'volume' && type !== 'network') || id === '') return false;
    this.#touched[type].add(id);
    return true;
  }

  take(): FeedChange[] {
    const changes: FeedChange[] = [];
    for (const [id, container] of this.#containers) changes.push({ kind: 'container', id, value: container && containerRow(container) });
    this.#containers.clear();
    for (const kind of KINDS) {
      for (const id of this.#touched[kind]) {
        const value = this.#row(kind, id);
        const text = value ? JSON.stringify(value) : undefined;
        const before = this.#sent[kind].get(id);
        if (text === before) continue;
        if (kind === 'image') this.#images.told(before === undefined ? null : (JSON.parse(before) as ImageRow), value as ImageRow | null);
        if (text === undefined) this.#sent[kind].delete(id);
        else this.#sent[kind].set(id, text);
        changes.push({ kind, id, value } as FeedChange);
      }
      this.#touched[kind].clear();
    }
    return changes;
  }

  #use(container: string, uses: Uses): void {
    const before = this.#uses.get(container) ?? NO_USES;
    for (const kind of KINDS) {
      for (const used of before[kind]) this.#users[kind].get(used)?.delete(container);
      for (const used of uses[kind]) this.#users[kind].set(used, (this.#users[kind].get(used) ?? new Set()).add(container));
    }
    if (uses === NO_USES) this.#uses.delete(container);
    else this.#uses.set(container, uses);
  }

  #rows<K extends Kind>(kind: K, ids: readonly string[]): OtherRows[K][] {
    const rows = ids.flatMap((id) => this.#row(kind, id) ?? []);
    for (const row of rows) {
      this.#sent[kind].set(row.id, JSON.stringify(row));
      if (kind === 'image') this.#images.told(null, row as ImageRow);
    }
    return rows;
  }

  #namesOn(network: string, id: string): readonly string[] {
    const container = this.#backends.containers.inspect(id);
    const endpoint = container.networks.find(({ networkId }) => networkId === network);
    return endpoint && hasNames([endpoint]) ? namesOf({ ...container, hostname: container.config.Hostname ?? '' }, endpoint) : [];
  }

  /** Null: it is gone. */
  #row<K extends Kind>(kind: K, id: string): OtherRows[K] | null {
    const { images, volumes, networks } = this.#backends;
    const make: { readonly [K in Kind]: () => OtherRows[K] } = {
      image: () => imageRow(images.inspect(id), [...(this.#users.image.get(id) ?? [])]),
      volume: () => volumeRow(volumes.get(id), [...(this.#users.volume.get(id) ?? [])]),
      network: () => networkRow(networks.find(id), networks.membersOf(id), (container) => this.#namesOn(id, container)),
    };
    try {
      return make[kind]();
    } catch (error) {
      if (isKind(error, 'NotFound')) return null;
      throw error;
    }
  }
}

function usesOf(container: Container): Uses {
  const { name, networks: endpoints, imageId } = container;
  return { image: [imageId], volume: volumesOf(container), network: endpoints.map(({ networkId }) => networkId), name, endpoints };
}
