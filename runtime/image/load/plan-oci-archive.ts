import { digestOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { parseJson } from '../../formats/json.ts';
import type { Descriptor } from '../../formats/oci/descriptor.ts';
import { indexSchema } from '../../formats/oci/index.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE, type LayoutChoice, layoutSchema, manifestsOf, referenceNames } from '../../formats/oci/layout.ts';
import { manifestSchema } from '../../formats/oci/manifest.ts';
import { isImageConfigType, isIndexType, isLayerType, isManifestType } from '../../formats/oci/media-types.ts';
import { choosePlatform, formatPlatform, type Platform } from '../../formats/platform.ts';
import { formatReference, parseReference, withDefaultTag } from '../../formats/reference.ts';
import type { ArchiveMember } from './archive-index.ts';
import type { ArchiveContents, PlannedImage } from './planned-image.ts';

/** An index of platforms is one deep in practice; more is only there to make readers walk. */
const DEPTH = 4;

/**
 * The images of an OCI layout: for each name one, that of `host` where there are several platforms, and one for another
 * platform where that is all there is. Undefined where the archive is no layout; throws InvalidArgument.
 */
export async function planOciArchive(archive: ArchiveContents, host: Platform): Promise<PlannedImage[] | undefined> {
  const manifests = await readLayout(archive);
  if (manifests === undefined) return undefined;
  const byName = Map.groupBy(manifests, (descriptor) => tagOf(descriptor) ?? '');
  const images: PlannedImage[] = [];
  for (const [tag, descriptors] of byName) {
    // Under one name the descriptors are platforms; without a name each is an image of its own.
    const groups = tag === '' ? descriptors.map((descriptor) => [descriptor]) : [descriptors];
    for (const group of groups) {
      const image = await planOne(archive, group, tag === '' ? [] : [tag], host, 0);
      if (image !== undefined) images.push(image);
    }
  }
  if (images.length === 0) throw invalid('it has no image');
  return images;
}

/** What a layout has; undefined for an archive that is none. Throws InvalidArgument. */
async function readLayout(archive: ArchiveContents): Promise<readonly Descriptor[] | undefined> {
  const index = archive.find(INDEX_FILE);
  if (index === undefined) return undefined;
  const layout = archive.find(LAYOUT_FILE);
  if (layout === undefined) throw invalid(`${LAYOUT_FILE} is missing`);
  parseJson(await archive.read(layout), layoutSchema, LAYOUT_FILE);
  return parseJson(await archive.read(index), indexSchema, INDEX_FILE).manifests;
}

/** The one image of a layout that is meant, for `platform` and no other where there are several. Throws NotFound, InvalidArgument. */
export async function planLayoutImage(archive: ArchiveContents, choice: LayoutChoice, platform: Platform): Promise<PlannedImage> {
  const manifests = await readLayout(archive);
  if (manifests === undefined) throw new EngineError('InvalidArgument', `the directory is no image layout: it has no ${INDEX_FILE}`);
  const image = await planOne(archive, manifestsOf(manifests, choice), [], platform, 0, true);
  if (image === undefined) throw invalid('it has no image');
  return image;
}

async function planOne(
  archive: ArchiveContents,
  descriptors: readonly Descriptor[],
  tags: readonly string[],
  host: Platform,
  depth: number,
  isExact = false,
): Promise<PlannedImage | undefined> {
  const images = descriptors.filter((descriptor) => !isAttestation(descriptor));
  const suiting = choosePlatform(images, host, platformOf);
  // What stands alone is what was asked for, whatever it runs on.
  if (isExact && suiting === undefined && images.length > 0 && (depth > 0 || images.length > 1)) {
    throw new EngineError('NotFound', `no match for platform ${formatPlatform(host)} in the layout`);
  }
  const descriptor = suiting ?? images[0];
  if (descriptor === undefined) return undefined;
  if (isIndexType(descriptor.mediaType)) {
    if (depth === DEPTH) throw invalid('its indexes are nested too deep');
    const nested = parseJson(await readVerified(archive, descriptor), indexSchema, `index ${descriptor.digest}`);
    checkMediaType(nested.mediaType, descriptor);
    return planOne(archive, nested.manifests, tags, host, depth + 1, isExact);
  }
  if (!isManifestType(descriptor.mediaType)) return undefined;
  const manifest = parseJson(await readVerified(archive, descriptor), manifestSchema, `manifest ${descriptor.digest}`);
  checkMediaType(manifest.mediaType, descriptor);
  if (!isImageConfigType(manifest.config.mediaType)) return undefined;
  return {
    config: await readVerified(archive, manifest.config),
    layers: manifest.layers.map((layer) => {
      if (!isLayerType(layer.mediaType))
        throw new EngineError('Unsupported', `layer ${layer.digest} has the unsupported type ${JSON.stringify(layer.mediaType)}`);
      return { member: memberOf(archive, layer), blobDigest: layer.digest };
    }),
    tags,
  };
}

/** A document that calls itself something else than its descriptor does is read differently by others (CVE-2021-41190). */
function checkMediaType(own: string | null | undefined, { mediaType, digest }: Descriptor): void {
  if (own !== null && own !== undefined && own !== '' && own !== mediaType) throw invalid(`${digest} is a ${own}, its descriptor says ${mediaType}`);
}

function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}

function platformOf({ platform }: Descriptor): Platform | undefined {
  if (platform === null || platform === undefined) return undefined;
  const { os, architecture, variant } = platform;
  return { os, architecture, ...(variant === null || variant === undefined ? {} : { variant }) };
}

/** Full reference of a descriptor's name. A bare tag (the specification's usual) or a foreign name gives none. */
function tagOf({ annotations }: Descriptor): string | undefined {
  const { full, short } = referenceNames(annotations);
  const text = full ?? (short !== undefined && /[:/]/.test(short) ? short : undefined);
  if (text === undefined) return undefined;
  try {
    const reference = withDefaultTag(parseReference(text));
    return reference.tag === undefined ? undefined : formatReference({ domain: reference.domain, path: reference.path, tag: reference.tag });
  } catch {
    return undefined;
  }
}

function memberOf(archive: ArchiveContents, { digest, size }: Descriptor): ArchiveMember {
  const member = archive.find(blobPath(digest));
  if (member === undefined) throw invalid(`blob ${digest} is missing`);
  if (member.size !== size) throw invalid(`blob ${digest} has ${member.size} bytes, its descriptor says ${size}`);
  return member;
}

async function readVerified(archive: ArchiveContents, descriptor: Descriptor): Promise<Buffer> {
  const bytes = await archive.read(memberOf(archive, descriptor));
  const digest = digestOf(bytes);
  if (digest !== descriptor.digest) throw invalid(`blob ${descriptor.digest} has digest ${digest}`);
  return bytes;
}

function invalid(why: string): EngineError {
  return new EngineError('InvalidArgument', `invalid archive: ${why}`);
}
