import { invalidTar } from './entry.ts';

/** PATH_MAX. */
const PATH_BYTES = 4096;

/**
 * The components of an entry's path: `./a//b/../c` is a, c; a leading slash means the archive's root.
 * Throws InvalidArgument when the path climbs out of the root, is too long or has a NUL.
 */
export function pathComponents(path: string): string[] {
  if (path.length > PATH_BYTES || (path.length > PATH_BYTES / 4 && Buffer.byteLength(path) > PATH_BYTES)) {
    throw invalidTar(`the path ${JSON.stringify(`${path.slice(0, 60)}...`)} is longer than ${PATH_BYTES} bytes`);
  }
  if (path.includes('\0')) throw invalidTar('a path contains a NUL');
  const components: string[] = [];
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') components.push(component);
    else if (components.pop() === undefined) throw invalidTar(`the path ${JSON.stringify(path.slice(0, 200))} leads outside of the archive's root`);
  }
  return components;
}
