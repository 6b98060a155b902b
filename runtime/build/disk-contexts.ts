import { closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { EngineError, isKind } from '../base/errors.ts';
import { sniffCompression } from '../formats/compression.ts';
import { parseDockerignore } from '../formats/dockerfile/dockerignore.ts';
import { BLOCK, decodeHeader } from '../formats/tar/entry.ts';
import type { FileService } from '../store/copy/file-service.ts';
import { decompressed, type InflateByTool, untilAborted } from '../store/incoming.ts';
import type { ArchiveLimits } from '../store/trees/archive-limits.ts';
import type { TreeService } from '../store/trees/tree-service.ts';
import type { ContextSource } from './build-service.ts';
import type { BuildContexts, ReceivedContext, ReceiveOptions } from './context.ts';
import { digestOfDirectory } from './files/open-tree.ts';
import { clone, type GitTools, shownAddress } from './git/clone.ts';
import { cloneProgress } from './git/clone-progress.ts';
import { gitAddress } from './git/git-address.ts';
import { gitLogin } from './git/git-login.ts';
import type { Tree } from './graph.ts';
import { httpLogin } from './remote/http-login.ts';
import type { KeptDownloads } from './remote/kept-downloads.ts';
import type { BuildWorkspace } from './workspace.ts';

export interface ContextDependencies {
  readonly workspace: BuildWorkspace;
  readonly trees: Pick<TreeService, 'unpack'>;
  readonly files: FileService;
  readonly git: GitTools;
  readonly downloads: Pick<KeptDownloads, 'open'>;
  /** For bzip2 and xz. */
  readonly inflateByTool: InflateByTool;
  readonly limits: ArchiveLimits;
}

type Directory = Tree & { readonly kind: 'directory' };

const IGNORE_BYTES = 1024 * 1024;
const DOCKERFILE_BYTES = 4 * 1024 * 1024;
/** A file that is read though it is not in the tree. */
interface Apart {
  readonly path: string;
  readonly content: Buffer;
}

interface Ignored {
  readonly ignored: readonly string[];
  readonly apart: Apart | undefined;
}

interface Brought {
  readonly path: string;
  /** Unpacked. */
  readonly bytes?: number;
  readonly isLoneDockerfile?: boolean;
  readonly ignored?: readonly string[];
}

/** docker's own name for a Dockerfile that has none. */
const DOCKERFILE = 'Dockerfile';

/** Contexts unpacked in directories of a workspace. */
export class DiskBuildContexts implements BuildContexts {
  readonly #dependencies: ContextDependencies;
  /** Dockerfiles of contexts that ignore them: a build is read from them all the same. */
  readonly #apart = new WeakMap<Tree, Apart>();

  constructor(dependencies: ContextDependencies) {
    this.#dependencies = dependencies;
  }

  async receive(source: ContextSource, options: ReceiveOptions): Promise<ReceivedContext> {
    using undo = new DisposableStack();
    this.#dependencies.files.prepare();
    const work = undo.use(this.#dependencies.workspace.make());
    const path = join(work.path, 'files');
    const found = await this.#bring(source, path, options);
    const { ignored, apart } = source.kind === 'directory' ? { ignored: found.ignored ?? [], apart: undefined } : await this.#applyIgnore(found.path, options);
    const tree: Directory = { kind: 'directory', path: found.path, digest: await digestOfDirectory(this.#dependencies.files, found.path, options.signal) };
    if (apart !== undefined) this.#apart.set(tree, apart);
    const kept = undo.move();
    const isLone = found.isLoneDockerfile === true;
    return {
      tree,
      ignored,
      ...(found.bytes === undefined ? {} : { bytes: found.bytes }),
      ...(isLone ? { loneDockerfile: DOCKERFILE } : {}),
      [Symbol.asyncDispose]: () => Promise.resolve(kept.dispose()),
    };
  }

  async read(tree: Directory, path: string, limit: number): Promise<Buffer | undefined> {
    const apart = this.#apart.get(tree);
    if (apart !== undefined && apart.content.length <= limit && cleaned(apart.path) === cleaned(path)) return apart.content;
    return await this.#withRoot(tree.path, (root) => this.#dependencies.files.read({ root, path, limit }));
  }

  release(owner: string): void {
    this.#dependencies.workspace.release(owner);
  }

  async #bring(source: ContextSource, path: string, options: ReceiveOptions): Promise<Brought> {
    const { signal } = options;
    if (source.kind === 'tar') {
      mkdirSync(path, { mode: 0o755 });
      return { path, bytes: await this.#unpack(path, untilAborted(source.archive, signal)) };
    }
    if (source.kind === 'directory') {
      return { path, ignored: await this.#copy(source.path, path, options) };
    }
    const git = gitAddress(source.url);
    if (git !== undefined) {
      const login = gitLogin(git.url, options.secrets);
      const onMessage = options.onProgress && cloneProgress(shownAddress(git.url), options.onProgress);
      return await clone(this.#dependencies.git, git, path, { signal, keepGitDir: false, login, ...(onMessage && { onMessage }) });
    }
    mkdirSync(path, { mode: 0o755 });
    return { path, isLoneDockerfile: await this.#download(source.url, path, options) };
  }

  /** Resolves to the bytes that came out. */
  async #unpack(path: string, archive: AsyncIterable<Buffer>): Promise<number> {
    const { trees, inflateByTool, limits } = this.#dependencies;
    let bytes = 0;
    const plain = counted(decompressed(archive, inflateByTool), (current) => void (bytes = current));
    try {
      await this.#withRoot(path, (root) =>
        trees.unpack({ root, path: '/', noOverwriteDirNonDir: false, owner: undefined, isRootReadonly: false, limits }, plain),
      );
      return bytes;
    } catch (error) {
      if (isKind(error, 'InvalidArgument')) throw new EngineError('InvalidArgument', `build context: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** As a client sends a directory: what is ignored stays behind. */
  async #copy(from: string, path: string, options: ReceiveOptions): Promise<readonly string[]> {
    if (statSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new EngineError('InvalidArgument', `build context: ${JSON.stringify(from.slice(0, 200))} is not a directory of this machine`);
    }
    mkdirSync(path, { mode: 0o755 });
    const { files, limits } = this.#dependencies;
    return await this.#withRoot(from, (source) =>
      this.#withRoot(path, async (root) => {
        const patterns = await this.#ignorePatterns(source, options.dockerfile ?? DOCKERFILE);
        const sources = [{ root: source, path: '.', unpack: false, allowEmpty: false, owner: { uid: 0, gid: 0 } }];
        const action = { kind: 'copy' as const, sources, destination: '/', owner: undefined, chmod: undefined, parents: false, exclude: patterns };
        await files.copy({ root, actions: [action], time: undefined, limits }, options.signal);
        return patterns;
      }),
    );
  }

  /** True for a lone Dockerfile. */
  async #download(url: string, path: string, options: ReceiveOptions): Promise<boolean> {
    using answer = await this.#dependencies.downloads.open(url, { signal: options.signal, login: httpLogin(url, options.secrets) });
    const total = Number(answer.headers['content-length']);
    const known = { id: 'Downloading context', status: shownAddress(url), ...(Number.isSafeInteger(total) && { total }) };
    const body = counted(untilAborted(answer.body, options.signal), (current) => options.onProgress?.({ ...known, current }))[Symbol.asyncIterator]();
    let head = Buffer.alloc(0);
    while (head.length < BLOCK) {
      const next = await body.next();
      if (next.done === true) break;
      head = Buffer.concat([head, next.value]);
    }
    const whole = preceded(head, body);
    if (sniffCompression(head) !== 'none' || isTar(head)) {
      await this.#unpack(path, whole);
      return false;
    }
    if (head.length === 0 || head.includes(0))
      throw new EngineError('InvalidArgument', `${JSON.stringify(url.slice(0, 200))} is neither an archive nor a Dockerfile`);
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of whole) {
      size += piece.length;
      if (size > DOCKERFILE_BYTES)
        throw new EngineError('TooLarge', `the Dockerfile at ${JSON.stringify(url.slice(0, 200))} has more than ${DOCKERFILE_BYTES} bytes`);
      pieces.push(Buffer.from(piece));
    }
    await writeFile(join(path, DOCKERFILE), Buffer.concat(pieces), { mode: 0o644, flag: 'wx' });
    return true;
  }

  /** What clients filter is filtered again, which changes nothing; what comes from elsewhere is filtered here alone. */
  async #applyIgnore(path: string, { dockerfile = DOCKERFILE, signal }: ReceiveOptions): Promise<Ignored> {
    const { files } = this.#dependencies;
    return await this.#withRoot(path, async (root) => {
      const ignored = await this.#ignorePatterns(root, dockerfile);
      if (ignored.length === 0) return { ignored, apart: undefined };
      const content = await files.read({ root, path: dockerfile, limit: DOCKERFILE_BYTES });
      await files.removeIgnored({ root, patterns: ignored }, signal);
      return { ignored, apart: content === undefined ? undefined : { path: dockerfile, content } };
    });
  }

  /** Of the Dockerfile's own .dockerignore, or of the context's. */
  async #ignorePatterns(root: number, dockerfile: string): Promise<readonly string[]> {
    for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
      const text = await this.#dependencies.files.read({ root, path, limit: IGNORE_BYTES });
      if (text !== undefined) return parseDockerignore(text.toString());
    }
    return [];
  }

  async #withRoot<T>(path: string, work: (root: number) => Promise<T>): Promise<T> {
    const root = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      return await work(root);
    } finally {
      closeSync(root);
    }
  }
}

async function* counted(source: AsyncIterable<Buffer>, tell: (current: number) => void): AsyncGenerator<Buffer> {
  let current = 0;
  for await (const chunk of source) {
    current += chunk.length;
    yield chunk;
    tell(current);
  }
}

async function* preceded(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function cleaned(path: string): string {
  return posix.join('/', path);
}

function isTar(head: Buffer): boolean {
  if (head.length < BLOCK) return false;
  try {
    return decodeHeader(head.subarray(0, BLOCK)) !== undefined;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
