import { expect, it } from 'vitest';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import type { LogChoice } from '../contract/logs.ts';
import { logRequests, logStreams } from './logs.ts';

const EMPTY = { epoch: 'e', first: 0, end: 0, from: 0, lines: [] };
const EVERY = { text: 'a b', isRegex: true, isCaseSensitive: false, stream: 'stderr' } as const;
const lines = (...texts: readonly (readonly [number, string])[]) => texts.map(([time, text], number) => ({ source: 0, number, stream: 1, time, text }));

it.each<[LogChoice, string]>([
  [{ kind: 'tail' }, ''],
  [{ kind: 'from', from: 7 }, '&from=7'],
  [{ kind: 'around', line: { source: 1, number: 9 } }, '&around=1%3A9'],
  [
    {
      kind: 'at',
      lines: [
        { source: 0, number: 3 },
        { source: 1, number: 4 },
      ],
    },
    '&at=0%3A3%2C1%3A4',
  ],
])('a window on logs is asked for by %j', async (choice, query) => {
  await using engine = await fakeEngine({ 'GET /slipway/v1/logs/lines': json(EMPTY) });
  expect(await logRequests(engine.client)['logs.lines']({ ids: ['a', 'b'], choice, count: 50 })).toEqual(EMPTY);
  expect(engine.seen).toEqual([`GET /slipway/v1/logs/lines?containers=a%2Cb&count=50${query}`]);
});

it('logs are measured and emptied each for itself, and those that cannot be say why', async () => {
  await using engine = await fakeEngine({
    'GET /slipway/v1/containers/a/log': json({ bytes: 5 }),
    'DELETE /slipway/v1/containers/a/log': json({ bytes: 7 }),
    'DELETE /slipway/v1/containers/b/log': json({ message: 'no log is kept' }, 501),
  });
  const requests = logRequests(engine.client);
  expect(await requests['logs.sizes']({ ids: ['a', 'gone'] })).toEqual({ sizes: { a: 5 } });
  expect(await requests['logs.empty']({ ids: ['a', 'b'] })).toEqual({
    bytes: 7,
    results: [
      { id: 'a', failure: null },
      { id: 'b', failure: { message: 'no log is kept', status: 501 } },
    ],
  });
});

it('hits are passed on as they come, and a search that breaks off tells why', async () => {
  const hits = { source: 0, from: 0, to: 10, count: 1, lines: '4' };
  await using engine = await fakeEngine({
    'GET /slipway/v1/logs/search': (request, response) =>
      void response.end(
        `${JSON.stringify(hits)}\n${JSON.stringify(request.url?.includes('=b&') ? { error: 'too slow' } : { done: true, count: 1, milliseconds: 2 })}\n`,
      ),
  });
  const find = (id: string) => {
    const stream = openStream<'logs.find'>();
    return {
      sent: stream.sent,
      ended: logStreams(engine.client)['logs.find']({ ids: [id], query: EVERY, limit: 5, ...(id === 'b' && { from: [3, 0] }) }, stream),
    };
  };
  const whole = find('a');
  await whole.ended;
  expect(whole.sent).toEqual([hits, { done: true, count: 1, milliseconds: 2 }]);
  expect(engine.seen).toEqual(['GET /slipway/v1/logs/search?containers=a&query=a+b&regex=1&case=0&stream=stderr&limit=5']);
  const broken = find('b');
  await expect(broken.ended).rejects.toThrow('too slow');
  expect(engine.seen[1]).toContain('&limit=5&from=3%2C0');
});

it('growth is followed until the engine ends it', async () => {
  const growth = { epoch: 'e', first: 0, end: 1, lines: lines([1, 'x']) };
  await using engine = await fakeEngine({ 'GET /slipway/v1/logs/follow': (_request, response) => void response.end(`${JSON.stringify(growth)}\n`) });
  const stream = openStream<'logs.follow'>();
  await logStreams(engine.client)['logs.follow']({ ids: ['a'], tail: 10 }, stream);
  expect(stream.sent).toEqual([growth]);
});

it('a search of everything has the newest lines of all that runs, and passes over what keeps no log', async () => {
  await using engine = await fakeEngine({
    'GET /containers/json': json([
      { Id: 'a', Names: ['/web'] },
      { Id: 'b', Names: ['/db'] },
      { Id: 'c', Names: ['/mute'] },
    ]),
    'GET /slipway/v1/logs/search': (request, response) => {
      if (request.url?.includes('containers=c')) response.writeHead(501).end('{"message":"configured logging driver does not support reading"}');
      else response.end('{"source":0,"from":0,"to":3,"count":3,"lines":"0+2"}\n{"done":true,"count":3,"milliseconds":1}\n');
    },
    'GET /slipway/v1/logs/lines': (request, response) => {
      const times = request.url?.includes('containers=a') ? [10, 30] : [20, 40];
      response.end(JSON.stringify({ ...EMPTY, lines: lines(...times.map((time) => [time, `at ${time}`] as const)) }));
    },
  });
  const { hits, count } = await logRequests(engine.client)['logs.search']({ text: 'x', limit: 2 });
  expect(count).toBe(6);
  expect(hits.map(({ name, text }) => `${name}: ${text}`)).toEqual(['db: at 40', 'web: at 30']);
});
