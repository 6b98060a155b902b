import { EngineError, messageOf } from '../../base/errors.ts';
import type { StepContainers, StepEnd, StepRequest } from '../../container/steps/step.ts';
import { type HostConfig, hostConfigSchema } from '../../formats/docker/container-config.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { Leases } from '../../store/leases.ts';
import type { Executor, StepContext, StepSettings } from '../executor.ts';
import type { Operation, Tree } from '../graph.ts';
import type { BuildWorkspace } from '../workspace.ts';
import type { CacheDirectories } from './cache-directories.ts';
import { prepareMounts } from './run-mounts.ts';

type RunOperation = Operation & { readonly kind: 'run' };
type LayerTree = Tree & { readonly kind: 'layers' };

export interface RunDependencies {
  readonly containers: StepContainers;
  readonly layers: Pick<LayerStore, 'adopt' | 'locate'>;
  readonly leases: Pick<Leases, 'add'>;
  readonly caches: CacheDirectories;
  readonly workspace: Pick<BuildWorkspace, 'make'>;
}

/** What of a request bounds its steps; anything else of HostConfig is nobody's business here. */
const RESOURCES = ['Memory', 'MemorySwap', 'CpuShares', 'CpuPeriod', 'CpuQuota', 'CpusetCpus', 'CpusetMems', 'ShmSize', 'Ulimits', 'CgroupParent'] as const;

/** RUN: a container above the layers so far, whose writable directory becomes the next one. */
export class RunExecutor implements Pick<Executor, 'run'> {
  readonly #dependencies: RunDependencies;

  constructor(dependencies: RunDependencies) {
    this.#dependencies = dependencies;
  }

  run(operation: RunOperation, context: StepContext): Promise<LayerTree> {
    return run(this.#dependencies, operation, context);
  }
}

async function run(dependencies: RunDependencies, operation: RunOperation, context: StepContext): Promise<LayerTree> {
  const { layers, leases } = dependencies;
  const { settings, signal } = context;
  const root = operation.root === null ? [] : layersOf(context.input(operation.root));
  const hostConfig = hostConfigOf(operation, settings);
  await using held = new AsyncDisposableStack();
  const mounted = await prepareMounts(dependencies, operation.mounts, context, held);
  const targets = mounted.mounts.map(({ target }) => layers.locate({ kind: 'layers', layers: root }, target).path);
  const request: StepRequest = {
    layers: root,
    argv: operation.argv,
    env: [...mounted.env.filter((entry) => !isSet(operation.env, entry)), ...operation.env],
    secretEnv: mounted.secretEnv,
    cwd: operation.cwd,
    user: operation.user,
    hostConfig,
    mounts: mounted.mounts,
  };
  await using end = await ended(dependencies, operation, request, context);
  if (end.exitCode !== 0) {
    if (settings.keepFailed) await end.keep();
    throw failure(operation, end.exitCode, end.oomKilled ? ': out of memory' : end.isDiskFull ? ': no space left on device' : '');
  }
  const places = placesOf(targets);
  const made = await end.take(({ omitted, ...files }) =>
    layers.adopt({ ...files, omitted: [...omitted, ...places] }, (diffId) => leases.add(settings.buildId, { layers: [diffId] })),
  );
  signal.throwIfAborted();
  const result = made === null ? root : [...root, made.diffId];
  if (settings.keepDone) await end.keep(result);
  return { kind: 'layers', layers: result };
}

async function ended({ containers }: RunDependencies, operation: RunOperation, request: StepRequest, context: StepContext): Promise<StepEnd> {
  try {
    return await containers.run(request, {
      signal: context.signal,
      onContainer: (id) => context.container(id),
      onOutput: (stream, data) => context.log(stream, data),
    });
  } catch (error) {
    const exitCode = error instanceof EngineError ? error.details['exitCode'] : undefined;
    // Those of shells for what cannot be run; anything else is no fault of the command, and has none.
    if (exitCode === 126 || exitCode === 127) throw failure(operation, exitCode, `: ${messageOf(error)}`, error);
    throw error instanceof EngineError
      ? new EngineError(error.kind, error.message, { cause: error, details: { ...error.details, exitCode: undefined } })
      : error;
  }
}

/** In BuildKit's words, which clients look for. */
function failure({ argv }: RunOperation, exitCode: number, why: string, cause?: unknown): EngineError {
  const text = `process ${JSON.stringify(argv.join(' '))} did not complete successfully: exit code: ${exitCode}${why}`;
  return new EngineError('InvalidArgument', text, { details: { exitCode }, ...(cause === undefined ? {} : { cause }) });
}

function hostConfigOf({ network, security }: RunOperation, settings: StepSettings): HostConfig {
  if (security === 'insecure' && !settings.allowInsecure) throw new EngineError('PermissionDenied', 'security.insecure is not allowed');
  if (network === 'host' && !settings.allowInsecure && settings.networkMode !== 'host') {
    throw new EngineError('PermissionDenied', 'network.host is not allowed');
  }
  const given = RESOURCES.flatMap((key) => (settings.resources[key] === undefined ? [] : [[key, settings.resources[key]] as const]));
  const parsed = hostConfigSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success)
    throw new EngineError('InvalidArgument', `limits of the build: ${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}`);
  return {
    ...parsed.data,
    NetworkMode: network === 'default' ? settings.networkMode || 'default' : network,
    ...(settings.extraHosts.length === 0 ? {} : { ExtraHosts: [...settings.extraHosts] }),
    ...(security === 'insecure' ? { Privileged: true } : {}),
  };
}

/** Each directory on the way to what is mounted: it may have been made for that. */
function placesOf(targets: readonly string[]): string[] {
  const places = new Set<string>();
  for (const target of targets) {
    const names = target.split('/').filter((name) => name !== '');
    names.forEach((_, position) => void places.add(names.slice(0, position + 1).join('/')));
  }
  return [...places];
}

function isSet(env: readonly string[], entry: string): boolean {
  const start = entry.slice(0, entry.indexOf('=') + 1);
  return env.some((other) => other.startsWith(start));
}

function layersOf(tree: Tree): LayerTree['layers'] {
  if (tree.kind === 'layers') return tree.layers;
  throw new EngineError('Internal', 'a command cannot run on files of a client');
}
