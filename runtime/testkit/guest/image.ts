import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { type GuestKernel, moduleFiles } from './kernel.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const CHECKS = join(import.meta.dirname, 'main.ts');
const MODULES = ['overlay', 'virtio_pci', 'virtio_blk', 'bfq'];
/** What the engine is started with by itself: code compiled under other flags is compiled anew. */
const NODE_OPTIONS = '--max-semi-space-size=2 --disable-warning=ExperimentalWarning';
/** What runs in the guest imports these. */
const PACKAGES = ['koffi', '@koromix/koffi-linux-x64', 'zod'];

/** Writes the initramfs to `directory`, which is emptied of nothing; gives its path. The sources lie where they lie here, so that code compiled here fits. */
export function buildInitramfs(directory: string, kernel: GuestKernel): string {
  const modules = moduleFiles(kernel, MODULES);
  const image = new GuestFiles();
  for (const path of ['/dev', '/proc', '/sys', '/run', '/tmp', '/mnt', '/etc', '/root']) image.directory(path);
  image.file('/init', readFileSync(join(import.meta.dirname, 'init.sh')), 0o755);
  image.copy('/bin/busybox', '/bin/busybox');
  image.copy(process.execPath, '/bin/node');
  for (const library of librariesOf(process.execPath)) image.copy(library);
  for (const module of modules) image.copy(module, `/modules/${basename(module)}`);
  image.file('/modules.list', Buffer.from(modules.map((module) => `/modules/${basename(module)}\n`).join('')));
  image.copy(join(REPOSITORY, 'package.json'));
  image.tree(join(REPOSITORY, 'runtime'), (name) => /(?<!\.test)\.ts$/.test(name) || name === 'slipway-launcher');
  for (const name of PACKAGES) image.tree(join(REPOSITORY, 'node_modules', name), (file) => /(\.[cm]?js|\.json|\.node)$/.test(file));
  const cache = compileCache(directory);
  image.tree(cache, () => true);
  const environment = { CHECKS, NODE_OPTIONS, NODE_COMPILE_CACHE: cache, SLIPWAY_PROCESS: 'lean' };
  image.file(
    '/environment',
    Buffer.from(
      Object.entries(environment)
        .map(([name, value]) => `export ${name}='${value}'\n`)
        .join(''),
    ),
  );
  const path = join(directory, 'initramfs');
  writeCpio(path, image.entries());
  return path;
}

/** Compiled here once, so that the guest neither strips types nor compiles: both take seconds in an emulator. */
function compileCache(directory: string): string {
  const cache = join(directory, 'compile-cache');
  mkdirSync(cache);
  const script = `await import('./runtime/testkit/guest/groups.ts'); await import('./runtime/engine.ts'); await import('node:module').then((module) => module.flushCompileCache())`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: REPOSITORY,
    env: { ...process.env, NODE_OPTIONS, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return cache;
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

  tree(directory: string, wanted: (name: string) => boolean): void {
    for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && wanted(entry.name)) this.copy(join(entry.parentPath, entry.name));
    }
  }

  entries(): Iterable<CpioEntry> {
    return this.#files.values();
  }
}
