import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { eventually } from '../../testkit/raw-client.ts';

let api: ApiFixture;
let id: string;
beforeAll(async () => {
  api = await startApi();
  const body = {
    Image: 'busybox',
    Cmd: ['sleep', 'a b'],
    Labels: { tier: 'web' },
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '443/tcp': [{ HostPort: '8443' }] } },
  };
  const answer = await api.call('POST', '/v1.47/containers/create?name=/box', { body });
  id = (answer.json as { Id: string }).Id;
});
afterAll(() => api[Symbol.asyncDispose]());

const message = (answer: { json: unknown }): string => (answer.json as { message: string }).message;

describe('a container through its life', () => {
  it('is created and not listed by default', async () => {
    expect((await api.call('GET', '/containers/json')).json).toEqual([]);
    expect((await api.call('GET', '/containers/json?all=1')).json).toMatchObject([{ Id: id, Names: ['/box'], State: 'created', Status: 'Created' }]);
  });

  it('answers 204 to verbs, and 304 to those that change nothing', async () => {
    const statuses: number[] = [];
    for (const verb of ['start', 'start', 'pause', 'unpause', 'stop?t=1', 'stop', 'start', 'kill?signal=WINCH', 'restart']) {
      const answer = await api.call('POST', `/containers/box/${verb}`);
      statuses.push(answer.status);
      expect(answer.text).toBe('');
    }
    expect(statuses).toEqual([204, 304, 204, 204, 204, 304, 204, 204, 204]);
  });

  it('is listed with what lists show', async () => {
    const [row] = (await api.call('GET', '/containers/json')).json as Record<string, unknown>[];
    expect(row).toMatchObject({
      Id: id,
      Image: 'busybox',
      Command: "sleep 'a b'",
      State: 'running',
      Labels: { tier: 'web' },
      HostConfig: { NetworkMode: 'default' },
      Mounts: [],
      Ports: [
        { PrivatePort: 80, Type: 'tcp' },
        { IP: '0.0.0.0', PrivatePort: 443, PublicPort: 8443, Type: 'tcp' },
      ],
    });
    expect(row?.['Status']).toMatch(/^Up /);
    expect(Object.keys((row?.['NetworkSettings'] as { Networks: object }).Networks)).toEqual(['bridge']);
    expect((await api.call('GET', '/containers/json?size=1')).json).toMatchObject([{ SizeRw: 1234, SizeRootFs: 2234 }]);
  });

  it.each([
    [{ name: ['bo'] }, 1],
    [{ name: { box: true } }, 1],
    [{ name: ['other'] }, 0],
    [{ label: ['tier'] }, 1],
    [{ status: ['created'] }, 0],
  ])('is filtered by %j', async (filters, count) => {
    expect((await api.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`)).json).toHaveLength(count);
  });

  it("is inspected in Docker's shape", async () => {
    const details = (await api.call('GET', '/containers/box/json')).json as Record<string, Record<string, unknown>>;
    expect(details).toMatchObject({
      Id: id,
      Name: '/box',
      Path: 'sleep',
      Args: ['a b'],
      RestartCount: 0,
      Driver: 'overlay2',
      State: { Status: 'running', Running: true, Paused: false, Pid: 4242, ExitCode: 0 },
      Config: { Image: 'busybox', Tty: false, Labels: { tier: 'web' }, Entrypoint: null },
      HostConfig: { NetworkMode: 'default', RestartPolicy: { Name: 'no', MaximumRetryCount: 0 }, Memory: 0, ShmSize: 67_108_864 },
      NetworkSettings: { IPAddress: '172.17.0.2', Ports: { '443/tcp': [{ HostIp: '0.0.0.0', HostPort: '8443' }], '80/tcp': null } },
      Mounts: [],
    });
    expect(details['State']).not.toHaveProperty('Health');
    expect(details['Config']).not.toHaveProperty('HostConfig');
    expect(details['State']?.['StartedAt']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect((await api.call('GET', `/containers/${id.slice(0, 12)}/json?size=1`)).json).toMatchObject({ SizeRw: 1234, SizeRootFs: 2234 });
  });

  it('shows the zero time for what has not happened', async () => {
    await api.call('POST', '/containers/create?name=new', { body: { Image: 'busybox' } });
    expect((await api.call('GET', '/containers/new/json')).json).toMatchObject({
      State: { StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
    });
  });

  it('is renamed, resized and looked into', async () => {
    expect((await api.call('POST', '/containers/new/rename?name=/newer')).status).toBe(204);
    expect(message(await api.call('POST', '/containers/newer/rename'))).toBe('Neither old nor new names may be empty');
    expect((await api.call('POST', '/containers/box/resize?h=10&w=20')).status).toBe(200);
    expect(api.containers.resizes).toContain('box 10x20');
    expect((await api.call('GET', '/containers/box/top?ps_args=aux')).json).toEqual({ Titles: ['PID', 'CMD'], Processes: [['4242', 'sleep aux']] });
  });

  it.each([
    ['POST', '/containers/create?name=box', { Image: 'busybox' }, 409, /^Conflict\. The container name "\/box" is already in use by container "[0-9a-f]{64}"/],
    ['POST', '/containers/create', { Image: 'nobody/nothing' }, 404, /^No such image: nobody\/nothing/],
    ['POST', '/containers/newer/kill', undefined, 409, /is not running/],
    ['POST', '/containers/box/kill?signal=NOPE', undefined, 400, /^Invalid signal: NOPE/],
    ['POST', '/containers/box/stop?t=soon', undefined, 400, /^t: "soon" is not a whole number/],
    ['POST', '/containers/box/wait?condition=bored', undefined, 400, /^invalid condition: "bored"/],
    ['GET', '/containers/json?filters=%7B', undefined, 400, /^invalid filter/],
    ['GET', '/containers/json?filters=%7B%22color%22%3A%5B%22red%22%5D%7D', undefined, 400, /^invalid filter 'color'/],
    ['GET', '/containers/json?limit=x', undefined, 400, /^limit: /],
    ['GET', '/containers/box/checkpoints', undefined, 501, /^checkpoint and restore are not supported by this engine/],
    ['POST', '/containers/nobody/checkpoints', undefined, 404, /^No such container: nobody/],
    ['DELETE', '/containers/box', undefined, 409, /container is running/],
    ['DELETE', '/containers/nobody', undefined, 404, /^No such container: nobody/],
  ])('%s %s is refused', async (method, path, body, status, text) => {
    const answer = await api.call(method, path, { body });
    expect([answer.status, message(answer)]).toEqual([status, expect.stringMatching(text)]);
  });

  it('tells why it could not be started, and keeps the code', async () => {
    await api.call('POST', '/containers/create?name=bad', { body: { Image: 'busybox', Cmd: ['missing'] } });
    const answer = await api.call('POST', '/containers/bad/start');
    expect([answer.status, message(answer)]).toEqual([400, expect.stringContaining('executable file not found in $PATH')]);
    expect((await api.call('GET', '/containers/bad/json')).json).toMatchObject({ State: { Status: 'created', ExitCode: 127 } });
  });

  it('is removed', async () => {
    expect((await api.call('DELETE', '/containers/box?force=1&v=1')).status).toBe(204);
    expect((await api.call('GET', '/containers/box/json')).status).toBe(404);
  });
});

describe('wait', () => {
  it('answers its head at once and its body at the exit', async () => {
    await api.call('POST', '/containers/create?name=awaited', { body: { Image: 'busybox', Cmd: ['exit', '9'] } });
    const order: string[] = [];
    const done = new Promise<string>((resolve, reject) => {
      const sent = request({ socketPath: api.socket, method: 'POST', path: '/containers/awaited/wait?condition=next-exit' }, (answer) => {
        order.push(`head ${answer.statusCode}`);
        void api.call('POST', '/containers/awaited/start');
        answer.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(JSON.parse(await done)).toEqual({ StatusCode: 9 });
    expect(order).toEqual(['head 200']);
  });

  it('for a removal answers after it', async () => {
    await api.call('POST', '/containers/create?name=removed', { body: { Image: 'busybox', HostConfig: { AutoRemove: true } } });
    await api.call('POST', '/containers/removed/start');
    const waiting = api.call('POST', '/containers/removed/wait?condition=removed');
    await api.call('POST', '/containers/removed/kill');
    expect((await waiting).json).toEqual({ StatusCode: 137 });
    expect((await api.call('GET', '/containers/removed/json')).status).toBe(404);
  });

  it('for nobody is 404', async () => expect((await api.call('POST', '/containers/nobody/wait')).status).toBe(404));

  it('ends with its client', async () => {
    await api.call('POST', '/containers/create?name=left', { body: { Image: 'busybox' } });
    await api.call('POST', '/containers/left/start');
    const sent = request({ socketPath: api.socket, method: 'POST', path: '/containers/left/wait' }, () => sent.destroy());
    sent.on('error', () => undefined);
    sent.end();
    await eventually(() => sent.destroyed, 'the client is gone');
    expect((await api.call('POST', '/containers/left/kill')).status).toBe(204);
  });
});
