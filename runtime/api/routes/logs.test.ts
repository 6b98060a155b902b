import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../formats/docker/raw-stream.ts';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { eventually, RawClient } from '../../testkit/raw-client.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
  await api.call('POST', '/containers/create?name=both', {
    body: {
      Image: 'busybox',
      Labels: { tier: 'web' },
      Env: ['A=1'],
      HostConfig: { LogConfig: { Type: 'json-file', Config: { labels: 'tier,none', env: 'A' } } },
    },
  });
  await api.call('POST', '/containers/both/start');
  const process = api.containers.processOf('both');
  process.write(1, 'out one\n');
  process.write(2, 'err\n');
  process.write(1, 'out two');
  await new Promise((resolve) => setTimeout(resolve, 5));
});
afterAll(() => api[Symbol.asyncDispose]());

const text = (frames: [1 | 2, string][]): string => Buffer.concat(frames.map(([stream, data]) => encodeFrame(stream, Buffer.from(data)))).toString();

describe('logs', () => {
  it.each([
    [
      'stdout=1&stderr=1',
      [
        [1, 'out one\n'],
        [2, 'err\n'],
        [1, 'out two'],
      ],
    ],
    [
      'stdout=1',
      [
        [1, 'out one\n'],
        [1, 'out two'],
      ],
    ],
    ['stderr=true', [[2, 'err\n']]],
    [
      'stdout=1&stderr=1&tail=2',
      [
        [2, 'err\n'],
        [1, 'out two'],
      ],
    ],
    ['stdout=1&stderr=1&tail=0', []],
    [
      'stdout=1&stderr=1&tail=all',
      [
        [1, 'out one\n'],
        [2, 'err\n'],
        [1, 'out two'],
      ],
    ],
    ['stderr=1&details=1', [[2, 'A=1,tier=web err\n']]],
    ['stderr=1&until=1700000000.5', []],
    ['stderr=1&since=1700000000.5', [[2, 'err\n']]],
    ['stderr=1&since=0', [[2, 'err\n']]],
  ] as [string, [1 | 2, string][]][])('with %s', async (query, frames) => {
    const answer = await api.call('GET', `/v1.47/containers/both/logs?${query}`);
    expect([answer.status, answer.text]).toEqual([200, text(frames)]);
    expect(answer.headers['content-type']).toBe('application/vnd.docker.multiplexed-stream');
    expect(answer.headers['transfer-encoding']).toBe('chunked');
  });

  it('begin with the time when asked', async () => {
    const answer = await api.call('GET', '/containers/both/logs?stderr=1&timestamps=1');
    expect(answer.text.slice(8)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z err\n$/);
  });

  it('of a terminal have no frames', async () => {
    await api.call('POST', '/containers/create?name=tty', { body: { Image: 'busybox', Tty: true, Cmd: ['echo', 'plain'] } });
    await api.call('POST', '/containers/tty/start');
    await eventually(() => api.containers.inspect('tty').state.status === 'exited', 'it has ended');
    const answer = await api.call('GET', '/containers/tty/logs?stdout=1');
    expect([answer.text, answer.headers['content-type']]).toEqual(['plain\n', 'application/vnd.docker.raw-stream']);
  });

  it.each([
    ['/containers/both/logs', 400, 'Bad parameters: you must choose at least one stream'],
    ['/containers/both/logs?stdout=1&since=soon', 400, 'since: failed to parse value as time or duration: "soon"'],
    ['/containers/nobody/logs?stdout=1', 404, 'No such container: nobody'],
  ])('%s is refused', async (path, status, message) => {
    expect(await api.call('GET', path)).toMatchObject({ status, json: { message } });
  });

  it('are followed to the end of the container', async () => {
    await api.call('POST', '/containers/create?name=followed', { body: { Image: 'busybox' } });
    await api.call('POST', '/containers/followed/start');
    const client = new RawClient(api.socket, 'GET /containers/followed/logs?stdout=1&follow=1 HTTP/1.1\nHost: x');
    await client.until((one) => one.head !== '');
    api.containers.processOf('followed').write(1, 'late\n');
    await client.until((one) => one.body.includes('late\n'));
    api.containers.processOf('followed').exit(0);
    await client.until((one) => one.body.toString().endsWith('\r\n0\r\n\r\n'));
    client.socket.destroy();
  });

  it('stop following when the client is gone', async () => {
    await api.call('POST', '/containers/create?name=left', { body: { Image: 'busybox' } });
    await api.call('POST', '/containers/left/start');
    const client = new RawClient(api.socket, 'GET /containers/left/logs?stdout=1&follow=1 HTTP/1.1\nHost: x');
    await client.until((one) => one.head !== '');
    client.socket.destroy();
    await eventually(() => api.containers.followers === 0, 'nobody reads the log');
  });
});
