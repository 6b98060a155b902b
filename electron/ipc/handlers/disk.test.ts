import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import { diskRequests } from './disk.ts';

const DF = 'GET /v1.47/system/df';

it('what is asked for while a measurement goes on is measured anew after it, once for all who ask', async () => {
  const asked = Array.from({ length: 3 }, () => Promise.withResolvers<ServerResponse>());
  let count = 0;
  await using engine = await fakeEngine({
    [DF]: (_request, response) => asked[count++]?.resolve(response),
    'GET /slipway/v1/disk': json({ root: '/', total: 9, free: 1, areas: [], logs: {} }),
  });
  const usage = diskRequests(engine.client)['disk.usage'];
  const answer = async (at: number, layers: number) => (await asked[at]?.promise)?.end(JSON.stringify({ LayersSize: layers }));
  const [first, shown] = [usage({ fresh: false }), usage({ fresh: false })];
  const after = [usage({ fresh: true }), usage({ fresh: true })];
  await answer(0, 5);
  await answer(1, 2);
  const layers = await Promise.all([first, shown, ...after].map(async (one) => (await one).layers));
  expect(layers).toEqual([5, 5, 2, 2]);
  expect((await usage({ fresh: false })).layers).toBe(2);
  const again = usage({ fresh: true });
  await answer(2, 1);
  expect((await again).layers).toBe(1);
  expect(engine.seen.filter((request) => request === DF)).toHaveLength(3);
});

it('one that failed keeps none of those that wait for the next', async () => {
  let asked = 0;
  await using engine = await fakeEngine({
    [DF]: (_request, response) => void response.writeHead(++asked === 1 ? 500 : 200).end(asked === 1 ? '{"message":"busy"}' : '{"LayersSize":3}'),
    'GET /slipway/v1/disk': json({ root: '/', total: 9, free: 1, areas: [], logs: {} }),
  });
  const usage = diskRequests(engine.client)['disk.usage'];
  const [first, after] = [usage({ fresh: true }), usage({ fresh: true })];
  await expect(first).rejects.toThrow('busy');
  expect((await after).layers).toBe(3);
});
