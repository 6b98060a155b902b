import { chmodSync, chownSync, lstatSync, opendirSync, rmSync, unlinkSync } from 'node:fs';
import { textOfBytes } from '../../base/byte-text.ts';
import { AT } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { attributeNames, TreePacker, type TreeWatcher } from '../trees/pack-tree.ts';
import { TreeNode } from '../trees/tree-node.ts';
import { unchangedPlaces } from '../trees/unchanged-places.ts';
import type { ExtractedLayer } from './extract-layer.ts';
import { isKeptXattr } from './kept-xattrs.ts';
import { LayerDigest } from './layer-digest.ts';
import type { LayerLimits } from './limits.ts';
import { RecipeWriter } from './recipe.ts';
import { removeTreeAt } from './remove-tree.ts';

/** A writable directory of the engine's that nobody has mounted any more, and the layers it was above, top first. */
export interface UpperSource {
  readonly upper: string;
  readonly lower: readonly string[];
  /** Relative paths of places that were made to mount something over: no part of the layer unless something else is in them. */
  readonly omitted: readonly string[];
}

export interface AdoptJob extends UpperSource {
  /** The file to make that tells how to build the archive (see RecipeWriter). */
  readonly recipe: string;
  readonly limits: LayerLimits;
}

const OPAQUE = 'trusted.overlay.opaque';

/**
 * Makes an overlay's upper directory a layer where it is: hashes the archive that it would be packed to, writes the recipe for it, and takes
 * away what the archive does not have, so that the directory is what unpacking the archive elsewhere would give. Blocks the thread. No recipe
 * is left after a failure; the directory may have lost what is no part of a layer.
 */
export function adoptUpper(sys: Syscalls, job: AdoptJob): ExtractedLayer {
  try {
    using recipe = new RecipeWriter(job.recipe);
    using root = TreeNode.at(job.upper);
    const output = new LayerDigest(recipe, job.limits);
    const cleaner = new Cleaner(sys);
    const omitted = unchangedPlaces(sys, job);
    new TreePacker(sys, output, { asLayer: true, closed: new Set(), omitted, watcher: cleaner }).packInside(root, Buffer.alloc(0));
    // The root is in no archive: an unpacked one has nothing of its own.
    cleaner.strip(root, () => false);
    chownSync(job.upper, 0, 0);
    chmodSync(job.upper, 0o755);
    const { diffId, ...sizes } = output.finish();
    return { diffId, blobDigest: diffId, blobSize: sizes.tarSize, ...sizes };
  } catch (error) {
    rmSync(job.recipe, { force: true });
    throw error;
  }
}

/** What one turn of the event loop may do; a thread takes longer to begin. */
const SMALL = { entries: 100, bytes: 1024 ** 2 };

/** True for a directory that is adopted within some milliseconds. */
export function isSmallUpper(path: string): boolean {
  let { entries, bytes } = SMALL;
  const pending = [Buffer.from(path)];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    // In pieces: to be told all names of a large one would take long itself.
    using names = opendirSync(directory, { encoding: 'latin1' });
    for (let entry = names.readSync(); entry !== null; entry = names.readSync()) {
      const child = Buffer.concat([directory, Buffer.from('/'), Buffer.from(entry.name, 'latin1')]);
      if (entry.isFile()) bytes -= lstatSync(child).size;
      if (entry.isDirectory()) pending.push(child);
      if (--entries < 0 || bytes < 0) return false;
    }
  }
  return true;
}

class Cleaner implements TreeWatcher {
  readonly #sys: Syscalls;

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  visit(node: TreeNode): void {
    this.strip(node, (key) => isKeptXattr(key) || (key === OPAQUE && node.isDirectory));
  }

  /** Labels stay with the machine's security module, which archives know nothing of. */
  strip(node: TreeNode, isKept: (key: string) => boolean): void {
    for (const key of attributeNames(this.#sys, node)) {
      if (isKept(key) || key.startsWith('security.')) continue;
      try {
        this.#sys.removexattr(node.path, key);
      } catch (error) {
        if (!hasCode(error, 'ENODATA', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
      }
    }
  }

  leftOut(parent: TreeNode, name: Buffer): void {
    try {
      unlinkSync(Buffer.concat([Buffer.from(`${parent.path}/`), name]));
    } catch (error) {
      if (!hasCode(error, 'EISDIR', 'EPERM')) throw error;
      removeTreeAt(parent.fd, textOfBytes(name));
    }
    // As the archive has it.
    this.#sys.utimensat(parent.fd, '', parent.stats.atimeNs, parent.stats.mtimeNs, AT.EMPTY_PATH);
  }
}
