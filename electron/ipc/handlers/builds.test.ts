import { expect, it } from 'vitest';
import { fakeEngine } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { buildRequests, buildStreams } from './builds.ts';

it('the output of a step is passed on and ends with it', async () => {
  await using engine = await fakeEngine({
    'GET /slipway/v1/builds/b1/logs/follow': (_request, response) => void response.end('{"pieces":[{"stream":"stdout","time":1,"text":"x"}]}\n{"pieces":[]}\n'),
  });
  const stream = openStream<'build.log'>();
  await buildStreams(engine.client)['build.log']({ id: 'b1', step: 3 }, stream);
  expect([stream.sent, engine.seen]).toEqual([
    [{ pieces: [{ stream: 'stdout', time: 1, text: 'x' }] }, { pieces: [] }],
    ['GET /slipway/v1/builds/b1/logs/follow?step=3'],
  ]);
});

it('builds are canceled one by one, and one that is gone keeps none of the others', async () => {
  await using engine = await fakeEngine({
    'POST /slipway/v1/builds/b1/cancel': (_request, response) => void response.writeHead(204).end(),
    'POST /slipway/v1/builds/b2/cancel': (_request, response) => void response.writeHead(409).end('{"message":"build b2 has ended already"}'),
  });
  const { results } = await buildRequests(engine.client)['build.cancel']({ ids: ['b1', 'b2'] });
  expect(results).toEqual([
    { id: 'b1', failure: null },
    { id: 'b2', failure: { message: 'build b2 has ended already', status: 409 } },
  ]);
});
