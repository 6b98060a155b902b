import { describe, expect, it } from 'vitest';
import { fakeEngine } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { feedStreams } from './feed.ts';

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
