import { lstatSync, readdirSync } from 'node:fs';
import type { Syscalls } from '../../sys/syscalls.ts';

/** What an image has at a path. `files` is also said where only a mount can tell. */
export type ContentAt = { readonly kind: 'none' } | { readonly kind: 'empty'; readonly path: string } | { readonly kind: 'files' };

const OPAQUE = 'trusted.overlay.opaque';

/**
 * Looks without mounting the image, which is enough where one layer alone, or none, has directories that lead to `path`. Layers are
 * in overlay form, top first. Links, which may lead anywhere in the image, and what hides lower layers are left to a mount.
 */
export function contentAt(sys: Syscalls, layers: readonly string[], path: string): ContentAt {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..')) return { kind: 'files' };
  let found: string | undefined;
  for (const layer of layers) {
    let place: string | undefined = layer;
    for (const name of names) {
      place = `${place}/${name}`;
      const stat = lstatSync(place, { throwIfNoEntry: false });
      if (stat === undefined) {
        place = undefined;
        break;
      }
      if (!stat.isDirectory() || sys.llistxattr(place).includes(OPAQUE)) return { kind: 'files' };
    }
    if (place !== undefined && found !== undefined) return { kind: 'files' };
    found ??= place;
  }
  if (found === undefined) return { kind: 'none' };
  return readdirSync(found).length === 0 ? { kind: 'empty', path: found } : { kind: 'files' };
}
