import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { busyboxEntries, imageArchive, tarOf } from '../image-archives.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { type GuestKernel, moduleFiles } from './kernel.ts';
import { packagesOf } from './packages.ts';
import { BUSYBOX_ARCHIVE, DEEP_ARCHIVE, DEEP_LAYERS } from './places.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const RUNTIME = join(REPOSITORY, 'runtime');
const NODE_MODULES = join(REPOSITORY, 'node_modules');
const CHECKS = join(import.meta.dirname, 'main.ts');
/** What of the testkit the checks import. */
const TESTKIT = ['engine-process.ts', 'leak-check.ts'].map((name) => join(RUNTIME, 'testkit', name));
const MODULES = ['overlay', 'virtio_pci', 'virtio_blk', 'bfq'];
/** What the engine is started with by itself: code compiled under other flags is compiled anew. */
const NODE_OPTIONS = '--max-semi-space-size=2 --disable-warning=ExperimentalWarning';

/** Writes the initramfs to `directory` and gives its path. The sources lie where they lie here, so that code compiled here fits. */
export async function buildInitramfs(directory: string, kernel: GuestKernel): Promise<string> {
  const image = new GuestFiles();
  for (const path of ['/dev', '/proc', '/sys', '/run', '/tmp', '/mnt', '/etc', '/root']) image.directory(path);
  image.file('/init', readFileSync(join(import.meta.dirname, 'init.sh')), 0o755);
  image.copy('/bin/busybox', '/bin/busybox');
  image.copy(process.execPath, '/bin/node');
  for (const library of librariesOf(process.execPath)) image.copy(library);
  const modules = moduleFiles(kernel, MODULES);
  for (const module of modules) image.copy(module, `/modules/${basename(module)}`);
  image.file('/modules.list', Buffer.from(modules.map((module) => `/modules/${basename(module)}\n`).join('')));
  const sources = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && (!path.startsWith('testkit/') || path.startsWith('testkit/guest/')))
    .map((path) => join(RUNTIME, path));
  for (const path of [...sources, ...TESTKIT, join(REPOSITORY, 'package.json')]) image.copy(path);
  image.copy(join(RUNTIME, 'launcher/build/slipway-launcher'));
  for (const name of packagesOf(sources, NODE_MODULES)) image.tree(join(NODE_MODULES, name), /(\.[cm]?js|\.json|\.node)$/);
  image.tree(compileCache(directory), /./, '/compile-cache');
  const environment = { CHECKS, NODE_OPTIONS, NODE_COMPILE_CACHE: '/compile-cache', SLIPWAY_PROCESS: 'lean' };
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  image.file('/environment', Buffer.from(exports.join('')));
  image.file(BUSYBOX_ARCHIVE, await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest'));
  image.file(DEEP_ARCHIVE, await deepArchive());
  const path = join(directory, 'initramfs');
  writeCpio(path, image.entries());
  return path;
}

/** Compiled here once, so that the guest neither strips types nor compiles: both take seconds in an emulator. */
function compileCache(directory: string): string {
  const cache = join(directory, 'compile-cache');
  mkdirSync(cache);
  const entries = ['testkit/guest/groups.ts', 'daemon.ts', 'engine.ts', 'store/layers/extract-layer.ts'];
  const imports = entries.map((path) => `await import('./runtime/${path}');`);
  const script = `process.argv.push('x', '--help'); ${imports.join(' ')} (await import('node:module')).flushCompileCache()`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: REPOSITORY,
    env: { ...process.env, NODE_OPTIONS, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return cache;
}

/** Every layer has a file of its own and the same file with its own number in it. */
async function deepArchive(): Promise<Buffer> {
  const numbers = Array.from({ length: DEEP_LAYERS - 1 }, (_, index) => String(index + 1));
  const upper = numbers.map((number) =>
    tarOf([
      { header: { name: `layer-${number}` }, data: number },
      { header: { name: 'top' }, data: number },
    ]),
  );
  return imageArchive([await tarOf(busyboxEntries()), ...(await Promise.all(upper))], 'deep:latest');
}

/** Shared libraries of a program, its loader included; ldd(1). */
function librariesOf(program: string): string[] {
  return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}

/** Files by their place in the guest; directories above them come by themselves. */
class GuestFiles {
  readonly #files = new Map<string, CpioEntry>();

  directory(path: string): void {
    if (path === '/' || this.#files.has(path)) return;
    this.directory(dirname(path));
    this.#files.set(path, { kind: 'directory', path, mode: path === '/tmp' ? 0o1777 : 0o755 });
  }

  file(path: string, data: Uint8Array, mode = 0o644): void {
    this.directory(dirname(path));
    this.#files.set(path, { kind: 'file', path, mode, data });
  }

  copy(from: string, to = from): void {
    const real = realpathSync(from);
    this.file(to, readFileSync(real), statSync(real).mode & 0o777);
  }

  tree(directory: string, wanted: RegExp, to = directory): void {
    for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && wanted.test(entry.name)) this.copy(path, join(to, relative(directory, path)));
    }
  }

  entries(): Iterable<CpioEntry> {
    return this.#files.values();
  }
}
