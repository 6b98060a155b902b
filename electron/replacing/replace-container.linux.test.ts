import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RealEngine, runCommand } from '../../runtime/testkit/real-engine.ts';
import { type CallOptions, EngineClient } from '../engine/http-client.ts';
import { Notices } from '../notifications/notices.ts';
import { keptRecords } from '../testkit/records.ts';
import { ReplacementRecords } from './records.ts';
import { Recovery } from './recovery.ts';
import { replaceContainer } from './replace-container.ts';

let engine: RealEngine;
beforeAll(async () => {
  engine = await RealEngine.start('busybox:1');
});
afterAll(() => engine[Symbol.asyncDispose]());

afterEach(async () => {
  const client = new EngineClient(engine.socket);
  const rows = (await client.json('GET', '/containers/json', { query: { all: 1 } })) as Row[];
  for (const { Id } of rows) await client.json('DELETE', `/containers/${Id}`, { query: { force: true } });
});

/** The engine is killed as soon as it has done the first request of this kind; its answer is lost, and it comes again. */
class DoomedClient extends EngineClient {
  readonly #last: RegExp;
  restarted: Promise<void> | null = null;

  constructor(last: RegExp) {
    super(engine.socket);
    this.#last = last;
  }

  override async json(method: string, path: string, options?: CallOptions): Promise<unknown> {
    const answer = await super.json(method, path, options);
    if (this.restarted || !this.#last.test(`${method} ${path}`)) return answer;
    await engine.stop('SIGKILL');
    this.restarted = engine.start();
    return await super.json('GET', '/_ping');
  }
}

interface Row {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
}

/** A shell that is asked to end before it has come to its trap is not waited for long. */
const BODY = { Image: 'busybox:1', Cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'], StopTimeout: 1, HostConfig: { NetworkMode: 'none' } };
const NEXT = { name: 'web', body: BODY, start: true };
const all = async (client: EngineClient) => (await client.json('GET', '/containers/json', { query: { all: 1 } })) as Row[];

async function made(client: EngineClient, name: string): Promise<string> {
  const { Id } = (await client.json('POST', '/containers/create', { query: { name }, json: BODY })) as { Id: string };
  return Id;
}

async function running(client: EngineClient, name: string): Promise<string> {
  const id = await made(client, name);
  await client.json('POST', `/containers/${id}/start`);
  return id;
}

it.each([
  ['the old one gave up its name', /\/rename$/, 'old'],
  ['the new one was made', /\/create$/, 'old'],
  ['the old one was stopped', /\/stop$/, 'old'],
  ['the new one was started', /\/start$/, 'old'],
  ['the old one was removed', /^DELETE/, 'new'],
] as const)('an engine killed when %s leaves one of both, whole and running', async (_, last, left) => {
  const client = new EngineClient(engine.socket);
  const old = await running(client, 'web');
  using kept = keptRecords();
  const doomed = new DoomedClient(last);
  const outcome = await replaceContainer({ engine: doomed, records: kept.records }, old, NEXT).catch((error: Error) => error);
  await doomed.restarted;
  const rows = await all(client);
  expect(rows).toMatchObject([{ Names: ['/web'], State: 'running' }]);
  expect([rows[0]?.Id === old ? 'old' : 'new', outcome instanceof Error]).toEqual([left, left === 'old']);
  if (!(outcome instanceof Error)) expect(outcome).toEqual({ id: rows[0]?.Id, warnings: [] });
});

/** What the next shell does, as soon as it finds an engine. */
async function nextShell(directory: string) {
  const client = new EngineClient(engine.socket);
  const notices = new Notices();
  using recovery = new Recovery({ engine: client, records: new ReplacementRecords(directory), notices, onEngine: () => () => undefined });
  await recovery.look();
  return { recovery, notices, told: notices.list().map(({ kind, object, objectId }) => [kind, object, objectId]) };
}

const killed = (directory: string, last: string, replace: string) =>
  runCommand(process.execPath, [
    join(import.meta.dirname, '../testkit/killed-shell.ts'),
    engine.socket,
    directory,
    last,
    JSON.stringify({ replace, next: NEXT }),
  ]);

it.each([
  ['the old one gave up its name', '/rename$', 'old'],
  ['the new one was made', '/create$', 'old'],
  ['the old one was stopped', '/stop$', 'old'],
  ['the new one was started', '/start$', 'new'],
  ['the old one was removed', '^DELETE', 'new'],
] as const)('a shell killed when %s leaves what the next one puts right, touching no other', async (_, last, left) => {
  const client = new EngineClient(engine.socket);
  const old = await running(client, 'web');
  // It merely has such a name.
  const stranger = await made(client, 'web-before-0badcafe');
  using kept = keptRecords();
  expect((await killed(kept.directory, last, old)).code).toBe(null);
  const { told } = await nextShell(kept.directory);
  const rows = (await all(client)).filter(({ Id }) => Id !== stranger);
  expect(rows).toMatchObject([{ Names: ['/web'], State: 'running' }]);
  expect(rows[0]?.Id === old ? 'old' : 'new').toBe(left);
  expect(told).toEqual([[left === 'old' ? 'container.restored' : 'container.replaced', 'web', rows[0]?.Id]]);
  expect(await all(client)).toHaveLength(2);
  expect((await nextShell(kept.directory)).told).toEqual([]);
});

it.each([['^DELETE'], ['/rename$'], ['/start$']])('a shell killed at %s while it puts right leaves it to the one after', async (last) => {
  const client = new EngineClient(engine.socket);
  const old = await running(client, 'web');
  using kept = keptRecords();
  await killed(kept.directory, '/stop$', old);
  expect((await killed(kept.directory, last, '')).code).toBe(null);
  await nextShell(kept.directory);
  expect(await all(client)).toMatchObject([{ Id: old, Names: ['/web'], State: 'running' }]);
});

it('asks where the new one ran and ended, and brings the old one back when told to', async () => {
  const client = new EngineClient(engine.socket);
  const old = await running(client, 'web');
  using kept = keptRecords();
  await killed(kept.directory, '/start$', old);
  await client.json('POST', '/containers/web/stop');
  const { recovery, notices, told } = await nextShell(kept.directory);
  expect(told).toEqual([['container.unfinished', 'web', old]]);
  expect(await all(client)).toHaveLength(2);
  await recovery.look();
  expect(notices.list()).toHaveLength(1);
  await recovery.bringBack(old);
  expect(await all(client)).toMatchObject([{ Id: old, Names: ['/web'], State: 'running' }]);
  expect(notices.list()).toMatchObject([{ kind: 'container.restored', objectId: old }]);
  await expect(recovery.bringBack(old)).rejects.toMatchObject({ status: 404 });
});
