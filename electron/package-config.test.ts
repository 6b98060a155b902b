import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface PackageConfig {
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly extraResources: readonly { readonly from: string; readonly to: string; readonly filter?: readonly string[] }[];
  readonly files: unknown;
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
  const pattern = config.extraResources.find(({ from }) => from === 'node_modules')?.filter?.[0] ?? '';
  const carried = /\{(.*)\}/.exec(pattern)?.[1]?.split(',') ?? [];
  const has = (name: string) =>
    carried.some((glob) => (glob.endsWith('*') ? name.startsWith(glob.slice(0, -1)) : name === glob || name.startsWith(`${glob}/`)));
  expect(closure(['koffi', 'zod', 'commander', 'tar-stream']).filter((name) => !has(name))).toEqual([]);
  const files = JSON.stringify(config.files);
  expect(closure(['zod', 'node-pty']).filter((name) => !files.includes(`"node_modules/${name}/**"`))).toEqual([]);
});

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
