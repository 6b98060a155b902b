import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';
import { REPOSITORY, RUNTIME } from './places.ts';

/** What the engine is started with by itself: code compiled under other flags is compiled anew. */
export const NODE_OPTIONS = '--max-semi-space-size=2 --disable-warning=ExperimentalWarning';

const WORKERS = ['store', 'volume'].flatMap((layer) =>
  readdirSync(join(RUNTIME, layer), { recursive: true, encoding: 'utf8' }).flatMap((path) => (path.endsWith('-worker.ts') ? join(layer, path) : [])),
);
/** What can be imported here to be compiled; the checks would run. */
const IMPORTED = ['testkit/guest/groups.ts', 'daemon.ts', 'engine.ts', ...WORKERS];

/** Paths, to be the same in the guest. */
export interface Bundle {
  readonly checks: string;
  readonly daemon: string;
  readonly code: string;
  readonly compiled: string;
}

/**
 * The checks and the engine as a few files below `directory`, and compiled: resolving, stripping and compiling hundreds of modules
 * takes an emulator half a minute. What a module says of its own place stays true, but for its workers, which are bundled too.
 */
export async function bundle(directory: string): Promise<Bundle> {
  const code = join(directory, 'code');
  const compiled = join(directory, 'compiled');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: REPOSITORY,
    plugins: [ownPlaces(code)],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'esnext',
      outDir: code,
      emptyOutDir: true,
      rollupOptions: {
        input: ['testkit/guest/main.ts', ...IMPORTED].map((path) => join(RUNTIME, path)),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  compile(
    compiled,
    IMPORTED.map((path) => join(code, basename(path).replace(/ts$/, 'js'))),
  );
  return { checks: join(code, 'main.js'), daemon: join(code, 'daemon.js'), code, compiled };
}

/** Imports the modules, the daemon asked for its help and workers that refuse to be no thread, and keeps what that has compiled. */
function compile(directory: string, modules: readonly string[]): void {
  const imports = modules.map((path) => `await import(${JSON.stringify(path)}).catch(() => undefined);`);
  const script = `process.argv.push('x', '--help'); ${imports.join(' ')} (await import('node:module')).flushCompileCache()`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_OPTIONS, NODE_COMPILE_CACHE: directory },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Modules keep the addresses of their sources; native code is imported from where it is installed, workers from `code`. */
function ownPlaces(code: string): Plugin {
  const place = (id: string, text: string): string =>
    text
      .replace(/new URL\('\.\/([\w-]+-worker)\.ts', import\.meta\.url\)/g, (_, name: string) => `new URL('${pathToFileURL(join(code, name)).href}.js')`)
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      .replaceAll('import.meta.dirname', JSON.stringify(join(id, '..')));
  return {
    name: 'own-places',
    enforce: 'pre',
    resolveId: (source) => (source === 'koffi' ? { id: pathToFileURL(join(REPOSITORY, 'node_modules/koffi/index.js')).href, external: true } : null),
    transform: (text, id) => (id.startsWith(RUNTIME) ? place(id, text) : null),
  };
}
