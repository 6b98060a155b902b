import type { Digest } from '../../base/digest.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import type { ContainerConfig } from '../../formats/docker/container-config.ts';
import { applyChanges, type RunConfig } from '../../formats/dockerfile/changes.ts';
import type { CommitOptions } from '../container-files.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { MOUNT_PLACES } from '../files/mount-places.ts';
import { overlayOf } from '../files/overlay.ts';
import { mergeConfig } from '../spec/merge-config.ts';
import { pauseContainer, unpauseContainer } from './pause.ts';

/** An image of what a container has changed, above its own image. */
export async function commitContainer(engine: ContainerEngine, entity: Entity, options: CommitOptions): Promise<Digest> {
  const { container } = entity;
  if (entity.state.status === 'removing' || entity.state.status === 'dead') {
    throw new EngineError('Conflict', `You cannot commit container ${entity.id} which is ${entity.state.status === 'dead' ? 'Dead' : 'being removed'}`);
  }
  const own = runConfigOf(container.config);
  const config = applyChanges(options.config === null ? own : runConfigOf(mergeConfig(options.config, own)), options.changes);
  const { trees, images } = engine.deps;
  const { upper, lower } = overlayOf(engine, entity.id);
  // In this order: a removal waits in its turn for the use to end, and what was paused goes on only in a turn after it.
  await using _ = options.pause ? await paused(engine, entity) : null;
  await using use = entity.roots.own(new AsyncDisposableStack(), 'reader');
  const signal = AbortSignal.any([options.signal, use.signal]);
  const { author, comment, reference } = options;
  const id = await images.commit(copied(trees.packLayer({ upper, lower, omitted: MOUNT_PLACES }, signal)), {
    base: container.imageId,
    layers: engine.deps.snapshots.layersOf(entity.id).map((hex): Digest => `sha256:${hex}`),
    config,
    createdBy: [container.path, ...container.args].join(' '),
    author,
    comment,
    ...(reference === '' ? {} : { reference }),
    signal,
  });
  engine.announce(entity, 'commit', { comment, imageID: id, imageRef: reference });
  return id;
}

/** Pieces that last: what takes them writes many at a time. */
async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

/** What of a container's configuration an image has: not its name, its streams or where it came from. */
function runConfigOf(config: ContainerConfig): RunConfig {
  const { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal, Healthcheck, Shell } = config;
  const onBuild = (config as { readonly OnBuild?: RunConfig['OnBuild'] }).OnBuild;
  return {
    User: User ?? '',
    Env: Env ?? [],
    Cmd: Cmd ?? null,
    WorkingDir: WorkingDir ?? '',
    Entrypoint: Entrypoint ?? null,
    Labels: Labels ?? {},
    ...(ExposedPorts ? { ExposedPorts } : {}),
    ...(Volumes ? { Volumes } : {}),
    ...(StopSignal ? { StopSignal } : {}),
    ...(Healthcheck ? { Healthcheck } : {}),
    ...(Shell ? { Shell } : {}),
    ...(onBuild ? { OnBuild: onBuild } : {}),
  };
}

/** Nothing changes between the first file and the last. Null when nothing runs that could. */
async function paused(engine: ContainerEngine, entity: Entity): Promise<AsyncDisposable | null> {
  if (entity.state.status !== 'running') return null;
  try {
    await pauseContainer(engine, entity);
  } catch (error) {
    // It has ended, or somebody else has paused it.
    if (isKind(error, 'Conflict')) return null;
    throw error;
  }
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        await unpauseContainer(engine, entity);
      } catch (error) {
        if (!isKind(error, 'Conflict')) throw error;
      }
    },
  };
}
