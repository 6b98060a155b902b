import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A kernel for the guest and where its modules lie. */
export interface GuestKernel {
  readonly image: string;
  readonly modules: string;
}

/** Where `.ci/tools` unpacks the kernel package, and the system itself. */
const PLACES = [join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway', 'guest-kernel'), ''];

/** The newest Debian cloud kernel that is here: its virtio and ext4 need no more than a handful of modules. Null: there is none. */
export function findKernel(): GuestKernel | null {
  for (const place of PLACES) {
    const boot = `${place}/boot`;
    const versions = existsSync(boot) ? readdirSync(boot).flatMap((name) => /^vmlinuz-(.*-cloud-\w+)$/.exec(name)?.[1] ?? []) : [];
    const version = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    if (version === undefined) continue;
    const modules = `${place}/lib/modules/${version}`;
    return { image: `${boot}/vmlinuz-${version}`, modules: existsSync(modules) ? modules : `${place}/usr${modules.slice(place.length)}` };
  }
  return null;
}

/** Files of `names` and what they need, in the order they are to be loaded. A package that was only unpacked has no modules.dep: each module names its own needs. */
export function moduleFiles({ modules }: GuestKernel, names: readonly string[]): string[] {
  const files = new Map(
    readdirSync(`${modules}/kernel`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ko'))
      .map((path) => [moduleName(path), `${modules}/kernel/${path}`]),
  );
  const ordered = new Set<string>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (file === undefined) return;
    const needs = /\0depends=([^\0]*)\0/.exec(readFileSync(file, 'latin1'))?.[1] ?? '';
    for (const need of needs.split(',').filter(Boolean)) add(need.replaceAll('-', '_'));
    ordered.add(file);
  };
  for (const name of names) add(name);
  return [...ordered];
}

function moduleName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.ko'.length).replaceAll('-', '_');
}
