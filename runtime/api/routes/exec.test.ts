import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../formats/docker/raw-stream.ts';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { RawClient } from '../../testkit/raw-client.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
  await api.call('POST', '/containers/create?name=box', { body: { Image: 'busybox' } });
  await api.call('POST', '/containers/box/start');
});
afterAll(() => api[Symbol.asyncDispose]());

async function created(body: object): Promise<string> {
  const answer = await api.call('POST', '/containers/box/exec', { body: { AttachStdout: true, AttachStderr: true, ...body } });
  expect(answer.status).toBe(201);
  return (answer.json as { Id: string }).Id;
}

function start(id: string, headers: string, body = '{}', rest = ''): RawClient {
  const head = `POST /v1.47/exec/${id}/start HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: ${body.length}\n${headers}`;
  return new RawClient(api.socket, head, body + rest);
}

const UPGRADE = 'Connection: Upgrade\nUpgrade: tcp\n';
const frame = (text: string): Buffer => Buffer.from(encodeFrame(1, Buffer.from(text)));

describe('exec', () => {
  it.each([
    ['with', UPGRADE, /^HTTP\/1\.1 101 UPGRADED/],
    ['without', '', /^HTTP\/1\.1 200 OK/],
  ])('runs %s an upgrade', async (_, headers, status) => {
    const id = await created({ Cmd: ['echo', 'hi'] });
    const client = start(id, headers);
    await client.untilClosed();
    expect(client.head).toMatch(status);
    expect(client.body).toEqual(frame('hi\n'));
    expect((await api.call('GET', `/exec/${id}/json`)).json).toMatchObject({
      ID: id,
      Running: false,
      ExitCode: 0,
      ProcessConfig: { entrypoint: 'echo', arguments: ['hi'] },
    });
    client.socket.destroy();
  });

  it('takes raw input that came along with the body', async () => {
    const id = await created({ Cmd: ['cat'], AttachStdin: true });
    const client = start(id, UPGRADE, '{"Detach":false}', 'along');
    await client.until((one) => one.body.equals(frame('along')));
    client.socket.end(' and later');
    await client.untilClosed();
    expect(client.body).toEqual(Buffer.concat([frame('along'), frame(' and later')]));
    client.socket.destroy();
  });

  it('tells of a command that is missing in the stream, and its code after it', async () => {
    const id = await created({ Cmd: ['missing'] });
    const client = start(id, UPGRADE);
    await client.untilClosed();
    expect(client.head).toMatch(/^HTTP\/1\.1 101/);
    expect(client.body.toString()).toContain('executable file not found in $PATH\r\n');
    expect((await api.call('GET', `/exec/${id}/json`)).json).toMatchObject({ Running: false, ExitCode: 127 });
    client.socket.destroy();
  });

  it('detached answers at once', async () => {
    const id = await created({ Cmd: ['sleep'] });
    expect(await api.call('POST', `/exec/${id}/start`, { body: { Detach: true } })).toMatchObject({ status: 200, text: '' });
    expect((await api.call('GET', `/exec/${id}/json`)).json).toMatchObject({ Running: true, ExitCode: null });
    expect((await api.call('POST', `/exec/${id}/resize?h=24&w=80`)).status).toBe(200);
    expect(api.containers.resizes).toContain('sleep 24x80');
  });

  it.each([
    ['/containers/nobody/exec', { Cmd: ['a'] }, 404, 'No such container: nobody'],
    ['/containers/box/exec', {}, 400, 'No exec command specified'],
    ['/containers/box/exec', { Cmd: ['a'], Tty: 'yes' }, 400, /^Tty: /],
    ['/exec/none/start', {}, 404, 'No such exec instance: none'],
    ['/exec/none/resize?h=x&w=1', {}, 400, 'h: "x" is not a whole number from 0 to 65535'],
    ['/exec/none/resize?h=1', {}, 400, 'w: a value is required'],
  ])('%s %o is %d', async (path, body, status, message) => {
    const answer = await api.call('POST', path, { body });
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([
      status,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it('in a container that does not run is a conflict', async () => {
    await api.call('POST', '/containers/create?name=idle', { body: { Image: 'busybox' } });
    expect((await api.call('POST', '/containers/idle/exec', { body: { Cmd: ['a'] } })).status).toBe(409);
  });
});
