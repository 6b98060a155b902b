import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { Database } from '../../store/database.ts';
import { MIGRATIONS } from '../../store/migrations/migrations.ts';
import { BuildRecords } from '../../store/records/builds.ts';
import type { BuildRecord } from '../build-service.ts';
import type { BuildBeginning } from './history.ts';
import { LOG_LIMIT, StepLogs } from './step-logs.ts';
import { StoredHistory } from './stored-history.ts';

let directory: string;
let database: Database;
let time: bigint;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-history-'));
  database = new Database(':memory:', MIGRATIONS);
  time = 1_700_000_000_000_000_000n;
});
afterEach(() => {
  database[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

const open = () => new StoredHistory({ records: new BuildRecords(database), logs: new StepLogs(join(directory, 'builds')), now: () => time++ });
const beginning = (id: string): BuildBeginning => ({
  id,
  tags: ['app:latest'],
  target: 'release',
  dockerfileName: 'Dockerfile',
  contextName: 'app',
  buildArgs: { A: '1' },
});
const vertices = [
  { name: 'one', stage: 'a', inputs: [] },
  { name: 'two', stage: 'b', inputs: [0] },
];
const text = (pieces: readonly { readonly stream: number; readonly data: Uint8Array }[]) =>
  pieces.map(({ stream, data }) => `${stream}:${Buffer.from(data).toString()}`);

describe('the history of builds', () => {
  it('keeps what a build was and did', () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    build.describe({ dockerfile: 'FROM scratch' });
    build.onEvent({ type: 'steps', steps: [] });
    build.onEvent({ type: 'graph', vertices });
    build.onEvent({ type: 'started', vertex: 0, time: 10n });
    build.onEvent({ type: 'progress', vertex: 0, id: 'x', current: 1 });
    build.onEvent({ type: 'completed', vertex: 0, time: 20n, cached: true, layers: [] });
    build.onEvent({ type: 'started', vertex: 1, time: 30n });
    expect(history.details('b1')).toMatchObject({ status: 'running', finishedAt: null, steps: 2, cachedSteps: 1 });
    build.onEvent({ type: 'completed', vertex: 1, time: 40n, cached: false, miss: 'files changed', layers: [], error: 'broken' });
    build.end({ status: 'failed', error: 'broken' });
    build.end({ status: 'completed', image: null });
    build.onEvent({ type: 'log', vertex: 0, stream: 1, time: 50n, data: Buffer.from('late') });
    expect(open().details('b1')).toEqual({
      id: 'b1',
      status: 'failed',
      startedAt: 1_700_000_000_000_000_000n,
      finishedAt: 1_700_000_000_000_000_001n,
      error: 'broken',
      image: null,
      tags: ['app:latest'],
      target: 'release',
      dockerfileName: 'Dockerfile',
      contextName: 'app',
      steps: 2,
      cachedSteps: 1,
      dockerfile: 'FROM scratch',
      buildArgs: { A: '1' },
      warnings: [],
      vertices: [
        { name: 'one', stage: 'a', inputs: [], startedAt: 10n, completedAt: 20n, cached: true, miss: '', error: '' },
        { name: 'two', stage: 'b', inputs: [0], startedAt: 30n, completedAt: 40n, cached: false, miss: 'files changed', error: 'broken' },
      ],
    });
    expect(history.logs('b1', 0)).toEqual([]);
  });

  it('keeps warnings, and the image of one that ended well', () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    const warning = { rule: 'StageNameCasing', description: 'x', message: 'y', url: '', ranges: [] } as never;
    build.onEvent({ type: 'warning', warning });
    build.onEvent({ type: 'warning', warning });
    build.end({ status: 'completed', image: digestOf('image') });
    expect([history.details('b1').warnings, history.list()[0]?.image]).toEqual([[warning, warning], digestOf('image')]);
  });

  it('reads the output of a step while it runs, after its end and after a restart', () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    build.onEvent({ type: 'graph', vertices });
    build.onEvent({ type: 'log', vertex: 1, stream: 1, time: 7n, data: Buffer.from('out') });
    expect(text(history.logs('b1', 1))).toEqual(['1:out']);
    build.onEvent({ type: 'log', vertex: 1, stream: 2, time: 8n, data: Buffer.from('err') });
    build.end({ status: 'canceled', error: 'gone' });
    expect([text(history.logs('b1', 1)), open().logs('b1', 1)[0]?.time, text(history.logs('b1', 0))]).toEqual([['1:out', '2:err'], 7n, []]);
    // A crash in the middle of a piece.
    appendFileSync(join(directory, 'builds', 'b1', '1'), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 100, 65]));
    expect(text(history.logs('b1', 1))).toEqual(['1:out', '2:err']);
  });

  it('bounds the output of a step and says so once', () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    const piece = Buffer.alloc(100_000, 'x');
    for (let count = 0; count < 40; count++) build.onEvent({ type: 'log', vertex: 0, stream: 1, time: 1n, data: piece });
    build.end({ status: 'completed', image: null });
    const all = Buffer.concat(history.logs('b1', 0).map(({ data }) => data)).toString();
    expect(all.length).toBeGreaterThan(LOG_LIMIT - 1000);
    expect(all.length).toBeLessThan(LOG_LIMIT + 100);
    expect(all.split('output clipped')).toHaveLength(2);
  });

  it('shows a build during which the engine ended as failed', () => {
    const before = open();
    const build = before.begin(beginning('b1'));
    before.begin(beginning('b2'));
    build.onEvent({ type: 'graph', vertices });
    build.onEvent({ type: 'started', vertex: 0, time: 1_700_000_000_500_000_000n });
    const history = open();
    expect(history.list().map(({ id, status, finishedAt, error }) => [id, status, finishedAt, error])).toEqual([
      ['b2', 'failed', 1_700_000_000_000_000_001n, 'the engine ended while it was built'],
      ['b1', 'failed', 1_700_000_000_500_000_000n, 'the engine ended while it was built'],
    ]);
    // The step that was carried out is the one to look at; the one that had not begun has nothing to tell.
    expect(history.details('b1').vertices.map(({ completedAt, error }) => [completedAt, error])).toEqual([
      [1_700_000_000_500_000_000n, 'the engine ended while it was built'],
      [null, ''],
    ]);
  });

  it('keeps a hundred that have ended, newest first, and their output alone', () => {
    const history = open();
    history.begin(beginning('running'));
    for (let number = 0; number < 105; number++) {
      const build = history.begin(beginning(`b${number}`));
      build.onEvent({ type: 'log', vertex: 0, stream: 1, time: 1n, data: Buffer.from('x') });
      build.end({ status: 'completed', image: null });
    }
    const ids = history.list().map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-2), ids.at(-1)]).toEqual([102, 'b104', 'b4', 'running']);
    expect(readdirSync(join(directory, 'builds'))).toHaveLength(101);
    writeFileSync(join(directory, 'builds', 'stray'), '');
    open();
    expect(readdirSync(join(directory, 'builds'))).toHaveLength(101);
  });

  it('forgets what has ended and knows no others', () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    build.onEvent({ type: 'log', vertex: 0, stream: 1, time: 1n, data: Buffer.from('x') });
    expect(() => history.forget('b1')).toThrow('is running');
    build.end({ status: 'completed', image: null });
    history.forget('b1');
    expect([history.list(), readdirSync(join(directory, 'builds'))]).toEqual([[], []]);
    for (const ask of [() => history.details('b1'), () => history.logs('b1', 0), () => history.forget('b1')]) expect(ask).toThrow('No such build: b1');
    for (const id of ['', '../x', 'a/b', '.hidden']) expect(() => history.begin(beginning(id))).toThrow('cannot have the id');
  });

  it('tells listeners of beginnings, steps and ends until they leave', () => {
    const history = open();
    const told: string[] = [];
    const listener = ({ status, cachedSteps }: BuildRecord): void => void told.push(`${status} ${cachedSteps}`);
    const listening = history.onChange(listener);
    const build = history.begin(beginning('b1'));
    build.onEvent({ type: 'graph', vertices });
    build.onEvent({ type: 'started', vertex: 0, time: 1n });
    build.onEvent({ type: 'completed', vertex: 0, time: 1n, cached: true, layers: [] });
    build.end({ status: 'completed', image: null });
    listening[Symbol.dispose]();
    history.begin(beginning('b2'));
    expect(told).toEqual(['running 0', 'running 0', 'running 0', 'running 1', 'completed 1']);
  });
});

describe('the output of a step that is followed', () => {
  async function collect(batches: AsyncIterable<Parameters<typeof text>[0]>, told: string[]): Promise<void> {
    for await (const pieces of batches) told.push(...text(pieces));
  }
  const never = new AbortController().signal;

  it('is what there is, then what comes, until the step ends', async () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    build.onEvent({ type: 'graph', vertices });
    const told: string[] = [];
    const following = collect(history.followLogs('b1', 1, never), told);
    build.onEvent({ type: 'log', vertex: 1, stream: 1, time: 7n, data: Buffer.from('one') });
    build.onEvent({ type: 'log', vertex: 0, stream: 1, time: 7n, data: Buffer.from('of another') });
    await expect.poll(() => told).toEqual(['1:one']);
    build.onEvent({ type: 'log', vertex: 1, stream: 2, time: 8n, data: Buffer.from('two') });
    await expect.poll(() => told).toEqual(['1:one', '2:two']);
    build.onEvent({ type: 'log', vertex: 1, stream: 1, time: 9n, data: Buffer.from('three') });
    build.onEvent({ type: 'completed', vertex: 1, time: 9n, cached: false, layers: [] });
    await following;
    expect(told).toEqual(['1:one', '2:two', '1:three']);
    const late: string[] = [];
    await collect(history.followLogs('b1', 1, never), late);
    expect(late).toEqual(told);
  });

  it('ends with the build for a step that never began, and with whoever reads it', async () => {
    const history = open();
    const build = history.begin(beginning('b1'));
    build.onEvent({ type: 'graph', vertices });
    const leaving = new AbortController();
    const left = collect(history.followLogs('b1', 0, leaving.signal), []);
    leaving.abort();
    await left;
    const following = collect(history.followLogs('b1', 0, never), []);
    build.end({ status: 'canceled', error: 'gone' });
    await following;
    expect(() => history.followLogs('nobody', 0, never)).toThrow('No such build');
  });
});
