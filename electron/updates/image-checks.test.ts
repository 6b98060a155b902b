import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '../engine/http-client.ts';
import type { Settings } from '../ipc/contract/settings.ts';
import { ShellError } from '../ipc/failure.ts';
import { ImageCheckFile } from './image-check-file.ts';
import { ImageChecks, type OutdatedImage } from './image-checks.ts';

const HOUR = 3_600_000;
let directory = '';
const opened: ImageChecks[] = [];
const files: ImageCheckFile[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-image-checks-'));
  vi.useFakeTimers({ now: 1000 * HOUR, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const checks of opened.splice(0)) checks[Symbol.dispose]();
  await Promise.all(files.splice(0).map((file) => file.settled()));
  await rm(directory, { recursive: true });
});

/** A shell over an engine with one image, of which the registry has another one by now. */
async function shell() {
  const state = {
    imageChecks: 'daily' as Settings['imageChecks'],
    remote: 'sha256:b',
    here: 'sha256:a',
    isBroken: false,
    held: null as Promise<{ digest: string }> | null,
  };
  const asked: string[] = [];
  const quiet: unknown[] = [];
  const found: OutdatedImage[][] = [];
  let tell: (running: boolean) => void = () => undefined;
  const json = (_method: string, path: string, { query = {} }: { query?: { name?: string } } = {}) => {
    if (state.isBroken) return Promise.reject(new ShellError('the engine is not running'));
    if (path === '/images/json') {
      const web = { Id: 'i1', RepoTags: ['web:1'], RepoDigests: [`web@${state.here}`] };
      return Promise.resolve([web, { Id: 'i2', RepoTags: ['mine:1'], RepoDigests: [] }, { Id: 'i3', RepoTags: null }]);
    }
    asked.push(query.name ?? '');
    if (state.held) return state.held;
    return state.remote === '' ? Promise.reject(new ShellError('no answer', 503)) : Promise.resolve({ digest: state.remote });
  };
  const file = new ImageCheckFile(join(directory, 'config/image-checks.json'));
  files.push(file);
  const checks = await ImageChecks.open({
    engine: { json } as unknown as EngineClient,
    registries: { headersFor: (_name, options) => (quiet.push(options), Promise.resolve({})) },
    memory: file,
    settings: () => state,
    onEngine: (listener) => ((tell = listener), listener(true), () => undefined),
    onFound: (images) => found.push([...images]),
    random: () => 0.5,
  });
  opened.push(checks);
  return { state, asked, quiet, found, checks, file, engine: (runs: boolean) => tell(runs) };
}

it('asks soon after the first start, quietly and only names of registries, then once a day and a little', async () => {
  const { asked, quiet, checks } = await shell();
  await vi.advanceTimersByTimeAsync(7000);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked, quiet, [...checks.remote]]).toEqual([['web:1'], [{ quiet: true }], [['web:1', 'sha256:b']]]);
  await vi.advanceTimersByTimeAsync(25 * HOUR);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1 * HOUR);
  expect(asked).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(1);
  checks[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

it('tells of each newer image once, also over a restart, and again when there is a still newer one', async () => {
  const first = await shell();
  await vi.advanceTimersByTimeAsync(60 * HOUR);
  expect([first.asked.length, first.found]).toEqual([3, [[{ id: 'i1', name: 'web:1' }]]]);
  first.checks[Symbol.dispose]();
  await first.file.settled();
  const next = await shell();
  expect([...next.checks.remote]).toEqual([['web:1', 'sha256:b']]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(next.asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(30 * HOUR);
  expect([next.asked.length, next.found]).toEqual([1, []]);
  next.state.remote = 'sha256:c';
  await vi.advanceTimersByTimeAsync(30 * HOUR);
  expect(next.found).toHaveLength(1);
  next.state.here = 'sha256:d';
  next.state.remote = 'sha256:d';
  await vi.advanceTimersByTimeAsync(30 * HOUR);
  expect(next.found).toHaveLength(1);
});

it('has no timer while it is switched off or the engine is down, and makes up for what was due', async () => {
  const { asked, state, checks, engine } = await shell();
  state.imageChecks = 'never';
  checks.apply();
  expect(vi.getTimerCount()).toBe(0);
  state.imageChecks = 'weekly';
  checks.apply();
  engine(false);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(1000 * HOUR);
  expect(asked).toEqual([]);
  engine(true);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveLength(1);
});

it('keeps what was asked last, when an older question is answered after it', async () => {
  const { state, checks } = await shell();
  let answer: (value: { digest: string }) => void = () => undefined;
  state.held = new Promise((resolve) => {
    answer = resolve;
  });
  const older = checks.ask(['web:1'], true);
  await vi.advanceTimersByTimeAsync(0);
  state.held = null;
  state.remote = 'sha256:c';
  await checks.ask(['web:1']);
  answer({ digest: 'sha256:b' });
  await older;
  expect([...checks.remote]).toEqual([['web:1', 'sha256:c']]);
});

it('looks again soon after an engine that broke off, and keeps what is known of names that could not be asked', async () => {
  const { asked, state, checks, found } = await shell();
  const told = vi.fn();
  checks.onChange(told);
  await checks.ask(['web:1']);
  expect([told.mock.calls.length, [...checks.remote], found]).toEqual([1, [['web:1', 'sha256:b']], []]);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  state.isBroken = true;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(error).toHaveBeenCalledOnce();
  error.mockRestore();
  state.isBroken = false;
  state.remote = '';
  await vi.advanceTimersByTimeAsync(11 * 60_000);
  expect([asked.length, [...checks.remote]]).toEqual([2, [['web:1', 'sha256:b']]]);
});

it.each(['{', '[]', '7', '{"remote":7,"checkedAt":"x"}', '{"remote":[[1,2],"x"]}'])('takes a damaged memory for none: %s', async (text) => {
  const path = join(directory, 'image-checks.json');
  await writeFile(path, text);
  expect(await new ImageCheckFile(path).read()).toEqual({ checkedAt: 0, remote: new Map(), told: new Map() });
  // What is no JSON at all is set aside, as the next write would be its end.
  expect(await readFile(text === '{' ? `${path}.damaged` : path, 'utf8')).toBe(text);
});
