import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLargeArchive } from '../testkit/large-archive.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import { TestRegistry } from '../testkit/registry.ts';
import type { EventLoopReport, MetricsMessage } from './types/metrics.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

const LIMIT_MS = 50;
const NAME = 'large/image:1';

const directory = mkdtempSync(join(tmpdir(), 'slipway-image-work-'));
const archive = join(directory, 'large.tar');
const rootfs = join(directory, 'rootfs.tar');
let engine: RealEngine;
let registry: TestRegistry;

beforeAll(async () => {
  if (!canRun) return;
  await makeLargeArchive(archive, NAME);
  registry = await TestRegistry.start();
  registry.put(`docker-archive:${archive}`, 'gzip:1');
  registry.put(`docker-archive:${archive}`, 'zstd:1', ['--dest-compress-format', 'zstd', '--format', 'oci']);
  engine = await RealEngine.start();
}, 120_000);
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** The last line of a stream of progress. */
function drained(method: string, path: string, body?: NodeJS.ReadableStream, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    if (body !== undefined) headers['Content-Type'] = 'application/x-tar';
    const sent = request({ socketPath: engine.socket, method, path, agent: false, headers }, (answer) => {
      let tail = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        tail = (tail + text).slice(-2000);
      });
      answer.on('end', () => resolve(tail.trimEnd().split('\n').at(-1) ?? ''));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    if (body === undefined) sent.end();
    else body.pipe(sent);
  });
}

async function eventLoop(): Promise<EventLoopReport> {
  const { eventLoop: report } = (await engine.call('GET', '/slipway/v1/metrics?reset=1')).json as MetricsMessage;
  if (report === undefined) throw new Error('the engine reports no event loop');
  return report;
}

/** What `work` holds the loop up for, with a client that asks for the images all the while. */
async function whileWorking(work: () => Promise<string>): Promise<EventLoopReport & { readonly asked: number; readonly last: string }> {
  await eventLoop();
  let isDone = false;
  const last = work().finally(() => {
    isDone = true;
  });
  let asked = 0;
  for (; !isDone; asked++) await engine.call('GET', '/images/json');
  return { ...(await eventLoop()), asked, last: await last };
}

const pull = (name: string) => (): Promise<string> => drained('POST', `/images/create?fromImage=${registry.host}/${name}&tag=1`);
const load = (): Promise<string> => drained('POST', '/images/load', createReadStream(archive, { highWaterMark: 1 << 20 }));

/** Deletes every image and waits until nothing of them is on the disk, which is long after the answer. */
async function removal(): Promise<string> {
  for (const { Id } of (await engine.call('GET', '/images/json')).json as { Id: string }[]) await engine.call('DELETE', `/images/${Id}?force=1`);
  const left = (): string[] => ['layers', 'trash', 'ingest'].flatMap((name) => readdirSync(join(engine.root, name)));
  await expect.poll(left, { timeout: 30_000, interval: 5 }).toEqual([]);
  return 'nothing is left';
}

/** All files of the image are changed, so that the whole of it is in the new layer. */
async function commit(): Promise<string> {
  const created = await engine.call('POST', '/containers/create?name=changer', {
    Image: NAME,
    Cmd: ['sh', '-c', 'cp -r /data1 /data2 /root/'],
    HostConfig: { NetworkMode: 'none' },
  });
  expect(created.text).toContain('Id');
  await engine.call('POST', '/containers/changer/start');
  await engine.call('POST', '/containers/changer/wait');
  const { status } = await engine.call('POST', '/commit?container=changer&repo=changed');
  await engine.call('DELETE', '/containers/changer?force=1');
  return `${status}`;
}

/** The whole tree of a container as one archive. */
async function exported(): Promise<string> {
  await engine.call('POST', '/containers/create?name=exported', { Image: 'changed' });
  await new Promise<void>((resolve, reject) => {
    const sent = request({ socketPath: engine.socket, path: '/containers/exported/export', agent: false }, (answer) => {
      pipeline(answer, createWriteStream(rootfs)).then(resolve, reject);
    });
    sent.on('error', reject).end();
  });
  await engine.call('DELETE', '/containers/exported');
  return `${statSync(rootfs).size}`;
}

const imported = (): Promise<string> => drained('POST', '/images/create?fromSrc=-&repo=imported&tag=1', createReadStream(rootfs, { highWaterMark: 1 << 20 }));

/** In this order: each finds what those before it have left. */
const WORK: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  ['a pull with gzip layers', pull('gzip'), /Downloaded newer image/],
  ['the removal of what was pulled', removal, /^nothing is left$/],
  ['a pull with zstd layers', pull('zstd'), /Downloaded newer image/],
  ['the removal of that', removal, /^nothing is left$/],
  ['a load', load, /Loaded image: large\/image:1/],
  ['a commit of all its files', commit, /^201$/],
  ['saving both', () => drained('GET', `/images/get?names=${NAME}&names=changed`), /./],
  ['an export of all its files', exported, /^[0-9]{9}$/],
  ['an import of what was exported', imported, /"sha256:[0-9a-f]{64}"/],
  ['a push', () => push(), /"Digest"/],
  ['the removal of all', removal, /^nothing is left$/],
];

/** To a repository that has none of it. */
async function push(): Promise<string> {
  await engine.call('POST', `/images/changed/tag?repo=${registry.host}/pushed&tag=1`);
  return drained('POST', `/images/${registry.host}/pushed/push?tag=1`, undefined, { 'X-Registry-Auth': Buffer.from('{}').toString('base64url') });
}

describe.skipIf(!canRun)('an image of 180 MB and 8,000 files', () => {
  it.each(WORK)('holds the event loop up for 50 ms at most: %s', { timeout: 120_000 }, async (name, work, ending) => {
    const { asked, last, ...report } = await whileWorking(work);
    console.log(`${name}: ${asked} questions answered meanwhile, event loop: ${JSON.stringify(report)}`);
    expect(last).toMatch(ending);
    expect(asked).toBeGreaterThan(0);
    expect(report.maxBusyMs).toBeLessThanOrEqual(LIMIT_MS);
  });
});
