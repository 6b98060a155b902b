import { invalidTar } from './entry.ts';

/** What a name means in a layer (image-spec layer.md, "Whiteouts"). */
export type Whiteout =
  | { readonly kind: 'none' }
  /** Hides `name` of the layers below. */
  | { readonly kind: 'whiteout'; readonly name: string }
  /** Hides everything that the layers below have in this directory. */
  | { readonly kind: 'opaque' }
  /** Bookkeeping of AUFS, of no meaning here. */
  | { readonly kind: 'metadata' };

const PREFIX = '.wh.';
const META_PREFIX = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';
const DOT = 0x2e;
const NONE: Whiteout = { kind: 'none' };

/** Classifies the last component of a path. Throws InvalidArgument for a whiteout that would name its directory or the one above. */
export function whiteoutOf(baseName: string): Whiteout {
  if (!baseName.startsWith(PREFIX)) return NONE;
  if (baseName === OPAQUE) return { kind: 'opaque' };
  if (baseName.startsWith(META_PREFIX)) return { kind: 'metadata' };
  const name = baseName.slice(PREFIX.length);
  if (name === '' || name === '.' || name === '..' || name.includes('/')) throw invalidTar(`invalid whiteout ${JSON.stringify(baseName)}`);
  return { kind: 'whiteout', name };
}

/** True for the name of a file that no layer can have: there it would mean something else. */
export function isReserved(baseName: Buffer): boolean {
  return baseName[0] === DOT && baseName.toString('latin1', 0, PREFIX.length) === PREFIX;
}

/** The entry name that hides `name`. */
export function whiteoutName(name: string): string {
  return PREFIX + name;
}
