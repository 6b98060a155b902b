import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { FakeRegistry, type FakeRegistryOptions, type UploadFault } from '../../testkit/fake-registry.ts';
import { RegistrySession } from './session.ts';
import { uploadBlob } from './upload.ts';

const MIB = 1024 * 1024;
const bytes = randomBytes(10 * MIB);

/** In pieces that end nowhere in particular. */
async function* pieces(of: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < of.length; at += 65_521) yield await Promise.resolve(of.subarray(at, at + 65_521));
}
const reader = (of: Buffer) => (): Readable => Readable.from(pieces(of), { objectMode: false });

function sessionOf({ origin }: FakeRegistry): RegistrySession {
  return new RegistrySession({ origin, isMirror: false, isVerified: false, certificates: { authorities: [] } }, {});
}

async function upload(registry: FakeRegistry, open = reader(bytes), signal = AbortSignal.timeout(60_000)): Promise<{ pauses: number }> {
  using session = sessionOf(registry);
  let pauses = 0;
  const sent = await uploadBlob(session, { repository: 'a', open, signal, onPause: () => pauses++ });
  expect(sent).toEqual({ digest: digestOf(bytes), size: bytes.length });
  expect(registry.blobs.get(sent.digest)?.equals(bytes)).toBe(true);
  expect(registry.open).toBe(0);
  return { pauses };
}

const start = (options: FakeRegistryOptions): Promise<FakeRegistry> => FakeRegistry.start(options);
const first = (at: string, fault: UploadFault) => (method: string, seen: number) => (method === at && seen === 0 ? fault : undefined);

describe('uploadBlob', () => {
  it('sends one stream to a registry that asks for nothing else', async () => {
    await using registry = await start({});
    expect(await upload(registry)).toEqual({ pauses: 0 });
    expect(registry.requests).toEqual(['POST 202', 'PATCH 202', 'PUT 201']);
  });

  it('goes on behind the last byte that the registry has', async () => {
    await using registry = await start({ fault: first('PATCH', { keep: 3 * MIB + 7 }) });
    await upload(registry);
    const at = 3 * MIB + 7;
    expect(registry.requests).toEqual(['POST 202', 'PATCH', 'GET 204', `PATCH ${at}-${bytes.length - 1} 202`, 'PUT 201']);
    // What it had was not sent again, but for what was on its way.
    expect(registry.received).toBeLessThan(bytes.length + MIB);
  });

  it('gets to the end over more breaks than there are attempts, as long as each brings it on', async () => {
    await using registry = await start({ fault: (method, seen) => (method === 'PATCH' && seen < 6 ? { keep: MIB } : undefined) });
    await upload(registry);
    expect(registry.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('asks again when the answer to all of it was lost, and sends nothing twice', async () => {
    await using registry = await start({ fault: first('PATCH', { mute: true }) });
    await upload(registry);
    expect(registry.requests).toEqual(['POST 202', 'PATCH 202', 'GET 204', 'PUT 201']);
    expect(registry.received).toBe(bytes.length);
  });

  it('finds that the end has arrived when its answer was lost', async () => {
    await using registry = await start({ fault: first('PUT', { mute: true }) });
    await upload(registry);
    expect(registry.requests).toEqual(['POST 202', 'PATCH 202', 'PUT 201', 'GET 404', 'DELETE 404', 'HEAD 200']);
  });

  it.each<[what: string, fault: FakeRegistryOptions['fault'], pauses: number]>([
    ['has lost it', (method, seen) => (method === 'GET' ? { forget: true } : method === 'PATCH' && seen === 0 ? { keep: MIB } : undefined), 1],
    ['has lost it while it is sent', first('PATCH', { forget: true, answer: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' } }), 1],
    [
      'answers 416 to the question',
      (method, seen) => (method === 'GET' ? { answer: { status: 416 } } : method === 'PATCH' && seen === 0 ? { keep: MIB } : undefined),
      1,
    ],
    [
      'says that it has more than was sent',
      (method, seen) =>
        method === 'GET'
          ? { answer: { status: 204, headers: { range: `0-${bytes.length * 2}` } } }
          : method === 'PATCH' && seen === 0
            ? { keep: MIB }
            : undefined,
      1,
    ],
  ])('begins anew when the registry %s', async (_, fault, pauses) => {
    await using registry = await start(fault === undefined ? {} : { fault });
    expect(await upload(registry)).toEqual({ pauses });
    expect(registry.requests.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('asks again where the registry refuses the place of a piece', async () => {
    const fault: FakeRegistryOptions['fault'] = (method, seen) =>
      method === 'PATCH' ? (seen === 0 ? { keep: 2 * MIB } : seen === 1 ? { answer: { status: 416 } } : undefined) : undefined;
    await using registry = await start({ fault });
    await upload(registry);
    const rest = `PATCH ${2 * MIB}-${bytes.length - 1}`;
    expect(registry.requests).toEqual(['POST 202', 'PATCH', 'GET 204', `${rest} 416`, 'GET 204', `${rest} 202`, 'PUT 201']);
  });

  it('begins anew when the pieces turn out not to be one whole', async () => {
    await using registry = await start({
      fault: (method, seen) =>
        seen > 0 ? undefined : method === 'PATCH' ? { keep: MIB } : method === 'PUT' ? { answer: { status: 400, code: 'DIGEST_INVALID' } } : undefined,
    });
    await upload(registry);
    expect(registry.requests.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('sends chunks of at least the size that the registry asks for, each in its place', async () => {
    await using registry = await start({ chunk: 4 * MIB + 1 });
    await upload(registry);
    const size = 4 * MIB + 1;
    const ranges = [`0-${size - 1}`, `${size}-${2 * size - 1}`, `${2 * size}-${bytes.length - 1}`];
    expect(registry.requests).toEqual(['POST 202', ...ranges.map((range) => `PATCH ${range} 202`), 'PUT 201']);
  });

  it('goes on in the middle of a chunk', async () => {
    await using registry = await start({ chunk: MIB, fault: (method, seen) => (method === 'PATCH' && seen === 1 ? { keep: 100 } : undefined) });
    await upload(registry);
    const at = 4 * MIB + 100;
    expect(registry.requests.slice(0, 5)).toEqual([
      'POST 202',
      `PATCH 0-${4 * MIB - 1} 202`,
      `PATCH ${4 * MIB}-${8 * MIB - 1}`,
      'GET 204',
      `PATCH ${at}-${at + 4 * MIB - 1} 202`,
    ]);
  });

  it('holds no chunk in memory that is larger than it should be', async () => {
    await using registry = await start({ chunk: 1024 ** 3 });
    await upload(registry);
    expect(registry.requests).toEqual(['POST 202', 'PATCH 202', 'PUT 201']);
  });

  it('waits as long as it is asked to', async () => {
    await using registry = await start({ fault: first('PATCH', { answer: { status: 429, headers: { 'retry-after': '1' } } }) });
    const began = performance.now();
    expect(await upload(registry)).toEqual({ pauses: 1 });
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('gives up when nothing gets better', async () => {
    await using registry = await start({ fault: (method) => (method === 'PATCH' ? { answer: { status: 500, headers: { 'retry-after': '0' } } } : undefined) });
    await expect(upload(registry)).rejects.toMatchObject({ kind: 'Unavailable' });
    expect(registry.requests.filter((line) => line.startsWith('PATCH'))).toHaveLength(5);
  });

  it('does not try again what cannot be read', async () => {
    await using registry = await start({});
    const broken = (): Readable =>
      Readable.from(
        (async function* () {
          yield await Promise.resolve(Buffer.alloc(100_000));
          throw new EngineError('Internal', 'the layer is no longer what it was');
        })(),
        { objectMode: false },
      );
    await expect(upload(registry, broken)).rejects.toMatchObject({ kind: 'Internal' });
    expect(registry.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    expect(registry.blobs.size).toBe(0);
  });

  it('stops when it is cancelled in the middle', async () => {
    const stop = new AbortController();
    await using registry = await start({});
    const slow = (): Readable =>
      Readable.from(
        (async function* () {
          yield await Promise.resolve(bytes.subarray(0, MIB));
          stop.abort(new Error('cancelled'));
          await new Promise(() => undefined);
        })(),
        { objectMode: false },
      );
    await expect(upload(registry, slow, stop.signal)).rejects.toThrow('cancelled');
    expect(registry.blobs.size).toBe(0);
  });
});
