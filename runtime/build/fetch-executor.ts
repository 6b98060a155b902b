import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../base/digest.ts';
import type { FileService } from '../store/copy/file-service.ts';
import type { Executor, StepContext } from './executor.ts';
import { digestOfDirectory } from './files/open-tree.ts';
import { clone, type GitTools } from './git/clone.ts';
import { gitLogin } from './git/git-login.ts';
import type { Operation, Tree } from './graph.ts';
import { download } from './remote/download.ts';
import { httpLogin } from './remote/http-login.ts';
import type { KeptDownloads } from './remote/kept-downloads.ts';
import type { BuildWorkspace } from './workspace.ts';

export interface FetchDependencies {
  readonly workspace: BuildWorkspace;
  readonly files: Pick<FileService, 'digest'>;
  readonly git: GitTools;
  readonly downloads: Pick<KeptDownloads, 'open'>;
  /** Bytes of a download. */
  readonly downloadLimit: number;
}

type Directory = Tree & { readonly kind: 'directory' };

/** Repositories and downloads that ADD names. What they bring stays until the workspace is released from the build. */
export class FetchExecutor implements Pick<Executor, 'git' | 'http'> {
  readonly #dependencies: FetchDependencies;

  constructor(dependencies: FetchDependencies) {
    this.#dependencies = dependencies;
  }

  async git(operation: Operation & { readonly kind: 'git' }, context: StepContext): Promise<Directory> {
    const { workspace, git, files } = this.#dependencies;
    const { url, ref, subdirectory, keepGitDir, checksum } = operation;
    const { signal, settings } = context;
    using undo = new DisposableStack();
    const work = undo.use(workspace.make());
    const sshAgent = settings.secrets.ssh('default');
    const { path } = await clone(git, { url, ref, subdirectory }, join(work.path, 'files'), {
      signal,
      keepGitDir,
      login: gitLogin(url, settings.secrets),
      onMessage: (text) => void context.log(2, Buffer.from(text)),
      ...(checksum === undefined ? {} : { checksum }),
      ...(sshAgent === undefined ? {} : { sshAgent }),
    });
    const digest = await digestOfDirectory(files, path, signal);
    workspace.keep(settings.buildId, undo.move());
    return { kind: 'directory', path, digest };
  }

  async http({ url, checksum, fileName }: Operation & { readonly kind: 'http' }, context: StepContext): Promise<Directory> {
    const { workspace, downloads, downloadLimit } = this.#dependencies;
    using undo = new DisposableStack();
    const work = undo.use(workspace.make());
    const path = join(work.path, 'files');
    mkdirSync(path);
    const digest = await download(downloads, url, path, {
      fileName,
      checksum,
      login: httpLogin(url, context.settings.secrets),
      limit: downloadLimit,
      signal: context.signal,
      onProgress: (current, total) => context.progress(url, current, total),
    });
    workspace.keep(context.settings.buildId, undo.move());
    return { kind: 'directory', path, digest: digestOf(digest) };
  }
}
