import { EngineError } from '../../base/errors.ts';
import type { StepMount } from '../../container/steps/step.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { StepContext } from '../executor.ts';
import type { RunMount, Tree } from '../graph.ts';
import type { BuildWorkspace } from '../workspace.ts';
import { openAgentSocket } from './agent-socket.ts';
import type { CacheDirectories, CacheUse } from './cache-directories.ts';

export interface MountSources {
  readonly layers: Pick<LayerStore, 'locate'>;
  readonly caches: CacheDirectories;
  readonly workspace: Pick<BuildWorkspace, 'make'>;
}

/** What the mounts of one RUN come down to. */
export interface PreparedMounts {
  readonly mounts: readonly StepMount[];
  readonly env: readonly string[];
  /** Values that no configuration may have. */
  readonly secretEnv: readonly string[];
}

const EMPTY: Tree = { kind: 'layers', layers: [] };
/** BuildKit's: 500 KiB. */
const MAX_SECRET = 512_000;

/** Finds what is to be mounted, and takes directories of the cache into use until `held` is disposed of. Throws in BuildKit's words for what is not there. */
export async function prepareMounts(
  sources: MountSources,
  mounts: readonly RunMount[],
  context: StepContext,
  held: AsyncDisposableStack,
): Promise<PreparedMounts> {
  const prepared: StepMount[] = [];
  const secretEnv: string[] = [];
  const agents: string[] = [];
  for (const mount of mounts) {
    const { target } = mount;
    switch (mount.type) {
      case 'bind':
        prepared.push(bindOf(sources, mount, context));
        break;
      case 'cache':
        prepared.push({ ...cacheMount(held.use(await useCache(sources, mount, context)), mount), target });
        break;
      case 'tmpfs':
        prepared.push({ kind: 'tmpfs', target, ...(mount.size === undefined ? {} : { size: mount.size }) });
        break;
      case 'secret': {
        const content = secretOf(mount, context);
        if (content === undefined) break;
        if (mount.env !== undefined) secretEnv.push(`${mount.env}=${Buffer.from(content).toString()}`);
        if (target !== '') prepared.push({ kind: 'content', target, content, mode: mount.mode ?? 0o400, uid: mount.uid ?? 0, gid: mount.gid ?? 0 });
        break;
      }
      case 'ssh': {
        const source = agentOf(mount, context);
        if (source === undefined) break;
        const { path } = held.use(
          await openAgentSocket(source, held.use(sources.workspace.make()).path, { uid: mount.uid ?? 0, gid: mount.gid ?? 0, mode: mount.mode ?? 0o600 }),
        );
        prepared.push({ kind: 'bind', target, source: path, readonly: true });
        agents.push(target);
      }
    }
  }
  const [agent] = agents;
  return { mounts: prepared, secretEnv, env: agent === undefined ? [] : [`SSH_AUTH_SOCK=${agent}`] };
}

function bindOf({ layers }: MountSources, { target, from, source = '/', readonly }: RunMount, context: StepContext): StepMount {
  const tree = from === undefined ? EMPTY : context.input(from);
  const found = layers.locate(tree, source);
  if (found.kind === 'missing')
    throw new EngineError('InvalidArgument', `failed to compute cache key: failed to calculate checksum: ${JSON.stringify(source)}: not found`);
  if (found.kind === 'file') return { kind: 'bind', target, source: found.file, readonly, ...(readonly ? {} : { isCopy: true }) };
  const [directory, ...more] = found.directories;
  // Of no layers at all: nothing is in it.
  if (directory === undefined) return { kind: 'tmpfs', target, size: 4096 };
  if (!readonly) return { kind: 'overlay', target, lower: found.directories, writes: 'scratch' };
  if (more.length > 0) return { kind: 'overlay', target, lower: found.directories, writes: 'none' };
  return tree.kind === 'directory'
    ? { kind: 'bind', target, source: tree.path, beneath: found.path.slice(1), readonly }
    : { kind: 'bind', target, source: directory, readonly };
}

function useCache({ layers, caches }: MountSources, mount: RunMount, context: StepContext): Promise<CacheUse> {
  const { id = mount.target, from, source = '/', sharing = 'shared', target } = mount;
  const tree = from === undefined || from === null ? undefined : context.input(from);
  const found = tree === undefined ? undefined : layers.locate(tree, source);
  if (found !== undefined && found.kind !== 'directory') {
    throw new EngineError('InvalidArgument', `failed to compute cache key: failed to calculate checksum: ${JSON.stringify(source)}: not found`);
  }
  const origin = tree === undefined ? '' : JSON.stringify([tree.kind === 'layers' ? tree.layers : tree.digest, source]);
  const { mode, uid, gid } = mount;
  return caches.use(
    {
      id,
      origin,
      seed: found?.directories ?? [],
      sharing,
      description: `cached mount ${target} with id ${JSON.stringify(id)}`,
      ...(mode === undefined ? {} : { mode }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    },
    context.signal,
  );
}

function cacheMount(
  { directory, overlay }: CacheUse,
  { readonly }: RunMount,
): { readonly kind: 'bind'; readonly source: string; readonly readonly: boolean } | Omit<Extract<StepMount, { kind: 'overlay' }>, 'target'> {
  if (overlay === undefined) return { kind: 'bind', source: directory, readonly };
  return { kind: 'overlay', lower: overlay.lower, writes: readonly ? 'none' : { upper: directory, work: overlay.work } };
}

function secretOf({ id = '', required = false }: RunMount, { settings }: StepContext): Uint8Array | undefined {
  const content = settings.secrets.secret(id);
  if (content === undefined && required) throw new EngineError('InvalidArgument', `secret ${id}: not found`);
  if (content !== undefined && content.length > MAX_SECRET) throw new EngineError('InvalidArgument', `invalid secret size ${content.length}: ${id}`);
  return content;
}

function agentOf({ id = 'default', required = false }: RunMount, { settings }: StepContext): string | undefined {
  const path = settings.secrets.ssh(id);
  if (path === undefined && required) throw new EngineError('InvalidArgument', `no SSH key ${JSON.stringify(id)} forwarded from the client`);
  return path;
}
