import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
/** The machine may be busy. */
const PATIENCE = { timeout: 20_000 };

let engine: RealEngine;
let directory: string;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  directory = mkdtempSync(join(engine.directory, 'context-'));
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

function writeContext(files: Readonly<Record<string, string>>): void {
  rmSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

async function build(dockerfile: string, files: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<CommandResult> {
  writeContext({ Dockerfile: dockerfile.replaceAll('FROM base', `FROM ${IMAGE}`), ...files });
  const result = await engine.docker(['build', '--network', 'none', ...args, directory], undefined, { DOCKER_BUILDKIT: '0' });
  if (result.code !== 0) throw new Error(`docker build: ${result.out}${result.err}`);
  return result;
}

/** `cached` or `ran` for each step that makes a layer. */
const kinds = ({ out }: CommandResult): string[] => (out.match(/Using cache|Running in/g) ?? []).map((line) => (line === 'Using cache' ? 'cached' : 'ran'));
const layersOnDisk = (): string[] => readdirSync(join(engine.root, 'layers')).sort();

interface DiskUse {
  readonly BuildCache:
    | readonly { readonly ID: string; readonly Type: string; readonly Size: number; readonly InUse: boolean; readonly Shared: boolean }[]
    | null;
}
const cacheOf = async (): Promise<NonNullable<DiskUse['BuildCache']>> => ((await engine.call('GET', '/v1.41/system/df')).json as DiskUse).BuildCache ?? [];

describe.skipIf(!canRunDocker)('the build cache', () => {
  const DOCKERFILE = 'FROM base\nWORKDIR /app\nCOPY f /app/\nRUN cat f > g';

  it('is used for what did not change and for nothing else', async () => {
    await build(DOCKERFILE, { f: 'one' }, '-t', 'cache:1');
    const again = await build(DOCKERFILE, { f: 'one' }, '-t', 'cache:2');
    expect([kinds(again).includes('ran'), await docker('images', '-q', 'cache:1')]).toEqual([false, await docker('images', '-q', 'cache:2')]);
    const changed = await build(DOCKERFILE, { f: 'two' }, '-t', 'cache:2');
    expect(kinds(changed)).toContain('ran');
    expect(await docker('run', '--rm', '--network', 'none', 'cache:2', 'cat', '/app/g')).toBe('two');
    const none = await build(DOCKERFILE, { f: 'one' }, '--no-cache', '-t', 'cache:3');
    expect(kinds(none)).not.toContain('cached');
  });

  it('outlives the images and the engine, and goes when it is pruned', async () => {
    await build('FROM base\nRUN echo pruned > /p', {}, '-t', 'pruned:1');
    await docker('rmi', 'pruned:1');
    await engine.stop();
    await engine.start();
    expect(kinds(await build('FROM base\nRUN echo pruned > /p', {}, '-t', 'pruned:1'))).toEqual(['cached']);
    const before = layersOnDisk().length;
    const shared = await cacheOf();
    expect(shared.some(({ Shared, Type }) => Shared && Type === 'regular')).toBe(true);
    await docker('rmi', 'pruned:1', 'cache:1', 'cache:2', 'cache:3');
    expect(await docker('builder', 'prune', '-f', '--all')).toMatch(/Total reclaimed space: [1-9]/);
    expect([await cacheOf(), kinds(await build('FROM base\nRUN echo pruned > /p'))]).toEqual([[], ['ran']]);
    await expect.poll(() => layersOnDisk().length, PATIENCE).toBeLessThan(before);
  });

  it('of a cache mount is a record of its own', async () => {
    await build('FROM base\nRUN --mount=type=cache,target=/c echo kept >> /c/f');
    const result = await build('FROM base\nRUN --mount=type=cache,target=/c echo kept >> /c/f; cat /c/f');
    expect(result.out.match(/^kept$/gm)).toHaveLength(2);
    expect((await cacheOf()).filter(({ Type }) => Type === 'exec.cachemount')).toMatchObject([{ Size: 10, InUse: false }]);
    expect((await engine.call('POST', `/v1.41/build/prune?all=1&filters=${encodeURIComponent('{"type":["exec.cachemount"]}')}`)).json).toMatchObject({
      CachesDeleted: [expect.any(String)],
      SpaceReclaimed: 10,
    });
  });

  it('is taken out of an image that carries it', async () => {
    const steps = 'FROM base\nARG BUILDKIT_INLINE_CACHE\nRUN echo carried > /c';
    await build(steps, {}, '-t', 'carried:1', '--build-arg', 'BUILDKIT_INLINE_CACHE=1');
    await docker('builder', 'prune', '-f', '--all');
    expect(kinds(await build(steps, {}, '--cache-from', 'carried:1', '--build-arg', 'BUILDKIT_INLINE_CACHE=1'))).toEqual(['cached']);
    expect(kinds(await build(steps, {}, '--build-arg', 'BUILDKIT_INLINE_CACHE=1'))).toEqual(['ran']);
    await docker('rmi', 'carried:1');
  });
});

interface HistoryRow {
  readonly status: string;
  readonly error: string;
}

describe.skipIf(!canRunDocker)('an engine that is killed in a build', () => {
  it('leaves no layer, lease or file behind, keeps what had ended well, and says what became of the build', async () => {
    await docker('builder', 'prune', '-f', '--all');
    await build('FROM base\nRUN echo before > /b');
    const before = (await cacheOf()).length;
    writeContext({ Dockerfile: `FROM ${IMAGE}\nRUN echo before > /b\nRUN echo well > /w\nRUN echo running; sleep 1000` });
    const building = engine.docker(['build', '--network', 'none', '-t', 'killed:1', directory], undefined, { DOCKER_BUILDKIT: '0' });
    const running = async (): Promise<boolean> => ((await engine.call('GET', '/slipway/v1/builds')).text.match(/"running"/g) ?? []).length > 0;
    await expect.poll(running, PATIENCE).toBe(true);
    await expect.poll(async () => (await cacheOf()).length, PATIENCE).toBe(before + 1);
    await engine.stop('SIGKILL');
    expect((await building).code).not.toBe(0);
    await engine.start();
    const left = readdirSync(join(engine.root, 'build')).filter((name) => name !== 'trash');
    const [newest] = (await engine.call('GET', '/slipway/v1/builds')).json as HistoryRow[];
    expect([newest?.status, newest?.error, left]).toEqual(['failed', 'the engine ended while it was built', []]);
    expect([await docker('ps', '-aq'), await docker('images', '-q', 'killed')]).toEqual(['', '']);
    const result = await build('FROM base\nRUN echo before > /b\nRUN echo well > /w');
    expect(kinds(result)).toEqual(['cached', 'cached']);
    await docker('builder', 'prune', '-f', '--all');
    await docker('image', 'prune', '-f');
    await expect.poll(() => layersOnDisk().length, PATIENCE).toBe(1);
  });
});
