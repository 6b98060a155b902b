import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface PackageConfig {
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly extraResources: readonly { readonly from: string; readonly to: string; readonly filter?: readonly string[] }[];
  readonly files: unknown;
  readonly deb: { readonly fpm: readonly string[] };
  readonly rpm: { readonly fpm: readonly string[] };
}
interface Builder {
  getConfig(directory: string, file: string): Promise<PackageConfig>;
  validateConfiguration(config: PackageConfig, log: { readonly isEnabled: boolean }): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
// The packager's own reader and schema, of a library that is its dependency, not ours.
const READER = 'app-builder-lib/out/util/config/config';
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))(READER) as Builder;
/** Read anew: validation rewrites what it is given. */
const load = () => builder.getConfig(ROOT, 'electron-builder.yml');
const config = await load();

it('is what the packager takes', async () => {
  await builder.validateConfiguration(await load(), { isEnabled: false });
  await expect(builder.validateConfiguration({ ...(await load()), fuses: {} } as never, { isEnabled: false })).rejects.toThrow('fuses');
});

it('takes from the binary what an attacker would use it for', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

it('carries what exists', () => {
  expect(config.extraResources.map(({ from }) => from).filter((from) => !existsSync(join(ROOT, from)))).toEqual([]);
});

it('carries every package that the engine and the main process need, with what those need', () => {
  const engine = config.extraResources.find(({ from }) => from === 'node_modules')?.filter?.[0] ?? '';
  const main = (config.files as readonly { readonly filter: readonly string[] }[])
    .flatMap(({ filter }) => filter)
    .filter((glob) => glob.startsWith('node_modules/{'))
    .map((glob) => /\{(.*)\}/.exec(glob)?.[1] ?? '');
  expect(lacking(engine, closure(importsOf('runtime')))).toEqual([]);
  expect(
    lacking(`{${main.join(',')}}`, closure(['electron', 'runtime/client', 'runtime/credentials'].flatMap(importsOf).filter((name) => !NOT_IN_MAIN.has(name)))),
  ).toEqual([]);
});

it('installs a service that runs what the package carries', () => {
  const unit = readFileSync(join(ROOT, 'assets/linux/slipway.service'), 'utf8');
  expect(/^ExecStart=(\S+) (\S+)/m.exec(unit)?.slice(1)).toEqual(['/opt/Slipway/resources/node', '/opt/Slipway/resources/engine/runtime/daemon.ts']);
  for (const { fpm } of [config.deb, config.rpm]) {
    expect(fpm.map((mapping) => mapping.split('=')[0] ?? '').filter((from) => !existsSync(join(ROOT, from)))).toEqual([]);
    expect(fpm.join(' ')).toContain('/usr/lib/systemd/system/slipway.service');
  }
});

/** Electron itself, and what browser mode alone uses. */
const NOT_IN_MAIN: ReadonlySet<string> = new Set(['electron', 'ws']);

/** Of `names`, those that no alternative of `{a,b*}` in a pattern takes. */
function lacking(pattern: string, names: readonly string[]): string[] {
  const globs = /\{(.*)\}/.exec(pattern)?.[1]?.split(',') ?? [];
  return names.filter(
    (name) => !globs.some((glob) => (glob.endsWith('*') ? name.startsWith(glob.slice(0, -1)) : name === glob || name.startsWith(`${glob}/`))),
  );
}

/** Packages that the sources below a folder import, tests aside. */
function importsOf(folder: string): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || /(^|\/)testkit\//.test(file)) continue;
    const text = readFileSync(join(ROOT, folder, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^import (?!type )[^;]*?from '((?:@[\w.-]+\/)?[\w-]+)(?:\/[^']*)?';/gm)) found.add(name);
    for (const [, name = ''] of text.matchAll(/await import\('((?:@[\w.-]+\/)?[\w-]+)(?:\/[^']*)?'\)/g)) found.add(name);
  }
  return [...found];
}

/** The packages and all that they depend on and that is installed. */
function closure(names: readonly string[], seen = new Set<string>()): string[] {
  for (const name of names) {
    const file = join(ROOT, 'node_modules', name, 'package.json');
    if (seen.has(name) || !existsSync(file)) continue;
    seen.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
    closure([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], seen);
  }
  return [...seen];
}
