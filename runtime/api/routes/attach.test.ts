import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../formats/docker/raw-stream.ts';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';
import { eventually, RawClient } from '../../testkit/raw-client.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const frame = (text: string): Buffer => Buffer.from(encodeFrame(1, Buffer.from(text)));
const UPGRADE = 'Connection: Upgrade\nUpgrade: tcp\n';

async function created(name: string, body: object): Promise<string> {
  expect((await api.call('POST', `/containers/create?name=${name}`, { body: { Image: 'busybox', ...body } })).status).toBe(201);
  return name;
}

function attach(name: string, query: string, headers = UPGRADE, version = '/v1.47', body = ''): RawClient {
  return new RawClient(api.socket, `POST ${version}/containers/${name}/attach?${query} HTTP/1.1\nHost: x\n${headers}`, body);
}

describe('attach', () => {
  it('turns the connection into a raw one before the start and gives the first byte', async () => {
    const name = await created('first', { Cmd: ['echo', 'hello'] });
    const client = attach(name, 'stream=1&stdout=1&stderr=1');
    await client.until((one) => one.head !== '');
    expect(client.head).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    expect(client.head).toMatch(/Content-Type: application\/vnd\.docker\.multiplexed-stream/);
    expect(client.head).toMatch(/Connection: Upgrade\r\nUpgrade: tcp/);
    await api.call('POST', `/containers/${name}/start`);
    await client.untilClosed();
    expect(client.body).toEqual(frame('hello\n'));
    client.socket.destroy();
  });

  it.each([
    ['/v1.41', 'application/vnd.docker.raw-stream'],
    ['/v1.42', 'application/vnd.docker.multiplexed-stream'],
    ['', 'application/vnd.docker.multiplexed-stream'],
  ])('names the form of the stream as %s knows it', async (version, type) => {
    const client = attach('first', 'logs=1&stdout=1', UPGRADE, version);
    await client.untilClosed();
    expect(client.head).toContain(`Content-Type: ${type}\r\n`);
    client.socket.destroy();
  });

  it('without an upgrade answers 200 with the same bytes to the end of the connection', async () => {
    const name = await created('plain', { Cmd: ['echo', 'plain'] });
    const client = attach(name, 'stream=1&stdout=1', 'Content-Length: 0\n');
    await client.until((one) => one.head !== '');
    expect(client.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(client.head).not.toMatch(/transfer-encoding|content-length/i);
    await api.call('POST', `/containers/${name}/start`);
    await client.untilClosed();
    expect(client.body).toEqual(frame('plain\n'));
    client.socket.destroy();
  });

  it('without an upgrade takes a chunked body for the input', async () => {
    const name = await created('chunked', { Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    await api.call('POST', `/containers/${name}/start`);
    const client = attach(name, 'stream=1&stdout=1&stdin=1', 'Transfer-Encoding: chunked\n', '', '5\r\nhello\r\n0\r\n\r\n');
    await client.untilClosed();
    expect(client.body).toEqual(frame('hello'));
    client.socket.destroy();
  });

  it('passes input on, and its end when the input is meant for one client', async () => {
    const name = await created('once', { Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    const client = attach(name, 'stream=1&stdout=1&stdin=1');
    await client.until((one) => one.head !== '');
    client.socket.end('early ');
    await api.call('POST', `/containers/${name}/start`);
    await client.untilClosed();
    expect(client.body).toEqual(frame('early '));
    expect((await api.call('POST', `/containers/${name}/wait`)).json).toEqual({ StatusCode: 0 });
    client.socket.destroy();
  });

  it('keeps the input open for the next client when it is not', async () => {
    const name = await created('often', { Cmd: ['cat'], OpenStdin: true });
    await api.call('POST', `/containers/${name}/start`);
    for (const word of ['one', 'two']) {
      const client = attach(name, 'stream=1&stdout=1&stdin=1');
      await client.until((one) => one.head !== '');
      client.socket.write(word);
      await client.until((one) => one.body.equals(frame(word)));
      client.socket.end();
      await eventually(() => client.socket.writableFinished, 'the client has closed its half');
      client.socket.destroy();
    }
    expect(api.containers.processOf(name).stdinClosed).toBe(false);
  });

  it('ignores input of who did not ask for it', async () => {
    const name = await created('deaf', { Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    await api.call('POST', `/containers/${name}/start`);
    const client = attach(name, 'stream=1&stdout=1');
    client.socket.end('ignored');
    await client.until((one) => one.head !== '');
    api.containers.processOf(name).write(1, 'output');
    await client.until((one) => one.body.equals(frame('output')));
    expect(api.containers.processOf(name).stdinClosed).toBe(false);
    client.socket.destroy();
  });

  it('drops the options some clients repeat in a body, and the end of an empty chunked one', async () => {
    const name = await created('modem', { Cmd: ['cat'], OpenStdin: true });
    await api.call('POST', `/containers/${name}/start`);
    const options = '{"stream":true}';
    const withBody = attach(name, 'stream=1&stdout=1&stdin=1', `${UPGRADE}Content-Length: ${options.length}\n`, '', `${options}in1`);
    await withBody.until((one) => one.body.equals(frame('in1')));
    const chunked = attach(name, 'stream=1&stdout=1&stdin=1', `${UPGRADE}Transfer-Encoding: chunked\n`, '', '0\r\n\r\nin2');
    await chunked.until((one) => one.body.equals(frame('in2')));
    for (const client of [withBody, chunked]) client.socket.destroy();
  });

  it('gives a terminal without frames', async () => {
    const name = await created('tty', { Cmd: ['echo', 'raw'], Tty: true });
    const client = attach(name, 'stream=1&stdout=1');
    await client.until((one) => one.head !== '');
    expect(client.head).toContain('Content-Type: application/vnd.docker.raw-stream');
    await api.call('POST', `/containers/${name}/start`);
    await client.untilClosed();
    expect(client.body.toString()).toBe('raw\n');
    client.socket.destroy();
  });

  it('after the exit gives all of the output with logs=1', async () => {
    const client = attach('first', 'logs=1&stream=0&stdout=1&stderr=1');
    await client.untilClosed();
    expect(client.body).toEqual(frame('hello\n'));
    client.socket.destroy();
  });

  it('to what does not exist is 404, to what is paused 409, as plain answers', async () => {
    const missing = attach('nobody', 'stream=1');
    await missing.untilClosed();
    expect(missing.head).toMatch(/^HTTP\/1\.1 404 /);
    expect(missing.body.toString()).toContain('No such container: nobody');
    const name = await created('paused', { Cmd: ['sleep'] });
    await api.call('POST', `/containers/${name}/start`);
    await api.call('POST', `/containers/${name}/pause`);
    const paused = attach(name, 'stream=1');
    await paused.untilClosed();
    expect(paused.head).toMatch(/^HTTP\/1\.1 409 /);
    expect(paused.body.toString()).toContain('is paused, unpause the container before attach');
  });

  it('lets go of the container when the client goes away, without and with output', async () => {
    const name = await created('left', { Cmd: ['sleep'] });
    await api.call('POST', `/containers/${name}/start`);
    const process = api.containers.processOf(name);
    const quiet = attach(name, 'stream=1&stdout=1');
    await quiet.until((one) => one.head !== '');
    expect(process.attached).toBe(1);
    quiet.socket.destroy();
    // It has closed its writing half as well, so only a probe can tell that nobody reads any more.
    await eventually(() => process.attached === 0 || (process.write(1, 'x'), false), 'the attachment is gone');
    expect((await api.call('GET', `/containers/${name}/json`)).json).toMatchObject({ State: { Running: true } });
  });

  it('waits for a reader that is slow', async () => {
    const name = await created('flood', { Cmd: ['flood'] });
    await api.call('POST', `/containers/${name}/start`);
    const client = attach(name, 'stream=1&stdout=1');
    await client.until((one) => one.body.length > 10_000);
    client.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stalled = client.received.length;
    client.socket.resume();
    await client.until((one) => one.received.length > stalled + 100_000);
    client.socket.destroy();
    await eventually(() => api.containers.processOf(name).attached === 0, 'the attachment is gone');
  });
});

describe('the probe of a half-closed connection', () => {
  it('notices a client that is gone although nothing is written', async () => {
    const name = await created('probed', { Cmd: ['sleep'] });
    await api.call('POST', `/containers/${name}/start`);
    const process = api.containers.processOf(name);
    const client = attach(name, 'stream=1&stdout=1');
    await client.until((one) => one.head !== '');
    client.socket.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(process.attached).toBe(1);
    client.socket.destroy();
    await eventually(() => process.attached === 0, 'the attachment is gone');
  });
});
