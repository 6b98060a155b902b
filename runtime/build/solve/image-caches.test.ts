import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { runOf } from '../../testkit/solve-rig.ts';
import { ImageCaches, withInlineCache } from './image-caches.ts';
import type { Step } from './step-key.ts';

const layer = (name: string): Digest => digestOf(name);
const KEY = digestOf('key');
const LAYERS = [layer('base'), layer('one'), layer('two')];
const run = runOf(0, 'make all') as Step & { readonly kind: 'run' };

function configOf(changes: Partial<ImageConfig> = {}): ImageConfig {
  return { architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/bin', 'A=1'] }, rootfs: { type: 'layers', diff_ids: LAYERS }, ...changes };
}

function find(config: ImageConfig, step: Step, base: readonly Digest[], { missing }: { readonly missing?: Digest } = {}): number | undefined {
  const images = {
    find: (name: string) => {
      if (name === 'cached') return { id: digestOf('image') };
      throw new EngineError('NotFound', `No such image: ${name}`);
    },
    configOf: () => config,
    layers: { get: (diffId: Digest) => (diffId === missing ? undefined : { diffId, size: 1, tarSize: 1 }) },
  };
  const caches = new ImageCaches(images as unknown as ConstructorParameters<typeof ImageCaches>[0]);
  return caches.open(['absent', 'cached']).find(KEY, step, base)?.length;
}

describe('an image with inline cache', () => {
  const copy: Step = { kind: 'file', base: 0, actions: [] };
  const inline = (key: string, layers: number) => withInlineCache(configOf(), [{ key: key as Digest, layers }]);

  it.each<[string, ImageConfig, readonly string[], Parameters<typeof find>[3], number | undefined]>([
    ['has the result of a step by its key', inline(KEY, 2), ['base'], {}, 2],
    ['has a result without a layer of its own', inline(KEY, 1), ['base'], {}, 1],
    ['does not have another step', inline(digestOf('other'), 2), ['base'], {}, undefined],
    ['cannot give another base', inline(KEY, 2), ['another'], {}, undefined],
    ['cannot take the base away', inline(KEY, 1), ['base', 'one'], {}, undefined],
    ['cannot have more layers than it has', inline(KEY, 4), ['base'], {}, undefined],
    ['does not count when a layer is not here', inline(KEY, 2), ['base'], { missing: layer('one') }, undefined],
    ['does not count when its field is malformed', { ...configOf(), 'slipway.build-cache.v1': [{ key: 1 }] }, ['base'], {}, undefined],
    ['does not count without the field', configOf(), ['base'], {}, undefined],
  ])('%s', (_, config, base, options, expected) => {
    expect(find(config, copy, base.map(layer), options)).toBe(expected);
  });
});

describe('the history of an image', () => {
  const history = (createdBy: string, changes: Partial<ImageConfig> = {}) =>
    configOf({ history: [{ created_by: 'base' }, { created_by: 'ENV A=1', empty_layer: true }, { created_by: createdBy }, { created_by: 'x' }], ...changes });
  const settings = { Env: ['PATH=/bin'] };

  it.each<[string, ImageConfig, Step, number | undefined]>([
    ['has a RUN as the classic builder writes it', history('/bin/sh -c make all'), run, 2],
    ['and as BuildKit does', history('RUN /bin/sh -c make all # buildkit'), run, 2],
    ['and with build arguments', history('RUN |1 B=2 /bin/sh -c make all # buildkit'), { ...run, env: ['PATH=/bin', 'B=2'] }, 2],
    ['but not with other ones', history('RUN |1 B=3 /bin/sh -c make all # buildkit'), { ...run, env: ['PATH=/bin', 'B=2'] }, undefined],
    ['nor without them', history('/bin/sh -c make all'), { ...run, env: ['PATH=/bin', 'B=2'] }, undefined],
    ['with the proxies of another time', history('/bin/sh -c make all'), { ...run, env: ['PATH=/bin', 'P=2'], uncachedEnv: ['P=2'] }, 2],
    ['not another command', history('/bin/sh -c make'), run, undefined],
    ['not one that only ends alike', history('/bin/bash -c x; /bin/sh -c make all'), run, undefined],
    ['not of another user', history('/bin/sh -c make all', { config: { ...settings, User: 'app' } }), run, undefined],
    ['not in another directory', history('/bin/sh -c make all', { config: { ...settings, WorkingDir: '/src' } }), run, undefined],
    ['in the same directory', history('/bin/sh -c make all', { config: { ...settings, WorkingDir: '/src' } }), { ...run, cwd: '/src' }, 2],
    ['not with mounts', history('/bin/sh -c make all'), { ...run, mounts: [{ type: 'tmpfs', target: '/t', readonly: false }] }, undefined],
    ['not with input', history('/bin/sh -c make all'), { ...run, stdin: 'x' }, undefined],
    ['not of copied files', history('COPY a b # buildkit'), { kind: 'file', base: 0, actions: [] }, undefined],
    ['not when it does not tell of every layer', configOf({ history: [{ created_by: 'base' }, { created_by: '/bin/sh -c make all' }] }), run, undefined],
  ])('%s', (_, config, step, expected) => {
    expect(find(config, step, [layer('base')])).toBe(expected);
  });

  it('has nothing above its last layer', () => {
    expect(find(history('/bin/sh -c make all'), run, LAYERS)).toBeUndefined();
  });
});
