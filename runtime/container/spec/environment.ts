import { EngineError } from '../../base/errors.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The process's environment: Docker's defaults, replaced in place by the configured entries. An entry without `=`
 * removes the variable. HOME is added once the user is known.
 */
export function environmentOf(configured: readonly string[], options: { readonly hostname: string; readonly tty: boolean }): string[] {
  const variables = new Map([
    ['PATH', `PATH=${DEFAULT_PATH}`],
    ['HOSTNAME', `HOSTNAME=${options.hostname}`],
  ]);
  if (options.tty) variables.set('TERM', 'TERM=xterm');
  return replaceIn(variables, configured);
}

/** `base` with `extra` put over it by the same rules. */
export function extendEnvironment(base: readonly string[], extra: readonly string[]): string[] {
  return replaceIn(new Map(base.map((entry) => [keyOf(entry), entry])), extra);
}

/** Adds HOME unless it is set to something. */
export function withHome(environment: readonly string[], home: string): string[] {
  if (environment.some((entry) => entry.startsWith('HOME=') && entry.length > 'HOME='.length)) return [...environment];
  return [...environment.filter((entry) => !entry.startsWith('HOME=')), `HOME=${home}`];
}

/** Where `command` may lie: itself when it has a slash, else one path for each directory of PATH. */
export function candidatesOf(command: string, environment: readonly string[]): string[] {
  if (command.includes('/')) return [command];
  if (command === '') return [];
  const path = environment.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return path.split(':').map((directory) => `${directory === '' ? '.' : directory.replace(/\/+$/, '')}/${command}`);
}

/** Throws InvalidArgument for entries that no environment can hold. */
export function checkEnvironment(entries: readonly string[]): void {
  for (const entry of entries) {
    if (entry.startsWith('=') || entry === '') throw new EngineError('InvalidArgument', `invalid environment variable: ${entry.slice(0, 100)}`);
    if (entry.includes('\0')) throw new EngineError('InvalidArgument', `Env: ${keyOf(entry)} contains a NUL byte`);
  }
}

function replaceIn(variables: Map<string, string>, entries: readonly string[]): string[] {
  for (const entry of entries) {
    if (entry.includes('=')) variables.set(keyOf(entry), entry);
    else variables.delete(entry);
  }
  return [...variables.values()];
}

function keyOf(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}
