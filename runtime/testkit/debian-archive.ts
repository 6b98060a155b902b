import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { imageArchive, tarOf } from './image-archives.ts';
import { layerEntries } from './large-archive.ts';

/**
 * Writes an image of four layers and about 190 MB to `path`: a small Debian and what programs put above it. `rootfs` is the tar of one; else
 * mmdebstrap makes it from the machine's package mirror.
 */
export async function makeDebianArchive(path: string, name: string, rootfs?: string): Promise<void> {
  const base = rootfs ?? `${path}.base.tar`;
  // In a mount namespace of its own: what it mounts while it works is nobody else's to see.
  const command = ['--mount', '--propagation', 'private', 'mmdebstrap', '--quiet', '--variant=minbase', 'bookworm', base];
  if (rootfs === undefined) execFileSync('unshare', command, { stdio: 'pipe' });
  const layers = [readFileSync(base), await tarOf(layerEntries(1, 500)), await tarOf(layerEntries(2, 300)), await tarOf(layerEntries(3, 10))];
  if (rootfs === undefined) rmSync(base);
  await pipeline([await imageArchive(layers, name)], createWriteStream(path));
}
