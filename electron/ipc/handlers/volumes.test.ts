import { expect, it } from 'vitest';
import { PROGRAMS } from '../../tasks/programs.ts';
import type { TaskHistory } from '../../tasks/task-history.ts';
import { TaskList } from '../../tasks/task-list.ts';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { NO_RECORDS } from '../../testkit/records.ts';
import { volumeRequests, volumeStreams } from './volumes.ts';

const NO_REGISTRIES = { headersFor: () => Promise.resolve({}) };

it('creates a volume of the local driver', async () => {
  let asked: unknown;
  await using engine = await fakeEngine({
    'POST /volumes/create': async (request, response) => {
      asked = JSON.parse((await bodyOf(request)).toString());
      response.writeHead(201).end('{"Name":"data"}');
    },
  });
  const { 'volume.create': create } = volumeRequests(engine.client);
  expect(await create({ name: 'data', options: { type: 'tmpfs' }, labels: { a: 'b' } })).toEqual({ id: 'data' });
  expect(asked).toEqual({ Name: 'data', Driver: 'local', DriverOpts: { type: 'tmpfs' }, Labels: { a: 'b' } });
  await create({ name: '', options: {}, labels: {} });
  expect(asked).not.toHaveProperty('Name');
});

it('measures a volume once for all who ask within a while; one without files or gone has no size', async () => {
  await using engine = await fakeEngine({
    'GET /slipway/v1/volumes/a/size': json({ Size: 7 }),
    'GET /slipway/v1/volumes/tmp/size': json({ Size: -1 }),
  });
  const { 'volume.sizes': sizes } = volumeRequests(engine.client);
  const asked = await Promise.all([sizes({ ids: ['a', 'tmp', 'gone'] }), sizes({ ids: ['a'] })]);
  expect(asked).toEqual([{ sizes: { a: 7, tmp: null, gone: null } }, { sizes: { a: 7 } }]);
  expect(engine.seen.filter((line) => line.includes('/a/'))).toHaveLength(1);
});

it('makes a volume of an archive that the page sends, as a task', async () => {
  let body = '';
  await using engine = await fakeEngine({
    'POST /slipway/v1/volumes/new/import': async (request, response) => {
      body = (await bodyOf(request)).toString();
      response.writeHead(201).end('{}');
    },
  });
  const history = { read: () => Promise.resolve([]), write: () => undefined } as unknown as TaskHistory;
  const tasks = await TaskList.open({ engine: engine.client, registries: NO_REGISTRIES, records: NO_RECORDS, programs: PROGRAMS, history });
  const stream = openStream<'volume.import'>([Buffer.from('tar'), { end: true }]);
  await volumeStreams(engine.client, tasks)['volume.import']({ name: 'new', size: 3 }, stream);
  expect([body, tasks.rows()[0]]).toMatchObject(['tar', { kind: 'volume.import', object: 'new', state: 'done', retryable: false }]);

  const failing = openStream<'volume.import'>([Buffer.from('tar'), { end: true }]);
  await expect(volumeStreams(engine.client, tasks)['volume.import']({ name: 'taken', size: 3 }, failing)).rejects.toMatchObject({ status: 404 });
  expect(tasks.rows()[0]).toMatchObject({ object: 'taken', state: 'failed' });
});

it('clones a volume as a task', async () => {
  let asked = '';
  await using engine = await fakeEngine({
    'POST /slipway/v1/volumes/data/clone': async (request, response) => {
      asked = (await bodyOf(request)).toString();
      response.writeHead(201).end('{}');
    },
  });
  const context = {
    id: 't',
    engine: engine.client,
    registries: NO_REGISTRIES,
    records: NO_RECORDS,
    signal: new AbortController().signal,
    report: () => undefined,
  };
  const task = { kind: 'volume.clone', name: 'data', to: 'twin' } as const;
  expect([await PROGRAMS['volume.clone'].run(task, context), asked]).toEqual(['twin', '{"Name":"twin"}']);
});
