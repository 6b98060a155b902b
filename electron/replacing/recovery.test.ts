import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Notices } from '../notifications/notices.ts';
import { fakeEngine, json } from '../testkit/fake-engine.ts';
import { keptRecords } from '../testkit/records.ts';
import { ReplacementRecords } from './records.ts';
import { Recovery } from './recovery.ts';
import { replaceContainer } from './replace-container.ts';

const done = json(null, 204);
const GIVEN = { old: 'old', name: 'web', aside: 'web-before-1', wasUp: true, start: true };
const old = (name: string, status = 'running') =>
  json({ Id: 'old', Name: `/${name}`, State: { Status: status, ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '2026-01-01T01:00:00Z' } });
const recoveryOf = (engine: Awaited<ReturnType<typeof fakeEngine>>, directory: string) => {
  const notices = new Notices();
  const recovery = new Recovery({ engine: engine.client, records: new ReplacementRecords(directory), notices, onEngine: () => () => undefined });
  return { recovery, told: () => notices.list().map(({ kind, detail }) => [kind, detail]) };
};

it('asks when another container has got the name meanwhile, and says what stands in the way when it is told to', async () => {
  let taken = true;
  await using engine = await fakeEngine({
    'GET /containers/old/json': old('web-before-1', 'exited'),
    'GET /containers/json': json([]),
    'POST /containers/old/rename': (request, response) => (taken ? json({ message: 'web is taken' }, 409) : done)(request, response),
    'POST /containers/old/start': done,
  });
  using kept = keptRecords();
  kept.records.release(await kept.records.begin({ ...GIVEN, socket: engine.socket }));
  const { recovery, told } = recoveryOf(engine, kept.directory);
  await recovery.look();
  expect(told()).toEqual([['container.unfinished', 'web is taken']]);
  await expect(recovery.bringBack('old')).rejects.toMatchObject({ status: 409, message: 'web is taken' });
  taken = false;
  await recovery.bringBack('old');
  expect(told()).toEqual([['container.restored', '']]);
  expect(await readdir(kept.directory)).toEqual([]);
});

it.each([
  ['renamed by hand', { 'GET /containers/old/json': old('mine'), 'GET /containers/json': json([]) }],
  ['removed by hand', { 'GET /containers/json': json([]) }],
])('leaves alone what was %s', async (_, routes) => {
  await using engine = await fakeEngine(routes);
  using kept = keptRecords();
  kept.records.release(await kept.records.begin({ ...GIVEN, socket: engine.socket }));
  const { recovery, told } = recoveryOf(engine, kept.directory);
  await recovery.look();
  expect([told(), await readdir(kept.directory), engine.seen.filter((line) => !line.startsWith('GET'))]).toEqual([[], [], []]);
});

it('takes neither what is under way, nor what is of another engine, nor what it cannot read', async () => {
  using kept = keptRecords();
  await kept.records.begin({ ...GIVEN, socket: '/here' });
  kept.records.release(await kept.records.begin({ ...GIVEN, socket: '/there' }));
  await writeFile(join(kept.directory, '00000000-0000-4000-8000-000000000000.999999999-1.json'), '{"id":');
  expect(await kept.records.claim('/here')).toEqual([]);
  expect(await kept.records.claim('/there')).toMatchObject([{ name: 'web', stopping: false }]);
  expect(await kept.records.claim('/there')).toEqual([]);
  expect(await readdir(kept.directory)).toHaveLength(3);
});

it('gives what a dead shell left to one of several alone', async () => {
  using kept = keptRecords();
  const record = await kept.records.begin({ ...GIVEN, socket: '/here' });
  const [file = ''] = await readdir(kept.directory);
  await rename(join(kept.directory, file), join(kept.directory, `${record.id}.999999999-1.json`));
  // Both are of this process, as far as the file's name goes; what one has renamed the other does not find.
  const claims = await Promise.all([new ReplacementRecords(kept.directory), new ReplacementRecords(kept.directory)].map((one) => one.claim('/here')));
  expect(claims.flat()).toHaveLength(1);
});

it('touches nothing where what it is about to do cannot be noted', async () => {
  await using engine = await fakeEngine({ 'GET /containers/old/json': old('web') });
  using kept = keptRecords();
  const file = join(kept.directory, 'full');
  await writeFile(file, '');
  const records = new ReplacementRecords(join(file, 'replacing'));
  const replacing = replaceContainer({ engine: engine.client, records }, 'old', { name: 'web', body: {}, start: true });
  await expect(replacing).rejects.toMatchObject({ status: 507 });
  expect(engine.seen).toEqual(['GET /containers/old/json']);
});
