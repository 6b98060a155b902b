import { EngineError, firstOf, isKind, messageOf } from '../base/errors.ts';
import type { Dockerfile } from '../formats/dockerfile/ast.ts';
import { copiesOfIgnored } from '../formats/dockerfile/lint/ignored.ts';
import { refuseFindings } from '../formats/dockerfile/lint/settings.ts';
import { parseDockerfile } from '../formats/dockerfile/parse.ts';
import { pictureOf } from '../formats/dockerfile/picture.ts';
import { formatReference, newName } from '../formats/reference.ts';
import type { ImageService, TransferProgress } from '../image/image-service.ts';
import type { Leases } from '../store/leases.ts';
import { assembleImage } from './assemble-image.ts';
import { BaseImages } from './base-images.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildRequest, BuildService, BuiltImage, ContextSource } from './build-service.ts';
import type { BuildContexts, ReceivedContext } from './context.ts';
import { gitAddress } from './git/git-address.ts';
import type { Tree } from './graph.ts';
import { contextsOfPlan } from './layout-contexts.ts';
import type { NamedContexts } from './named-contexts.ts';
import type { Plan } from './plan/plan.ts';
import { planDockerfile } from './plan/plan-dockerfile.ts';
import { withSource } from './plan/source-error.ts';
import type { BuildHistory, RunningBuild } from './solve/history.ts';
import { withInlineCache } from './solve/image-caches.ts';
import type { Solver } from './solve/solver.ts';
import { VertexOutcomes } from './vertex-outcomes.ts';

export interface BuildDependencies {
  readonly contexts: BuildContexts;
  readonly named: NamedContexts;
  readonly solver: Solver;
  readonly cache: Pick<BuildService, 'cache' | 'prune'>;
  readonly history: BuildHistory;
  readonly images: Pick<ImageService, 'inspect' | 'pull' | 'fromLayout' | 'record'>;
  readonly leases: Pick<Leases, 'hold' | 'add'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type Options = Parameters<BuildService['build']>[1];

/** Beyond what any Dockerfile needs. */
const DOCKERFILE_LIMIT = 2 * 1024 * 1024;

/** Builds on this machine. */
export function createBuildService(dependencies: BuildDependencies): BuildService {
  const { cache, history } = dependencies;
  const running = new Map<string, { readonly work: Promise<unknown>; readonly canceling: AbortController }>();
  const closing = new AbortController();
  return {
    build: async (request, options) => {
      using hold = dependencies.leases.hold('build');
      const id = request.id ?? hold.owner.slice(hold.owner.indexOf('/') + 1);
      if (running.has(id)) throw new EngineError('Conflict', `buildid: a build ${id} is running`);
      const canceling = new AbortController();
      const signal = AbortSignal.any([options.signal, closing.signal, canceling.signal]);
      await using sent = dependencies.named.take(id);
      const work = recorded(dependencies, request, { ...options, signal }, { id, owner: hold.owner, sent: sent.byName });
      running.set(id, { work, canceling });
      try {
        return await work;
      } finally {
        running.delete(id);
      }
    },
    sendContext: async (id, name, archive, signal) => {
      if (running.has(id)) throw new EngineError('Conflict', `buildid: a build ${id} is running: its contexts come before it`);
      await dependencies.named.add(id, name, archive, AbortSignal.any([signal, closing.signal]));
    },
    cancel: async (id) => {
      const found = running.get(id);
      if (found === undefined) throw new EngineError('Conflict', `build ${history.details(id).id} has ended already`);
      found.canceling.abort(new EngineError('Canceled', 'the build was canceled by another client'));
      await Promise.allSettled([found.work]);
    },
    cache: () => cache.cache(),
    prune: (options) => cache.prune(options),
    history: () => history.list(),
    details: (id) => history.details(id),
    logs: (id, vertex) => history.logs(id, vertex),
    followLogs: (id, vertex, signal) => history.followLogs(id, vertex, signal),
    forget: (id) => history.forget(id),
    onChange: (listener) => history.onChange(listener),
    [Symbol.asyncDispose]: async () => {
      closing.abort(new EngineError('Canceled', 'the engine ends'));
      await Promise.allSettled(running.values().map(({ work }) => work));
    },
  };
}

interface Names {
  readonly id: string;
  /** Of its lease. */
  readonly owner: string;
  /** What its client has sent ahead. */
  readonly sent: ReadonlyMap<string, ReceivedContext>;
}

/** A build with its entry in the history. */
async function recorded(dependencies: BuildDependencies, request: BuildRequest, options: Options, { id, owner, sent }: Names): Promise<BuiltImage> {
  const tags = request.tags.map(tagOf);
  const entry = dependencies.history.begin({
    id,
    tags: request.tags,
    target: request.target,
    dockerfileName: nameOf(request),
    contextName: request.context.kind === 'remote' ? request.context.url : '',
    buildArgs: Object.fromEntries(Object.entries(request.buildArgs).map(([key, value]) => [key, value ?? ''])),
  });
  const onEvent = (event: BuildEvent): void | Promise<void> => {
    entry.onEvent(event);
    const waiting = options.onEvent(event);
    return waiting && settledOrAborted(waiting, options.signal);
  };
  try {
    const built = await build(dependencies, request, { ...options, onEvent }, { id, owner, tags, entry, sent });
    entry.end({ status: 'completed', image: built.id });
    return built;
  } catch (error) {
    const isCanceled = options.signal.aborted;
    // Why it was ended, not how some step of it broke.
    const told = isCanceled ? (options.signal.reason as unknown) : withPlace(firstOf(error));
    entry.end({ status: isCanceled ? 'canceled' : 'failed', error: messageOf(told) });
    throw told;
  }
}

/** A client that does not read holds a command back, but not its end. */
function settledOrAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) done();
    signal.addEventListener('abort', done);
    waiting.then(done, reject);
  });
}

interface Entry extends Names {
  readonly tags: readonly string[];
  readonly entry: RunningBuild;
}

async function build(dependencies: BuildDependencies, request: BuildRequest, options: Options, { id, owner, tags, entry, sent }: Entry): Promise<BuiltImage> {
  const { contexts, images, leases } = dependencies;
  const { signal, onEvent } = options;
  await using stack = new AsyncDisposableStack();
  stack.defer(() => contexts.release(owner));
  const path = 'path' in request.dockerfile ? request.dockerfile.path : undefined;
  const receiving = { signal, secrets: request.secrets, onProgress: (progress: TransferProgress) => void onEvent({ type: 'context', progress }) };
  const context = stack.use(await contexts.receive(request.context, { ...receiving, build: id, ...(path === undefined ? {} : { dockerfile: path }) }));
  const text = await readDockerfile(contexts, request, context);
  const dockerfile = parse(text, request, (wrong) => entry.describe({ dockerfile: wrong }));
  entry.describe({ dockerfile: dockerfile.text });
  const inText = [...dockerfile.warnings, ...copiesOfIgnored(dockerfile, context.ignored ?? [])];
  for (const warning of inText) void onEvent({ type: 'warning', warning });
  refuseFindings(dockerfile.checks, inText);
  // What depends on the bases is not looked at: a check alone fetches nothing.
  if (request.checkOnly) return { id: null, names: [], warnings: inText };
  const { named: namedContexts, layouts } = contextsOfPlan(request.namedContexts, sent);
  const resolver = new BaseImages(images, leases, { owner, request, layouts, signal, onEvent });
  const plan = await planDockerfile(dockerfile, { ...request, namedContexts, dockerfileName: nameOf(request) }, resolver);
  for (const warning of plan.warnings) void onEvent({ type: 'warning', warning });
  const warnings = [...inText, ...plan.warnings];
  refuseFindings(dockerfile.checks, warnings);
  void onEvent({ type: 'steps', steps: plan.steps });
  const trees = new Map<string, Tree>([['context', context.tree]]);
  for (const { operation } of plan.graph.vertices) {
    if (operation.kind !== 'context' || trees.has(operation.name)) continue;
    const named = sent.get(operation.name) ?? stack.use(await contexts.receive(addressOf(operation.name, namedContexts[operation.name] ?? ''), receiving));
    trees.set(operation.name, named.tree);
  }
  return await solveAndRecord(dependencies, request, { ...options, contexts: trees }, { ...plan, warnings }, dockerfile, { owner, tags });
}

/** Throws Unsupported for what is no address. */
function addressOf(name: string, url: string): ContextSource {
  if (/^https?:\/\//.test(url) || gitAddress(url) !== undefined) return { kind: 'remote', url };
  const hint = 'directories are sent ahead of the build (PUT /slipway/v1/builds/{id}/contexts); an address, a repository or docker-image:// can be named';
  throw new EngineError('Unsupported', `the context ${JSON.stringify(name)}: ${hint}`);
}

async function solveAndRecord(
  { solver, images, now }: BuildDependencies,
  request: BuildRequest,
  options: Options & { readonly contexts: ReadonlyMap<string, Tree> },
  plan: Plan,
  dockerfile: Dockerfile,
  { owner, tags }: Pick<Entry, 'owner' | 'tags'>,
): Promise<BuiltImage> {
  const { secrets, extraHosts, networkMode, resources, allowInsecure, keepFailed, keepDone } = request;
  const epoch = plan.sourceDateEpoch;
  const outcomes = new VertexOutcomes(plan.graph, options.onEvent);
  const settings = {
    buildId: owner,
    secrets,
    extraHosts,
    networkMode,
    resources,
    ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
    allowInsecure,
    keepFailed,
    keepDone,
  };
  const solution = await solver
    .solve(plan.graph, [plan.result], {
      settings,
      contexts: options.contexts,
      signal: options.signal,
      onEvent: outcomes.onEvent,
      cacheFrom: request.cacheFrom,
      scope: tags[0] ?? `${request.context.kind === 'remote' ? request.context.url : ''} ${nameOf(request)}`,
    })
    .catch((error: unknown) => {
      const range = outcomes.failed?.range;
      throw range !== undefined && error instanceof EngineError ? withSource(error, dockerfile, nameOf(request), range) : error;
    });
  const [tree] = solution.trees;
  const layers = tree?.kind === 'layers' ? tree.layers : [];
  const created = new Date(epoch === undefined ? now() : epoch * 1000);
  const assembled = assembleImage(plan.image, layers, created, (vertex) => outcomes.layersOf(vertex));
  const withLinks = request.buildArgs['BUILDKIT_INLINE_CACHE'] === '1' ? withInlineCache(assembled, solution.links[0] ?? []) : assembled;
  options.signal.throwIfAborted();
  const { id, names } = await images.record(withLinks, { tags, reuse: epoch === undefined && outcomes.allCached });
  return { id, names, warnings: plan.warnings };
}

/** Full form. Throws InvalidArgument. */
function tagOf(text: string): string {
  return formatReference(newName(text));
}

function nameOf({ dockerfile }: BuildRequest): string {
  return 'path' in dockerfile ? dockerfile.path : 'Dockerfile';
}

async function readDockerfile(contexts: BuildContexts, { dockerfile }: BuildRequest, { tree, loneDockerfile }: ReceivedContext): Promise<Uint8Array | string> {
  if ('text' in dockerfile) return dockerfile.text;
  const path = loneDockerfile ?? dockerfile.path;
  // The name that nobody chose is found in small letters too, as Docker does.
  const content =
    (await contexts.read(tree, path, DOCKERFILE_LIMIT)) ?? (path === 'Dockerfile' ? await contexts.read(tree, 'dockerfile', DOCKERFILE_LIMIT) : undefined);
  if (content === undefined)
    throw new EngineError('InvalidArgument', `Cannot locate specified Dockerfile: ${path} (there is no such file in the build context)`);
  return content;
}

/** `onWrong` is told the text of what is no Dockerfile. */
function parse(source: Uint8Array | string, request: BuildRequest, onWrong: (text: string) => void): Dockerfile {
  const fileName = nameOf(request);
  const checks = request.buildArgs['BUILDKIT_DOCKERFILE_CHECK'];
  try {
    return parseDockerfile(source, { fileName, ...(typeof checks === 'string' ? { checks } : {}) });
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    onWrong(text);
    const { line, column } = error.details;
    if (typeof line !== 'number' || typeof column !== 'number') throw error;
    const picture = pictureOf(text, fileName, { firstLine: line });
    throw new EngineError(error.kind, error.message, { cause: error, details: { ...error.details, file: fileName, picture } });
  }
}

/** The place below the message, but for a command that ran and failed: clients read its words as they are. */
function withPlace(error: unknown): unknown {
  if (!(error instanceof EngineError) || (error.details['exitCode'] !== undefined && error.message.startsWith('process "'))) return error;
  const { file, line, column, picture } = error.details;
  if (typeof picture !== 'string' || picture === '') return error;
  return new EngineError(error.kind, `${error.message} (${String(file)}:${String(line)}:${String(column)})\n${picture.trimEnd()}`, {
    cause: error,
    details: { ...error.details },
  });
}
