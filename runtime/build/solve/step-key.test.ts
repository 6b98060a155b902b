import { describe, expect, it } from 'vitest';
import { copyOf, directoryOf, runOf, SolveRig, settingsOf, vertexOf } from '../../testkit/solve-rig.ts';
import type { StepContext, StepSettings } from '../executor.ts';
import type { RunMount, Tree, Vertex } from '../graph.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Step, type StepKey, stepKey } from './step-key.ts';

const BASE: Tree = { kind: 'layers', layers: [] };
const run = runOf(0, 'make') as Step & { readonly kind: 'run' };
const copy = copyOf(0, [1, 'a']) as Step & { readonly kind: 'file' };
const bind: RunMount = { type: 'bind', target: '/src', from: 1, source: 'a', readonly: true };

interface Changes {
  readonly vertex?: Partial<Vertex>;
  readonly settings?: Partial<StepSettings>;
  readonly trees?: readonly Tree[];
}

async function keyOf(step: Step, { vertex = {}, settings = {}, trees = [BASE, directoryOf('files')] }: Changes = {}): Promise<StepKey> {
  using rig = new SolveRig();
  const context: StepContext = {
    settings: { ...settingsOf('build'), ...settings },
    signal: new AbortController().signal,
    input: (input) => (input === null ? BASE : (trees[input] ?? BASE)),
    log: () => undefined,
    container: () => undefined,
    progress: () => undefined,
  };
  return stepKey(step, vertexOf(step, vertex), context, rig.executor);
}

/** Which parts of the key differ. */
async function changed(before: Step, after: Step, changes: Changes = {}): Promise<string[]> {
  const [a, b] = [await keyOf(before), await keyOf(after, changes)];
  return (['key', 'instruction', 'base', 'files'] as const).filter((part) => a[part] !== b[part]);
}

describe('the key of a step', () => {
  it.each<[string, Step, Step, Changes]>([
    ['its name, stage and place in the file', run, run, { vertex: { name: 'other', stage: 'other' } }],
    ['the numbers of its inputs', copy, { ...copyOf(0, [2, 'a']), kind: 'file' } as Step, { trees: [BASE, BASE, directoryOf('files')] }],
    ['proxies', run, { ...run, env: [...run.env, 'HTTP_PROXY=http://a'], uncachedEnv: ['HTTP_PROXY=http://a'] }, {}],
    [
      'limits, and what secrets are given',
      run,
      run,
      { settings: { resources: { Memory: 1 }, buildId: 'other', secrets: { secret: () => new Uint8Array(1), ssh: () => '/s' } } },
    ],
    ['the order of fields', run, Object.fromEntries(Object.entries(run).reverse()) as unknown as Step, {}],
    ['the network of the build, where the step says its own', { ...run, network: 'none' }, { ...run, network: 'none' }, { settings: { networkMode: 'host' } }],
  ])('does not change with %s', async (_, before, after, changes) => {
    expect(await changed(before, after, changes)).toEqual([]);
  });

  it.each<[string, Step, Step, Changes]>([
    ['the command', run, { ...run, argv: ['/bin/sh', '-c', 'make all'] }, {}],
    ['where words end', { ...run, argv: ['a', 'b c'] }, { ...run, argv: ['a b', 'c'] }, {}],
    ['a variable', run, { ...run, env: [...run.env, 'A=1'] }, {}],
    ['the user', run, { ...run, user: 'app' }, {}],
    ['the directory', run, { ...run, cwd: '/src' }, {}],
    ['its input', run, { ...run, stdin: 'x' }, {}],
    ['its network', run, { ...run, network: 'none' }, {}],
    ['what it may', run, { ...run, security: 'insecure' }, {}],
    ['the platform', run, run, { vertex: { platform: 'linux/arm64' } }],
    ['the network of the build', run, run, { settings: { networkMode: 'host' } }],
    ['hosts of the build', run, run, { settings: { extraHosts: ['a:1.2.3.4'] } }],
    ['the time that files get', copy, copy, { settings: { sourceDateEpoch: 1 } }],
    ['a mount', run, { ...run, mounts: [{ type: 'tmpfs', target: '/tmp', readonly: false }] }, {}],
    ['where a mount is', { ...run, mounts: [bind] }, { ...run, mounts: [{ ...bind, target: '/other' }] }, {}],
    ['the path that is copied', copy, copyOf(0, [1, 'b']) as Step, {}],
    ['a copy from nothing', copyOf(0, [null, 'a']) as Step, copyOf(0, [1, 'a']) as Step, { trees: [BASE, BASE] }],
    ['an owner', copy, { ...copy, actions: copy.actions.map((action) => ({ ...action, chown: '1:1' })) }, {}],
    ['the kind of an action', copy, { ...copy, actions: [{ kind: 'mkdir', path: '/' }] }, {}],
  ])('changes in its instruction with %s', async (_, before, after, changes) => {
    expect((await changed(before, after, changes)).slice(0, 2)).toEqual(['key', 'instruction']);
  });

  it('changes in its base with any layer below', async () => {
    expect(await changed(run, run, { trees: [{ kind: 'layers', layers: ['sha256:a'] }] })).toEqual(['key', 'base']);
  });

  it.each<[string, Step]>([
    ['copied', copy],
    ['mounted', { ...run, mounts: [bind] }],
    ['put into a new cache mount', { ...run, mounts: [{ ...bind, type: 'cache' }] }],
  ])('changes in its files with the content that is %s', async (_, step) => {
    expect(await changed(step, step, { trees: [BASE, directoryOf('other')] })).toEqual(['key', 'files']);
  });
});

describe('canonical JSON', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: { d: [3, { f: 1, e: 2 }], c: undefined } }, '{"a":{"d":[3,{"e":2,"f":1}]},"b":1}'],
    [[null, 'x', false], '[null,"x",false]'],
  ])('of %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
