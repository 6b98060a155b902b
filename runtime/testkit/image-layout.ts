import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { busyboxEntries, ociArchiveEntries, sha256, type TarEntry, tarOf } from './image-archives.ts';

/** Makes files and directories of what would be an archive's entries. */
export function writeEntries(directory: string, entries: readonly TarEntry[]): void {
  for (const { header, data } of entries) {
    const path = join(directory, header.name);
    mkdirSync(header.type === 'directory' ? path : dirname(path), { recursive: true });
    if (header.type !== 'directory') writeFileSync(path, data ?? '');
  }
}

/** A layout with two platforms of one image below an index called v1, each with a layer of its own above one of both. */
export async function layoutOfTwo(directory: string): Promise<{ shared: Buffer; own: Record<string, Buffer>; manifests: { digest: Digest }[] }> {
  const shared = await tarOf(busyboxEntries());
  const own: Record<string, Buffer> = {};
  const manifests: { digest: Digest }[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    own[architecture] = await tarOf([{ header: { name: 'etc/motd' }, data: architecture }]);
    writeEntries(directory, ociArchiveEntries([shared, own[architecture]], '', { architecture }));
    const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { manifests: [{ digest: Digest }] };
    manifests.push(Object.assign(index.manifests[0], { platform: { os: 'linux', architecture } }));
  }
  const nested = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
  const named = { digest: `sha256:${sha256(nested)}`, size: nested.length, annotations: { 'org.opencontainers.image.ref.name': 'v1' } };
  const index = { schemaVersion: 2, manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', ...named }] };
  writeEntries(directory, [
    { header: { name: `blobs/sha256/${sha256(nested)}` }, data: nested },
    { header: { name: 'index.json' }, data: JSON.stringify(index) },
  ]);
  return { shared, own, manifests };
}
