import { type Digest, digestOf, isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import type { Descriptor } from '../../formats/oci/descriptor.ts';
import { indexSchema } from '../../formats/oci/index.ts';
import { type Manifest, manifestSchema } from '../../formats/oci/manifest.ts';
import { INDEX_TYPES, isForeignLayerType, isImageConfigType, isIndexType, isLayerType, isManifestType, MANIFEST_TYPES } from '../../formats/oci/media-types.ts';
import { choosePlatform, formatPlatform, type Platform } from '../../formats/platform.ts';
import { familiarString, type Reference } from '../../formats/reference.ts';
import { readBounded } from './bounded.ts';
import { withRetries } from './retry.ts';
import type { RegistrySession } from './session.ts';

const DEPTH = 4;
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;

export interface RemoteImage {
  /** Of the document that the reference names: an index where there is one. */
  readonly digest: Digest;
  readonly manifest: Manifest;
}

export interface Document {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

/**
 * The manifest of a reference for a platform (distribution-spec, Pulling manifests). Throws NotFound in Docker's words for a
 * manifest or platform that is not there, InvalidArgument for one whose digest or type is not what it is said to be.
 */
export async function fetchManifest(session: RegistrySession, reference: Reference, platform: Platform, signal: AbortSignal): Promise<RemoteImage> {
  const top = await fetchDocument(session, reference, reference.digest ?? reference.tag ?? 'latest', signal);
  let document = top;
  for (let depth = 0; isIndexType(document.mediaType); depth++) {
    if (depth === DEPTH) throw invalid(reference, 'its indexes are nested too deep');
    const { manifests } = parseJson(document.bytes, indexSchema, `index ${document.digest}`);
    const descriptor = choosePlatform(manifests, platform, platformOf);
    if (descriptor === undefined) {
      const text = `no matching manifest for ${formatPlatform(platform)} in the manifest list entries`;
      throw new EngineError('NotFound', `${familiarString(reference)}: ${text}`);
    }
    document = await fetchDocument(session, reference, descriptor.digest, signal);
    if (document.mediaType !== descriptor.mediaType)
      throw invalid(reference, `${descriptor.digest} is a ${document.mediaType}, its index says ${descriptor.mediaType}`);
  }
  const manifest = parseJson(document.bytes, manifestSchema, `manifest ${document.digest}`);
  if (!isImageConfigType(manifest.config.mediaType)) {
    throw new EngineError('InvalidArgument', `unsupported media type ${manifest.config.mediaType}: ${familiarString(reference)} is no container image`);
  }
  for (const { digest, mediaType } of manifest.layers) {
    if (isForeignLayerType(mediaType)) {
      throw new EngineError('Unsupported', `layer ${digest} is not distributed by registries (${mediaType}): ${familiarString(reference)} cannot be pulled`);
    }
    if (!isLayerType(mediaType)) throw new EngineError('Unsupported', `layer ${digest} has the unsupported type ${JSON.stringify(mediaType)}`);
  }
  return { digest: top.digest, manifest };
}

/** One document of a repository, by tag or digest, with its digest and type checked. Throws as `fetchManifest` does. */
export async function fetchDocument(session: RegistrySession, reference: Reference, name: string, signal: AbortSignal): Promise<Document> {
  const { path } = reference;
  const { bytes, mediaType, said } = await withRetries(signal, async () => {
    const response = await session.send({
      method: 'GET',
      path: `/v2/${path}/manifests/${name}`,
      scope: `repository:${path}:pull`,
      headers: { accept: [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ') },
      expected: [200],
      signal,
    });
    const type = (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
    return {
      bytes: await readBounded(response.body, JSON_LIMIT, `manifest of ${familiarString(reference)}`),
      mediaType: type,
      said: response.headers['docker-content-digest'],
    };
  });
  const digest = digestOf(bytes);
  const wanted = isDigest(name) ? name : said;
  if (wanted !== undefined && wanted !== digest) throw invalid(reference, `manifest verification failed for digest ${String(wanted).slice(0, 100)}`);
  if (SCHEMA_1.test(mediaType)) {
    const help = 'its author can push it again in the OCI format or as Docker image manifest v2, schema 2';
    throw new EngineError('Unsupported', `${familiarString(reference)}: Docker image manifest version 2, schema 1 is not supported any more: ${help}`);
  }
  if (!isIndexType(mediaType) && !isManifestType(mediaType))
    throw invalid(reference, `unsupported manifest media type ${JSON.stringify(mediaType.slice(0, 100))}`);
  const own = ownType(bytes);
  // Two readers of one digest must not see two images (CVE-2021-41190).
  if (own !== undefined && own !== mediaType) throw invalid(reference, `its manifest calls itself ${own}, the registry says ${mediaType}`);
  return { bytes, digest, mediaType };
}

function ownType(bytes: Buffer): string | undefined {
  try {
    const { mediaType } = JSON.parse(bytes.toString('utf8')) as { mediaType?: unknown };
    return typeof mediaType === 'string' && mediaType !== '' ? mediaType.slice(0, 256) : undefined;
  } catch {
    return undefined;
  }
}

function platformOf({ platform, annotations }: Descriptor): Platform | undefined {
  if (!platform || annotations?.['vnd.docker.reference.type'] !== undefined) return undefined;
  const { os, architecture, variant } = platform;
  return { os, architecture, ...(variant ? { variant } : {}) };
}

function invalid(reference: Reference, why: string): EngineError {
  return new EngineError('InvalidArgument', `${familiarString(reference)}: ${why}`);
}
