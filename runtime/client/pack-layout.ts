import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Digest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../formats/json.ts';
import type { Descriptor } from '../formats/oci/descriptor.ts';
import { indexSchema } from '../formats/oci/index.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE, layoutSchema, manifestsOf, parseLayoutAddress } from '../formats/oci/layout.ts';
import { manifestSchema } from '../formats/oci/manifest.ts';
import { INDEX_TYPES, isIndexType, isManifestType, MANIFEST_TYPES } from '../formats/oci/media-types.ts';
import { END_OF_ARCHIVE, paddingAfter } from '../formats/tar/writer.ts';
import { headerOf, packFile } from './pack-directory.ts';

/** The type is optional in both kinds of document. */
const typedSchema = z.looseObject({ mediaType: z.string().max(256).nullish(), manifests: z.unknown().optional() });
const DEPTH = 4;
/** Of one image with all of its platforms. */
const BLOBS = 10_000;

/**
 * The image of a layout that `address` (`oci-layout://DIR[:TAG][@DIGEST]`) means, as a tar of a layout that has it alone, with those of its
 * platforms that are there. Throws what parseLayoutAddress and manifestsOf throw, and InvalidArgument for a directory that is no layout.
 */
export async function packLayout(address: string): Promise<AsyncGenerator<Uint8Array>> {
  const { path: directory, ...choice } = parseLayoutAddress(address);
  const layout = await read(directory, LAYOUT_FILE);
  const index = await read(directory, INDEX_FILE);
  if (layout === undefined || index === undefined)
    throw new EngineError('InvalidArgument', `${directory}: no image layout: it has no ${layout ? INDEX_FILE : LAYOUT_FILE}`);
  parseJson(layout, layoutSchema, LAYOUT_FILE);
  const { manifests } = parseJson(index, indexSchema, INDEX_FILE);
  const inIndex = choice.digest === undefined || manifests.some(({ digest }) => digest === choice.digest);
  const chosen = inIndex || choice.digest === undefined ? manifestsOf(manifests, choice) : [await deeper(directory, choice.digest)];
  const blobs = new Set<Digest>();
  for (const descriptor of chosen) await collect(directory, descriptor, blobs, 0);
  return pack(directory, layout, Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: chosen })), blobs);
}

async function* pack(directory: string, layout: Buffer, index: Buffer, blobs: ReadonlySet<Digest>): AsyncGenerator<Uint8Array> {
  const documents = [
    [LAYOUT_FILE, layout],
    [INDEX_FILE, index],
  ] as const;
  for (const [name, content] of documents) {
    yield headerOf(name, 'file', { mode: 0o644, size: content.length, mtimeMs: 0 });
    yield content;
    yield paddingAfter(content.length);
  }
  for (const name of ['blobs', 'blobs/sha256']) yield headerOf(name, 'directory', { mode: 0o755, size: 0, mtimeMs: 0 });
  for (const digest of blobs) {
    const path = blobPath(digest);
    const { mode, size } = await lstat(join(directory, path));
    yield* packFile(directory, path, { mode, size, mtimeMs: 0 });
  }
  yield END_OF_ARCHIVE;
}

/** What a digest names that the index itself does not: one platform of an image. */
async function deeper(directory: string, digest: Digest): Promise<Descriptor> {
  const content = await document(directory, digest);
  const { mediaType, manifests } = parseJson(content, typedSchema, `blob ${digest}`);
  return { mediaType: mediaType ?? (manifests === undefined ? MANIFEST_TYPES : INDEX_TYPES)[0] ?? '', digest, size: content.length };
}

/** A platform that is not there was not copied; what it would be needed for says so. */
async function collect(directory: string, { digest, mediaType }: Descriptor, blobs: Set<Digest>, depth: number): Promise<void> {
  if (blobs.has(digest) || !(await isFile(directory, blobPath(digest)))) return;
  blobs.add(digest);
  if (blobs.size > BLOBS) throw new EngineError('TooLarge', `the image has more than ${BLOBS} blobs`);
  if (isIndexType(mediaType) && depth < DEPTH) {
    const { manifests } = parseJson(await document(directory, digest), indexSchema, `index ${digest}`);
    for (const manifest of manifests) await collect(directory, manifest, blobs, depth + 1);
  } else if (isManifestType(mediaType)) {
    const { config, layers } = parseJson(await document(directory, digest), manifestSchema, `manifest ${digest}`);
    for (const blob of [config, ...layers]) if (await isFile(directory, blobPath(blob.digest))) blobs.add(blob.digest);
  }
}

async function document(directory: string, digest: Digest): Promise<Buffer> {
  const content = await read(directory, blobPath(digest));
  if (content === undefined) throw new EngineError('NotFound', `the layout has no ${digest}`);
  return content;
}

async function isFile(directory: string, path: string): Promise<boolean> {
  return (await lstat(join(directory, path)).catch(() => undefined))?.isFile() === true;
}

/** A document; undefined where there is none. */
async function read(directory: string, path: string): Promise<Buffer | undefined> {
  const file = await open(join(directory, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return undefined;
    if (facts.size > JSON_LIMIT) throw new EngineError('TooLarge', `${path} of the layout has more than ${JSON_LIMIT} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
