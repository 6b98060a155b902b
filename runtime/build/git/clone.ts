import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, isKind, messageOf } from '../../base/errors.ts';
import { checkGitRef, type GitAddress } from './git-address.ts';
import type { GitLogin } from './git-login.ts';
import { type SizeBound, withinBound } from './size-bound.ts';

/** Runs git in the repository `cwd`; fails as runGit of sys does. */
export type RunGit = (
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly signal: AbortSignal;
    readonly sshAgent?: string;
    readonly login?: GitLogin;
    readonly onMessage?: (text: string) => void;
  },
) => Promise<string>;

/** What clones need of the machine; `limit`: bytes on the disk of a repository with its files. */
export interface GitTools extends SizeBound {
  readonly runGit: RunGit;
}

export interface CloneOptions {
  readonly signal: AbortSignal;
  readonly keepGitDir: boolean;
  /** Of the commit, or its beginning. */
  readonly checksum?: string;
  readonly sshAgent?: string;
  /** For its server, also where a submodule is from there. */
  readonly login?: GitLogin | undefined;
  readonly onMessage?: (text: string) => void;
}

const COMMIT = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;
const SHORT_COMMIT = /^[0-9a-f]{7,63}$/;

/**
 * Checks one commit of a repository out into the new directory `directory`, with its submodules, and answers the path of the subdirectory that
 * was asked for and the commit. Throws NotFound for a reference or subdirectory that is not there, Unauthorized where the server wants
 * another login, PermissionDenied where it sends one with a login elsewhere, TooLarge as soon as it takes more of the disk than it may, InvalidArgument for a commit that is not the one of `checksum`.
 */
export async function clone(
  tools: GitTools,
  address: GitAddress,
  directory: string,
  options: CloneOptions,
): Promise<{ readonly path: string; readonly commit: string }> {
  const { url, ref } = address;
  checkGitRef(ref);
  if (url.startsWith('-')) throw new EngineError('InvalidArgument', `invalid repository ${JSON.stringify(url.slice(0, 200))}`);
  mkdirSync(directory);
  const what = `repository ${shownAddress(url)}`;
  return await withinBound(directory, what, tools, options.signal, (signal) => checkOut(tools.runGit, address, directory, { ...options, signal }));
}

async function checkOut(
  runGit: RunGit,
  { url, ref, subdirectory }: GitAddress,
  directory: string,
  { signal, keepGitDir, checksum, sshAgent, login, onMessage }: CloneOptions,
): Promise<{ readonly path: string; readonly commit: string }> {
  const git = (...args: string[]): Promise<string> =>
    runGit(args, { cwd: directory, signal, ...(sshAgent && { sshAgent }), ...(login && { login }), ...(onMessage && { onMessage }) });
  await git('init', '--quiet', '--template=');
  await git('config', 'remote.origin.url', url);
  const fetched = await fetch(git, url, ref);
  const commit = (await git('rev-parse', '--verify', `${fetched}^{commit}`)).trim();
  if (checksum !== undefined && !commit.startsWith(checksum)) {
    const object = (await git('rev-parse', '--verify', fetched)).trim();
    if (!object.startsWith(checksum)) throw new EngineError('InvalidArgument', `expected checksum to match ${checksum}, got ${commit}`);
  }
  await git('checkout', '--quiet', '--progress', '--detach', commit);
  await git('submodule', '--quiet', 'update', '--progress', '--init', '--recursive', '--depth=1');
  if (!keepGitDir) await removeGitDirectories(git, directory);
  return { path: inside(directory, subdirectory), commit };
}

/** What rev-parse knows the fetched reference by. Only the commit itself is asked for, where the server gives single ones. */
async function fetch(git: (...args: string[]) => Promise<string>, url: string, ref: string): Promise<string> {
  try {
    await git('fetch', '--quiet', '--progress', '--depth=1', '--no-tags', '--', url, ref === '' ? 'HEAD' : ref);
    return 'FETCH_HEAD';
  } catch (error) {
    if (!isKind(error, 'Internal') || !(COMMIT.test(ref) || SHORT_COMMIT.test(ref))) throw notFound(error, url, ref);
  }
  // The server does not give a commit by its number, or that is shortened: it is among all that there are.
  await git('fetch', '--quiet', '--progress', '--', url, '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*');
  try {
    await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
    return ref;
  } catch (error) {
    throw new EngineError('NotFound', `repository ${shownAddress(url)} does not contain ref ${ref}`, { cause: error });
  }
}

function notFound(error: unknown, url: string, ref: string): unknown {
  if (!isKind(error, 'Internal')) return error;
  const isMissing = /couldn't find remote ref/i.test(messageOf(error));
  if (isMissing) return new EngineError('NotFound', `repository ${shownAddress(url)} does not contain ref ${ref || 'HEAD'}`, { cause: error });
  if (/could not read Username|Authentication failed|returned error: 40[13]/i.test(messageOf(error))) {
    const help = 'it is private or not there; a login can be given as the secret GIT_AUTH_TOKEN';
    return new EngineError('Unauthorized', `failed to fetch ${shownAddress(url)}: ${help}`, { cause: error });
  }
  if (/returned error: 30[12378]/i.test(messageOf(error))) {
    const help = 'it redirects to another address, where no login is sent along; name that address itself';
    return new EngineError('PermissionDenied', `failed to fetch ${shownAddress(url)}: ${help}`, { cause: error });
  }
  return new EngineError('Unavailable', `failed to fetch ${shownAddress(url)}: ${messageOf(error).replaceAll(url, shownAddress(url))}`, { cause: error });
}

async function removeGitDirectories(git: (...args: string[]) => Promise<string>, directory: string): Promise<void> {
  const submodules = await git('submodule', '--quiet', 'foreach', '--recursive', 'printf "%s\\0" "$displaypath"');
  for (const path of submodules.split('\0')) if (path !== '') rmSync(join(inside(directory, path), '.git'), { recursive: true, force: true });
  await rm(join(directory, '.git'), { recursive: true, force: true });
}

/** Nobody changes the files of the repository any more, but its links can lead anywhere. */
function inside(directory: string, path: string): string {
  const root = realpathSync(directory);
  let real: string;
  try {
    real = realpathSync(join(root, path));
  } catch (error) {
    throw new EngineError('NotFound', `invalid subdirectory ${JSON.stringify(path.slice(0, 200))}: not found`, { cause: error });
  }
  if (real !== root && !real.startsWith(`${root}/`))
    throw new EngineError('InvalidArgument', `invalid subdirectory ${JSON.stringify(path.slice(0, 200))}: leads out of the repository`);
  if (!statSync(real).isDirectory()) throw new EngineError('InvalidArgument', `invalid subdirectory ${JSON.stringify(path.slice(0, 200))}: not a directory`);
  return real;
}

/** Without a password. */
export function shownAddress(url: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, '$1');
}
