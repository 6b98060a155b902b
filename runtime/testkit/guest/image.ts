import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { busyboxEntries, imageArchive, tarOf } from '../image-archives.ts';
import { bundle, NODE_OPTIONS } from './bundle.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { type GuestKernel, moduleFiles } from './kernel.ts';
import { BUSYBOX_ARCHIVE, DEEP_ARCHIVE, DEEP_LAYERS, REPOSITORY, RUNTIME } from './places.ts';

/** All else is in the bundle. */
const NATIVE_PACKAGES = ['koffi', '@koromix/koffi-linux-x64'];
const MODULES = ['overlay', 'virtio_pci', 'virtio_blk', 'bfq', 'nfsd', 'nfsv4', 'cifs'];

/** Writes the initramfs to `directory` and gives its path. Code lies where it lies here, so that what was compiled here fits. */
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
  image.copy(join(RUNTIME, 'launcher/build/slipway-launcher'));
  for (const name of NATIVE_PACKAGES) image.tree(join(REPOSITORY, 'node_modules', name), /(\.[cm]?js|\.json|\.node)$/);
  const { checks, daemon, code, compiled } = await bundle(directory);
  for (const tree of [code, compiled]) image.tree(tree, /./);
  const environment = { CHECKS: checks, DAEMON: daemon, NODE_OPTIONS, NODE_COMPILE_CACHE: compiled, SLIPWAY_PROCESS: 'lean' };
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  image.file('/environment', Buffer.from(exports.join('')));
  image.file(BUSYBOX_ARCHIVE, await imageArchive([await tarOf(busyboxEntries())], 'busybox:latest'));
  image.file(DEEP_ARCHIVE, await deepArchive());
  const path = join(directory, 'initramfs');
  writeCpio(path, image.entries());
  return path;
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

  tree(directory: string, wanted: RegExp): void {
    for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && wanted.test(entry.name)) this.copy(join(entry.parentPath, entry.name));
    }
  }

  entries(): Iterable<CpioEntry> {
    return this.#files.values();
  }
}
