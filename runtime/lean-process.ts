import { existsSync, mkdirSync, statSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import packageJson from '../package.json' with { type: 'json' };

/** Tells a replaced process what it is. */
const MARK = 'SLIPWAY_PROCESS';
/** One heap for all threads: what a worker frees must not stay with an arena nobody uses any more. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };
const FLAGS = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'];

/**
 * Node's type stripper stays in memory once it has been used (20 MB), and so does room for a young generation that an idle
 * engine does not need. Neither can be given back, so the process is replaced, with the same pid, by one that reads the
 * compiled modules from a cache; the first time by one that fills it. Returns in the last of them.
 */
export async function leanProcess(root: string): Promise<void> {
  const cache = `${cacheParent(root)}/${packageJson.version}-${process.version}`;
  const role = process.env[MARK];
  if (role === 'lean' || process.execve === undefined) {
    delete process.env[MARK];
    return;
  }
  if (role === undefined && !existsSync(cache)) {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    replaceBy('filling', cache);
  }
  if (role === 'filling') {
    await import('./engine.ts');
    flushCompileCache();
  }
  replaceBy('lean', cache);
}

/** Beside the program when that is ours, so that engines of several roots share it; whoever may write there may change the program too. */
function cacheParent(root: string): string {
  const modules = `${import.meta.dirname}/../node_modules`;
  const isOurs = statSync(modules, { throwIfNoEntry: false })?.uid === process.getuid?.();
  return isOurs ? `${modules}/.cache/slipway` : `${root}/cache`;
}

function replaceBy(role: string, cache: string): void {
  const [node = process.execPath, script = '', ...rest] = process.argv;
  process.execve?.(node, [node, ...FLAGS, script, ...rest], { ...process.env, ...ENVIRONMENT, [MARK]: role, NODE_COMPILE_CACHE: cache });
}
