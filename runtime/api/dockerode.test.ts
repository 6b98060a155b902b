import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../testkit/api-fixture.ts';
import { eventually } from '../testkit/raw-client.ts';

let api: ApiFixture;
let docker: Docker;
beforeAll(async () => {
  api = await startApi();
  docker = new Docker({ socketPath: api.socket });
});
afterAll(() => api[Symbol.asyncDispose]());

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

describe('dockerode', () => {
  it('creates with every option in the query too, waits and reads the exit', async () => {
    const container = await docker.createContainer({
      Image: 'busybox',
      name: 'made',
      Cmd: ['exit', '4'],
      Env: ['A=b'],
      HostConfig: { Memory: 1e8, Binds: ['/tmp:/tmp'] },
    });
    const waiting = container.wait({ condition: 'next-exit' });
    await container.start();
    expect(await waiting).toEqual({ StatusCode: 4 });
    expect((await container.inspect()).Name).toBe('/made');
    await container.remove();
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404, json: { message: expect.stringContaining('No such container') as string } });
  });

  it('attaches with a hijacked connection', async () => {
    const container = await docker.createContainer({ Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    const out = new PassThrough();
    const text = collect(out);
    docker.modem.demuxStream(stream, out, out);
    await container.start();
    stream.write('hello');
    await eventually(() => text() === 'hello', 'it comes back');
    stream.end();
    await once(stream, 'end');
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });

  it('runs exec without a hijacked connection, as test libraries do', async () => {
    const container = await docker.createContainer({ Image: 'busybox' });
    await container.start();
    const exec = await container.exec({ Cmd: ['echo', 'inside'], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: false, stdin: false });
    const out = new PassThrough();
    const text = collect(out);
    docker.modem.demuxStream(stream, out, out);
    await once(stream, 'end');
    expect(text()).toBe('inside\n');
    expect(await exec.inspect()).toMatchObject({ Running: false, ExitCode: 0 });
  });

  it('loads an image and follows its progress', async () => {
    const archive = new PassThrough();
    archive.end('loaded:1');
    const stream = await docker.loadImage(archive);
    const seen: { stream?: string }[] = [];
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        (line: { stream?: string }) => seen.push(line),
      );
    });
    expect(seen.at(-1)).toEqual({ stream: 'Loaded image: loaded:1\n' });
    expect((await docker.listImages()).flatMap((image) => image.RepoTags)).toContain('loaded:1');
  });

  it('hears of events', async () => {
    const stream = await docker.getEvents({ filters: { event: ['create'] } });
    const text = collect(stream);
    await docker.createContainer({ Image: 'busybox', name: 'heard' });
    await eventually(() => text().includes('"name":"heard"'), 'the event comes');
    (stream as PassThrough).destroy();
  });
});
