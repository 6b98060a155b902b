import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { EventBus } from '../base/events.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { testVolumes } from '../testkit/test-volumes.ts';
import type { LocalVolumes } from './local-volumes.ts';

let directory: string;
let database: Database;
let events: EventBus;
let users: Record<string, string[]>;
let copies: { target: string; makesTarget: boolean }[];
/** What a copy does instead of copying. */
let copy: (target: string) => Promise<void>;

const open = (): LocalVolumes => {
  const volumes = testVolumes({
    directory,
    events,
    database,
    threads: {
      copyUp: async ({ target, makesTarget }) => {
        copies.push({ target, makesTarget });
        await copy(target);
      },
      measure: () => Promise.resolve(700),
      mount: () => Promise.reject(new EngineError('Internal', 'mount', { details: { code: 'ENODEV' } })),
      unmount: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  });
  volumes.attachUsers({ usersOf: (name) => users[name] ?? [] });
  return volumes;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-volumes-'));
  database = new Database(':memory:', MIGRATIONS);
  events = new EventBus(() => 1n);
  users = {};
  copies = [];
  copy = (target) => {
    mkdirSync(target);
    writeFileSync(join(target, 'copied'), 'x');
    return Promise.resolve();
  };
});
afterEach(() => {
  database[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

const root = (...path: string[]): string => join(directory, 'volumes', ...path);
const content = { overlay: { lower: [], upper: '/u', work: '/w' }, path: '/data' };
const use = { containerId: 'c1', destination: '/x', readonly: false };

describe('LocalVolumes', () => {
  it('keeps name, labels, options and time over a restart', () => {
    const made = open().create({ name: 'data', labels: { a: 'b' }, options: { type: 'tmpfs', device: 'tmpfs' } });
    expect(open().list()).toEqual([made]);
    expect(made).toMatchObject({
      name: 'data',
      labels: { a: 'b' },
      options: { type: 'tmpfs', device: 'tmpfs' },
      mountpoint: root('data/_data'),
      isAnonymous: false,
    });
  });

  it('returns the one that exists and refuses other options', () => {
    const volumes = open();
    const made = volumes.create({ name: 'data', labels: { a: 'b' } });
    expect(volumes.create({ name: 'data', labels: { c: 'd' } })).toEqual(made);
    expect(() => volumes.create({ name: 'data', options: { type: 'tmpfs', device: 'tmpfs' } })).toThrow('conflict: volume name must be unique');
    expect(events.past().map(({ action }) => action)).toEqual(['create']);
  });

  it('makes anonymous volumes with the label of Docker', () => {
    const made = open().create({ labels: { a: 'b' } });
    expect(made.name).toMatch(/^[0-9a-f]{64}$/);
    expect([made.isAnonymous, made.labels]).toEqual([true, { a: 'b', 'com.docker.volume.anonymous': '' }]);
  });

  it('refuses to remove what is used, held or not there', () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    users = { data: ['c1', 'c2'] };
    expect(() => volumes.remove('data', { force: true })).toThrow('remove data: volume is in use - [c1, c2]');
    users = {};
    const holds = [volumes.hold('data'), volumes.hold('data')];
    holds[0]?.[Symbol.dispose]();
    holds[0]?.[Symbol.dispose]();
    expect(() => volumes.remove('data', { force: false })).toThrow('volume is in use - a container with it is being made');
    holds[1]?.[Symbol.dispose]();
    volumes.remove('data', { force: false });
    expect([existsSync(root('data')), open().list()]).toEqual([false, []]);
    expect(() => volumes.remove('data', { force: false })).toThrow('get data: no such volume');
    volumes.remove('data', { force: true });
  });

  it('removes nothing before it knows who has volumes', () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    const unknown = testVolumes({ directory, events, database });
    expect(() => unknown.remove('data', { force: true })).toThrow('who uses volume data is not known yet');
  });

  it('leaves nothing of one whose record cannot be written', () => {
    const volumes = open();
    database.run('DROP TABLE volumes');
    expect(() => volumes.create({ name: 'data' })).toThrow('no such table');
    expect([volumes.list(), readdirSync(root())]).toEqual([[], ['.trash']]);
  });

  it('measures its files, and not what lies elsewhere', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    expect(await volumes.size('data')).toBe(700);
    volumes.create({ name: 'away', options: { type: 'tmpfs', device: 'tmpfs' } });
    expect(await volumes.size('away')).toBe(-1);
  });
});

describe('copyUp', () => {
  it('puts a whole copy in the place of an empty volume', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    await volumes.copyUp('data', '', content);
    expect([readdirSync(root('data')), readdirSync(root('data/_data'))]).toEqual([['_data'], ['copied']]);
    await volumes.copyUp('data', '', content);
    expect(copies).toHaveLength(1);
  });

  it('leaves the volume empty when it fails, and the next try may succeed', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    const works = copy;
    copy = async (target) => {
      await works(target);
      throw new Error('disk full');
    };
    await expect(volumes.copyUp('data', '', content)).rejects.toThrow('disk full');
    expect([readdirSync(root('data')), readdirSync(root('data/_data'))]).toEqual([['_data'], []]);
    copy = works;
    await volumes.copyUp('data', '', content);
    expect(readdirSync(root('data/_data'))).toEqual(['copied']);
  });

  it('keeps what was written meanwhile', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    const works = copy;
    copy = async (target) => {
      await works(target);
      writeFileSync(root('data/_data/mine'), 'y');
    };
    await volumes.copyUp('data', '', content);
    expect([readdirSync(root('data')), readdirSync(root('data/_data'))]).toEqual([['_data'], ['mine']]);
  });

  it('never replaces the directory of a volume that is mounted', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    await volumes.mount('data', use);
    copy = () => Promise.resolve();
    await volumes.copyUp('data', '', content);
    expect(copies).toEqual([{ target: root('data/_data'), makesTarget: false }]);
  });

  it('lets a mount wait for it', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    const gate = Promise.withResolvers<void>();
    copy = () => gate.promise;
    const copying = volumes.copyUp('data', '', content);
    let isMounted = false;
    const mounting = volumes.mount('data', use).then(() => {
      isMounted = true;
    });
    await new Promise(setImmediate);
    expect(isMounted).toBe(false);
    gate.resolve();
    await Promise.all([copying, mounting]);
    expect(isMounted).toBe(true);
  });
});

describe('mounts', () => {
  it('are announced once a container, and sources follow the options', async () => {
    const volumes = open();
    volumes.create({ name: 'data' });
    volumes.create({ name: 'host', options: { type: 'none', o: 'rbind,ro', device: directory } });
    volumes.create({ name: 'lost', options: { type: 'none', o: 'bind', device: join(directory, 'missing') } });
    expect(await volumes.mount('data', use)).toEqual({ kind: 'directory', path: root('data/_data'), recursive: false, readonly: false });
    expect(await volumes.mount('host', use)).toEqual({ kind: 'directory', path: directory, recursive: true, readonly: true });
    await expect(volumes.mount('lost', use)).rejects.toThrow(`failed to mount local volume: mount ${directory}/missing`);
    await expect(volumes.mount('gone', use)).rejects.toThrow('get gone: no such volume');
    volumes.unmount('data', 'c1');
    volumes.unmount('data', 'c1');
    volumes.restore('data', 'c2');
    volumes.unmount('data', 'c2');
    expect(events.past().flatMap(({ action, id }) => (action.endsWith('mount') ? [`${action} ${id}`] : []))).toEqual([
      'mount data',
      'mount host',
      'unmount data',
      'unmount data',
    ]);
  });
});

describe('after a crash', () => {
  it('a removal half done is finished and a copy half done is thrown away', async () => {
    open().create({ name: 'removed' });
    const { mountpoint } = open().create({ name: 'copied' });
    rmSync(root('removed'), { recursive: true });
    mkdirSync(root('copied/_copy-1'));
    const volumes = open();
    expect(volumes.list().map(({ name }) => name)).toEqual(['copied']);
    expect(readdirSync(join(mountpoint, '..'))).toEqual(['_data']);
    await volumes[Symbol.asyncDispose]();
    expect(readdirSync(root('.trash'))).toEqual([]);
  });

  it('files without a record become a volume again, an empty directory goes', () => {
    open();
    mkdirSync(root('files/_data'), { recursive: true });
    writeFileSync(root('files/_data/file'), 'kept');
    mkdirSync(root('empty/_data'), { recursive: true });
    mkdirSync(root('foreign'));
    expect(open().list()).toMatchObject([{ name: 'files', labels: {}, options: {} }]);
    expect(readFileSync(root('files/_data/file'), 'utf8')).toBe('kept');
    expect([existsSync(root('empty')), existsSync(root('foreign'))]).toEqual([false, true]);
  });

  it('what was made for a container that never came to be is gone, unless another has it', () => {
    const volumes = open();
    volumes.create({ madeFor: 'c1' });
    volumes.create({ name: 'taken', madeFor: 'c1' });
    volumes.create({ name: 'asked' });
    volumes.create({ name: 'asked', madeFor: 'c1' });
    volumes.settle('taken');
    expect(
      open()
        .list()
        .map(({ name }) => name),
    ).toEqual(['asked', 'taken']);
  });
});
