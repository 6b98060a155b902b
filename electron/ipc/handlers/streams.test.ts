import { describe, expect, it } from 'vitest';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { feedStreams } from './feed.ts';
import { LineCutter } from './log-lines.ts';
import { logStreams } from './logs.ts';

const TIME = '2026-01-02T03:04:05.123456789Z';
const MILLISECONDS = Date.parse('2026-01-02T03:04:05.123Z');

function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('LineCutter', () => {
  it('joins lines, and letters, that come in pieces', () => {
    const cutter = new LineCutter(2);
    const bytes = Buffer.from(`${TIME} grüße\n${TIME} zwei\r\nno time`);
    const lines = [...bytes].flatMap((byte) => cutter.push(Buffer.from([byte])));
    expect([...lines, ...cutter.end()]).toEqual([
      { stream: 2, time: MILLISECONDS, text: 'grüße' },
      { stream: 2, time: MILLISECONDS, text: 'zwei' },
      { stream: 2, time: 0, text: 'no time' },
    ]);
  });

  it('keeps empty lines and drops nothing but an empty end', () => {
    const cutter = new LineCutter(1);
    expect([...cutter.push(Buffer.from(`${TIME} \n\n`)), ...cutter.end()].map(({ text }) => text)).toEqual(['', '']);
  });

  it('bounds a line without an end', () => {
    const cutter = new LineCutter(1);
    for (let count = 0; count < 3; count++) cutter.push(Buffer.alloc(1024 * 1024, 'x'));
    expect(cutter.end()[0]?.text).toHaveLength(1024 * 1024);
  });
});

describe('logs', () => {
  it('take stdout and stderr apart', async () => {
    await using engine = await fakeEngine({
      'GET /containers/a/json': json({ Config: { Tty: false } }),
      'GET /containers/a/logs': (_request, response) => {
        const all = Buffer.concat([frame(1, `${TIME} out\n`), frame(2, `${TIME} err\n`)]);
        response.write(all.subarray(0, 11));
        setTimeout(() => response.end(all.subarray(11)), 5);
      },
    });
    const stream = openStream<'logs'>();
    await logStreams(engine.client).logs({ id: 'a', tail: 100, follow: false }, stream);
    expect(engine.seen[1]).toBe('GET /containers/a/logs?stdout=1&stderr=1&timestamps=1&tail=100&follow=0');
    expect(stream.sent.flatMap(({ lines }) => lines)).toEqual([
      { stream: 1, time: MILLISECONDS, text: 'out' },
      { stream: 2, time: MILLISECONDS, text: 'err' },
    ]);
  });

  it("take a terminal's output as it is", async () => {
    await using engine = await fakeEngine({
      'GET /containers/a/json': json({ Config: { Tty: true } }),
      'GET /containers/a/logs': (_request, response) => void response.end(`${TIME} one\r\n${TIME} two`),
    });
    const stream = openStream<'logs'>();
    await logStreams(engine.client).logs({ id: 'a', tail: 0, follow: false }, stream);
    expect(stream.sent.flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual(['one', 'two']);
  });

  it('go on in messages of bounded length', async () => {
    await using engine = await fakeEngine({
      'GET /containers/a/json': json({ Config: {} }),
      'GET /containers/a/logs': (_request, response) => void response.end(frame(1, `${TIME} x\n`.repeat(5000))),
    });
    const stream = openStream<'logs'>();
    await logStreams(engine.client).logs({ id: 'a', tail: 5000, follow: false }, stream);
    expect(stream.sent.map(({ lines }) => lines.length)).toEqual([2000, 2000, 1000]);
  });

  it('fail for a stream that is not of frames', async () => {
    await using engine = await fakeEngine({
      'GET /containers/a/json': json({ Config: {} }),
      'GET /containers/a/logs': (_request, response) => void response.end('plain text, no frames'),
    });
    await expect(logStreams(engine.client).logs({ id: 'a', tail: 1, follow: false }, openStream<'logs'>())).rejects.toThrow('not a stream number');
  });
});

describe('feed and metrics', () => {
  it('pass each line on and end with the engine', async () => {
    await using engine = await fakeEngine({
      'GET /slipway/v1/feed': (_request, response) => void response.end('{"seq":1,"snapshot":{"containers":[],"images":[]}}\n{"seq":2,"changes":[]}\n'),
      'GET /slipway/v1/metrics': (_request, response) => void response.end('{"points":{"a":[]}}\n'),
    });
    const feed = openStream<'feed'>();
    await feedStreams(engine.client).feed({}, feed);
    expect(feed.sent).toEqual([
      { seq: 1, snapshot: { containers: [], images: [] } },
      { seq: 2, changes: [] },
    ]);
    const metrics = openStream<'metrics'>();
    await feedStreams(engine.client).metrics({ id: 'a', since: 5 }, metrics);
    expect([metrics.sent, engine.seen.at(-1)]).toEqual([[{ points: { a: [] } }], 'GET /slipway/v1/metrics?stream=1&id=a&since=5']);
  });

  it('end the request when the page closes the stream', async () => {
    const gone = Promise.withResolvers<void>();
    await using engine = await fakeEngine({
      'GET /slipway/v1/feed': (_request, response) => {
        response.on('close', () => gone.resolve());
        response.write('{"seq":1,"changes":[]}\n');
      },
    });
    const stream = openStream<'feed'>();
    const work = feedStreams(engine.client)
      .feed({}, stream)
      .catch(() => 'ended');
    await expect.poll(() => stream.sent).toHaveLength(1);
    stream.close();
    await gone.promise;
    expect(await work).toBe('ended');
  });
});
