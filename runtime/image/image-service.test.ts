import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, hexOf } from '../base/digest.ts';
import { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import { GarbageCollector } from '../store/collect-garbage.ts';
import { Database } from '../store/database.ts';
import { Leases } from '../store/leases.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { MemoryContentStore } from '../testkit/memory-content-store.ts';
import { ImageCatalog } from './catalog.ts';
import { createImageService } from './create-image-service.ts';

const [base, top] = [digestOf('base'), digestOf('top')];

function config(name: string): string {
  const history = [{ created_by: 'ADD base' }, { created_by: 'ENV A=1', empty_layer: true }, { created_by: 'ADD top', comment: 'newest' }];
  const labels = { name, team: 'blue' };
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2024-01-01T00:00:00Z',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [base, top] },
    history,
  });
}

function fixture(left?: string) {
  const database = new Database(':memory:', MIGRATIONS);
  const content = new MemoryContentStore();
  if (left !== undefined) content.put(Buffer.from(left));
  const catalog = new ImageCatalog(database, content);
  const removedLayers: string[] = [];
  const events = new EventBus(() => 0n);
  const users: { containerId: string; running: boolean }[] = [];
  const add = (name: string, createdMs: number, ...names: (string | { readonly parent: Digest })[]): Digest => {
    const tags = names.filter((each) => typeof each === 'string');
    const parent = names.find((each) => typeof each === 'object')?.parent ?? '';
    const bytes = Buffer.from(config(name));
    for (const [layer, size] of [
      [base, 100],
      [top, 20],
    ] as const)
      catalog.layers.put({ diffId: layer, size, tarSize: size });
    catalog.images.put({ id: content.put(bytes), parent, createdMs, size: 120 }, [base, top]);
    for (const tag of tags) catalog.tags.put(tag, digestOf(bytes));
    return digestOf(bytes);
  };
  const service = createImageService({
    database,
    catalog,
    events,
    now: () => 5000,
    garbage: new GarbageCollector({
      images: catalog.images,
      layers: catalog.layers,
      leases: new Leases(database),
      content,
      partials: { collect: () => undefined },
      snapshots: { removeLayer: (key) => Promise.resolve(void removedLayers.push(key)), layersInUse: () => new Set() },
      removeRecipe: () => undefined,
      logger: silentLogger,
    }),
    users: { usersOf: () => users },
    load: () =>
      Promise.resolve([
        { id: base, names: ['a:1', 'b:2'] },
        { id: top, names: [] },
      ]),
    fromLayout: () => Promise.reject(new Error('not asked for')),
    commit: () => Promise.resolve({ id: base, names: ['c:1'] }),
    record: () => Promise.resolve({ id: base, names: ['b:1'] }),
    importRootfs: () => Promise.resolve({ id: base, names: [] }),
    dropPartials: () => 0,
    login: () => Promise.resolve(undefined),
    describe: () => Promise.resolve({ mediaType: '', digest: base, size: 1, platforms: [] }),
    search: () => Promise.resolve([]),
    remoteTags: () => Promise.resolve({ names: [], next: '' }),
    remoteRepositories: () => Promise.resolve({ names: [], next: '' }),
    remoteDigest: () => Promise.resolve(base),
    layers: () => Promise.reject(new Error('not here')),
    layerTree: () => Promise.reject(new Error('not here')),
    push: () => Promise.resolve({ id: base, tag: '1', digest: top, size: 1 }),
    save: () => ({ images: [], archive: Readable.from([]) }),
    pull: () => Promise.resolve({ id: base, digest: top, name: 'a:1' }),
  });
  const alone = (name: string, size: number): Digest => {
    const id = content.put(Buffer.from(config(name)));
    catalog.layers.put({ diffId: digestOf(name), size, tarSize: size });
    catalog.images.put({ id, parent: '', createdMs: 0, size }, [digestOf(name)]);
    return id;
  };
  const list = (): Digest[] => service.list().map(({ id }) => id);
  return {
    add,
    alone,
    list,
    content,
    service,
    users,
    removedLayers,
    actions: () => events.past().map(({ action, attributes }) => `${action} ${attributes['name']}`),
  };
}

const A = 'docker.io/library/a:1';
/** What goes with an image that alone has both layers: chains of layers, the newest first. */
const FREED = [
  { deleted: digestOf(`${base} ${top}`), size: 20 },
  { deleted: base, size: 100 },
];
const options = { force: false, noprune: false };

describe('finding', () => {
  it('takes tags, ids and unique prefixes', () => {
    const { add, service } = fixture();
    const id = add('one', 1, A);
    const names = ['a:1', 'docker.io/library/a:1', id, hexOf(id), hexOf(id).slice(0, 12), id.slice(0, 20)];
    expect(names.map((name) => service.inspect(name).id)).toEqual(names.map(() => id));
    expect(service.resolve('a:1')).toMatchObject({ id, name: 'a:1', layers: [hexOf(base), hexOf(top)] });
    expect(service.resolve(id).name).toBe(id);
  });

  it('says in Docker’s words what is not there', () => {
    const { add, service } = fixture();
    add('one', 1);
    expect(() => service.inspect('nosuch')).toThrow('No such image: nosuch:latest');
    expect(() => service.inspect('sha256:1234')).toThrow('No such image: sha256:1234');
    expect(() => service.inspect('UPPER')).toThrow('must be lowercase');
  });
});

describe('list', () => {
  it('filters by reference, label, dangling, before and since', () => {
    const { add, service } = fixture();
    const one = add('one', 1, A, 'docker.io/library/b:2');
    const two = add('two', 2);
    const ids = (filters: Parameters<typeof service.list>[0]): Digest[] => service.list(filters).map((image) => image.id);
    expect(ids({})).toEqual([two, one]);
    expect([ids({ dangling: true }), ids({ dangling: false })]).toEqual([[two], [one]]);
    expect([ids({ label: ['team=blue'] }), ids({ label: ['name=one'] }), ids({ label: ['nosuch'] })]).toEqual([[two, one], [one], []]);
    expect([ids({ before: two }), ids({ since: one })]).toEqual([[one], [two]]);
    expect([ids({ until: 1 }), ids({ until: 0 }), ids({ until: 2 })]).toEqual([[one], [], [two, one]]);
    expect(service.list({ reference: ['a'] }).map(({ repoTags }) => repoTags)).toEqual([['a:1']]);
    expect(ids({ reference: ['b:*'] })).toEqual([one]);
    expect(() => ids({ reference: ['['] })).toThrow('syntax error in pattern');
  });

  it('takes an image that has a name by digest alone for dangling or not, as Docker does', () => {
    const { add, service } = fixture();
    add('one', 1, `docker.io/library/a@${top}`);
    expect([service.list({ dangling: true }).length, service.list({ dangling: false }).length]).toEqual([1, 1]);
    expect(service.list({ reference: ['a'] }).map(({ repoDigests }) => repoDigests)).toEqual([[`a@${top}`]]);
    expect(service.list({ reference: ['a:*'] })).toEqual([]);
  });
});

describe('history', () => {
  it('is newest first, with sizes where files came in', () => {
    const { add, service } = fixture();
    const id = add('one', 1, A);
    expect(service.history('a:1').map((entry) => [entry.id, entry.createdBy, entry.size, entry.tags])).toEqual([
      [id, 'ADD top', 20, ['a:1']],
      ['<missing>', 'ENV A=1', 0, []],
      ['<missing>', 'ADD base', 100, []],
    ]);
  });
});

describe('tag', () => {
  it('names an image and moves the name', () => {
    const { add, service } = fixture();
    const [one, two] = [add('one', 1, A), add('two', 2)];
    service.tag('a:1', 'mine');
    service.tag(two, 'a:1');
    expect([service.inspect(one).repoTags, service.inspect(two).repoTags]).toEqual([['mine:latest'], ['a:1']]);
    expect([service.inspect(one).lastTaggedMs, service.inspect(two).lastTaggedMs]).toEqual([5000, 5000]);
    expect(() => service.tag(one, 'Bad Name')).toThrow('invalid reference format');
    expect(() => service.tag('nosuch', 'x')).toThrow('No such image');
  });
});

describe('remove', () => {
  it('takes one tag, and with the last one the image and the layers nobody else has', async () => {
    const { add, content, service, removedLayers, actions } = fixture();
    const id = add('one', 1, A, 'docker.io/library/b:2');
    expect(await service.remove('a:1', options)).toEqual([{ untagged: 'a:1' }]);
    expect(removedLayers).toEqual([]);
    expect(await service.remove('b:2', options)).toEqual([{ untagged: 'b:2' }, { deleted: id }, ...FREED]);
    expect(content.list(), 'its configuration goes too').toEqual([]);
    expect(removedLayers.sort()).toEqual([hexOf(base), hexOf(top)].sort());
    expect(actions()).toEqual(['untag a:1', 'untag b:2', `delete ${id}`]);
  });

  it('keeps layers that another image has', async () => {
    const { add, service, removedLayers } = fixture();
    add('one', 1, A);
    add('two', 2);
    await service.remove('a:1', options);
    expect(removedLayers).toEqual([]);
  });

  it('refuses an id with several repositories unless forced', async () => {
    const { add, service } = fixture();
    const id = add('one', 1, A, 'docker.io/library/b:2');
    await expect(service.remove(id, options)).rejects.toThrow('(must be forced) - image is referenced in multiple repositories');
    expect(await service.remove(id, { ...options, force: true })).toEqual([{ untagged: 'a:1' }, { untagged: 'b:2' }, { deleted: id }, ...FREED]);
  });

  it('by id takes the one tag along with the names by digest of its repository', async () => {
    const { add, service } = fixture();
    const id = add('one', 1, A, `docker.io/library/a@${top}`);
    expect(await service.remove(id, options)).toEqual([{ untagged: 'a:1' }, { untagged: `a@${top}` }, { deleted: id }, ...FREED]);
  });

  it('by the last tag takes the names by digest of its repository but not of another', async () => {
    const { add, service } = fixture();
    const id = add('one', 1, A, `docker.io/library/a@${top}`, `docker.io/library/b@${top}`);
    expect(await service.remove('a:1', options)).toEqual([{ untagged: 'a:1' }, { untagged: `a@${top}` }]);
    expect(service.inspect(id).repoDigests).toEqual([`b@${top}`]);
  });

  it('refuses what a stopped container uses, and forced takes the image of it', async () => {
    const { add, service, users } = fixture();
    const id = add('one', 1, A);
    users.push({ containerId: 'c'.repeat(64), running: false });
    await expect(service.remove('a:1', options)).rejects.toThrow(
      `conflict: unable to remove repository reference "a:1" (must force) - container cccccccccccc is using its referenced image ${hexOf(id).slice(0, 12)}`,
    );
    await expect(service.remove(id, options)).rejects.toThrow('(must be forced) - image is being used by stopped container cccccccccccc');
    expect(service.inspect(id).repoTags, 'nothing is changed').toEqual(['a:1']);
    expect(await service.remove('a:1', { ...options, force: true })).toEqual([{ untagged: 'a:1' }, { deleted: id }, ...FREED]);
  });

  it('leaves the image of a running container, and forced takes its name at most', async () => {
    const { add, service, users } = fixture();
    const id = add('one', 1, A);
    users.push({ containerId: 'c'.repeat(64), running: true });
    for (const force of [false, true]) {
      const text = '(cannot be forced) - image is being used by running container cccccccccccc';
      await expect(service.remove(id, { ...options, force })).rejects.toThrow(text);
    }
    expect(await service.remove('a:1', { ...options, force: true })).toEqual([{ untagged: 'a:1' }]);
    expect(service.inspect(id).repoTags).toEqual([]);
  });

  it('leaves an image that others were made from, and takes unnamed parents along unless told not to', async () => {
    for (const noprune of [false, true]) {
      const { add, service, list } = fixture();
      const parent = add('parent', 1, A);
      const child = add('child', 2, 'docker.io/library/b:2', { parent });
      await expect(service.remove(parent, { ...options, force: true })).rejects.toThrow('(cannot be forced) - image has dependent child images');
      expect(await service.remove('a:1', options), 'its name alone').toEqual([{ untagged: 'a:1' }]);
      expect([list(), service.list({ all: true }).map(({ id }) => id)], 'hidden now').toEqual([[child], [child, parent]]);
      const rows = await service.remove('b:2', { ...options, noprune });
      expect(rows).toEqual([{ untagged: 'b:2' }, { deleted: child }, ...(noprune ? [] : [{ deleted: parent }, ...FREED])]);
      expect(list()).toEqual(noprune ? [parent] : []);
    }
  });
});

describe('usage', () => {
  it('counts each layer once, and what images share', () => {
    const { add, service, alone } = fixture();
    const [one, two] = [add('one', 1, A), add('two', 2)];
    const third = alone('third', 7);
    const { layersSize, sharedSize } = service.usage();
    expect([layersSize, sharedSize(one), sharedSize(two), sharedSize(third)]).toEqual([127, 120, 120, 0]);
  });
});

describe('load', () => {
  it('names what it loaded and announces it', async () => {
    const { service, actions } = fixture();
    const nothing = (async function* () {})();
    expect(await service.load(nothing, { signal: new AbortController().signal })).toEqual(['a:1', 'b:2', top]);
    expect(actions()).toEqual(['load a:1', 'load b:2', `load ${top}`]);
  });
});

it('drops configurations of images that an engine which crashed did not get to record', () => {
  expect(fixture('a configuration without an image').content.list()).toEqual([]);
});
