import { expect, it } from 'vitest';
import type { Digest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { EngineEvent } from '../base/events.ts';
import { Random } from '../testkit/random.ts';
import { type FeedBackends, FeedChanges } from './feed-changes.ts';
import type { ImageRow } from './types/feed.ts';

const digest = (at: number): Digest => `sha256:${at.toString(16).padStart(64, '0')}`;

/** Images as a table of names, with the events that the engine tells of what is done to them, and a count of what is asked. */
class Images {
  readonly names = new Map<string, Digest>();
  readonly ids = new Set<Digest>();
  readonly asked = { list: 0, inspect: 0 };
  readonly events: EngineEvent[] = [];

  tell(action: string, id: string, name: string): void {
    this.events.push({ type: 'image', action, id, attributes: { name }, timeNano: 0n });
  }

  backends(): FeedBackends {
    const none = { list: () => [] };
    const images = {
      list: () => {
        this.asked.list += 1;
        return [...this.ids].map((id) => ({ id }));
      },
      inspect: (name: string) => {
        this.asked.inspect += 1;
        const id = this.ids.has(name as Digest) ? (name as Digest) : this.names.get(name.includes(':') ? name : `${name}:latest`);
        if (id === undefined) throw new EngineError('NotFound', name);
        const repoTags = [...this.names].flatMap(([tag, holder]) => (holder === id ? [tag] : [])).sort();
        return { id, repoTags, repoDigests: [], created: 0, size: 1, config: { config: {} } };
      },
    };
    return { containers: none, images, volumes: none, networks: none, events: {} } as unknown as FeedBackends;
  }
}

/** Applies what a feed says to rows by id. */
function apply(rows: Map<string, ImageRow>, feed: FeedChanges): void {
  for (const change of feed.take()) {
    if (change.kind !== 'image') continue;
    if (change.value) rows.set(change.id, change.value);
    else rows.delete(change.id);
  }
}

function rowsOf(feed: FeedChanges): Map<string, ImageRow> {
  const message = feed.snapshot();
  return new Map(('snapshot' in message ? message.snapshot.images : []).map((row) => [row.id, row]));
}

it('tells what any order of image events has changed, and compares no other image', () => {
  const random = new Random(7);
  const images = new Images();
  let next = 0;
  const add = (): Digest => {
    const id = digest(next++);
    images.ids.add(id);
    return id;
  };
  for (let at = 0; at < 2000; at++) images.names.set(`image:${at}`, add());
  const feed = new FeedChanges(images.backends());
  const rows = rowsOf(feed);
  const known = () => [...images.ids].slice(-20);
  for (let step = 0; step < 500; step++) {
    const id = known()[random.below(20)] ?? digest(0);
    const name = `moving:${random.below(5)}`;
    const what = random.below(5);
    if (what === 0) {
      images.names.set(name, id);
      images.tell('tag', id, name);
    } else if (what === 1) {
      const pulled = add();
      images.names.set(`latest${random.below(3)}:latest`, pulled);
      const moved = [...images.names].find(([, holder]) => holder === pulled)?.[0] ?? '';
      images.tell('pull', moved, moved.replace(':latest', ''));
    } else if (what === 2) {
      images.tell('import', add(), 'without');
      images.names.set('without:latest', [...images.ids].at(-1) ?? id);
    } else if (what === 3) {
      const holder = images.names.get(name);
      images.names.delete(name);
      if (holder !== undefined) images.tell('untag', holder, name);
    } else {
      for (const [tag, holder] of images.names) if (holder === id && images.names.delete(tag)) images.tell('untag', id, tag);
      images.ids.delete(id);
      images.tell('delete', id, id);
    }
    images.asked.inspect = 0;
    const { length } = images.events;
    images.asked.list = 0;
    for (const event of images.events.splice(0)) feed.event(event);
    // Several events may come before the feed is taken from.
    if (random.below(3) > 0) apply(rows, feed);
    expect(images.asked.list).toBe(0);
    expect(images.asked.inspect).toBeLessThanOrEqual(20 + 4 * length);
  }
  apply(rows, feed);
  expect(rows).toEqual(rowsOf(new FeedChanges(images.backends())));
});

it('asks nothing for what changes no image', () => {
  const images = new Images();
  const feed = new FeedChanges(images.backends());
  rowsOf(feed);
  for (const action of ['save', 'push', 'prune']) {
    const event: EngineEvent = { type: 'image', action, id: 'image:1', attributes: { name: 'image' }, timeNano: 0n };
    expect(feed.event(event)).toBe(false);
  }
  expect([images.asked.inspect, feed.empty]).toEqual([0, true]);
});
