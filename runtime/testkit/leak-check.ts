import { type Dirent, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What a test has made: words that occur in the names of whatever it may have left. */
export interface LeakScope {
  /** Ids of containers, directories of an engine, names of its cgroup or bridge. */
  readonly words: readonly string[];
  /** Directories in which nothing may be named after a word. */
  readonly directories?: readonly string[];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Directories beneath `directory`, links not followed. */
function* walk(directory: string, depth: number): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(directory, entry.name);
    yield path;
    if (entry.isDirectory() && depth > 1) yield* walk(path, depth - 1);
  }
}

function describeProcess(pid: string): string {
  const base = `/proc/${pid}`;
  const command = textOf(`${base}/cmdline`).replaceAll('\0', ' ').trim();
  return [command, textOf(`${base}/cgroup`), linkOf(`${base}/cwd`), linkOf(`${base}/root`), textOf(`${base}/mountinfo`)].join('\n');
}

/**
 * Everything on this machine that bears one of the words: processes (by command, cgroup, directory or mounts), mounts,
 * cgroups, network links, files. One sentence each; an empty list is what a test wants. Others may work on the machine at
 * the same time, so nothing is counted that bears no word.
 */
function leaksOf(scope: LeakScope): string[] {
  const found: string[] = [];
  const bears = (text: string): string | undefined => scope.words.find((word) => text.includes(word));
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const word = bears(describeProcess(pid));
    if (word !== undefined) found.push(`process ${pid} (${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}) bears ${word}`);
  }
  for (const line of textOf('/proc/self/mountinfo').split('\n')) if (bears(line) !== undefined) found.push(`mount ${line}`);
  for (const path of walk('/sys/fs/cgroup', 5)) if (bears(path) !== undefined) found.push(`cgroup ${path}`);
  for (const name of namesIn('/sys/class/net')) {
    // A link's name has room for the beginning of an id only.
    const word = scope.words.find((one) => name.includes(one) || (/^[0-9a-f]{64}$/.test(one) && name.includes(one.slice(0, 7))));
    if (word !== undefined) found.push(`link ${name}`);
  }
  for (const directory of scope.directories ?? []) {
    for (const path of walk(directory, 6)) if (bears(path.slice(directory.length)) !== undefined) found.push(`file ${path}`);
  }
  return found;
}

/** As leaksOf, but gives what is going away up to twenty seconds to be gone. */
export async function leaksAfterGrace(scope: LeakScope): Promise<string[]> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = leaksOf(scope);
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
