import { type Digest, hexOf, isDigest } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../formats/json.ts';
import { type ImageConfig, imageConfigSchema } from '../formats/oci/config.ts';
import { familiarString, formatReference, parseReference, type Reference, withDefaultTag } from '../formats/reference.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import type { Database } from '../store/database.ts';
import { ImageRecords } from '../store/records/images.ts';
import { LayerBlobRecords } from '../store/records/layer-blobs.ts';
import { LayerRecords } from '../store/records/layers.ts';
import { TagRecords } from '../store/records/tags.ts';

const HEX_PREFIX = /^(?:sha256:)?([0-9a-f]{1,64})$/;

/** What a name led to: the image, and the tag when it was found by one. */
export interface Found {
  readonly id: Digest;
  /** Full form of the tag. */
  readonly tag?: string;
}

/** Images by every kind of name. */
export class ImageCatalog {
  readonly images: ImageRecords;
  readonly tags: TagRecords;
  readonly layers: LayerRecords;
  readonly layerBlobs: LayerBlobRecords;
  /** Configurations exactly as they came: the digest of one is its image's id. */
  readonly content: ContentStore;
  readonly #configs = new Map<Digest, ImageConfig>();

  constructor(database: Database, content: ContentStore) {
    this.images = new ImageRecords(database);
    this.tags = new TagRecords(database);
    this.layers = new LayerRecords(database);
    this.layerBlobs = new LayerBlobRecords(database);
    this.content = content;
  }

  /** By tag first, then by id or a unique prefix of one. NotFound in Docker's words; InvalidArgument for an ambiguous prefix. */
  find(name: string): Found {
    if (isDigest(name)) {
      if (this.images.get(name) === undefined) throw noSuchImage(name);
      return { id: name };
    }
    const reference = parseLoosely(name);
    const tag = reference === undefined ? undefined : keyOf(reference);
    const tagged = tag === undefined ? undefined : this.tags.get(tag);
    if (tag !== undefined && tagged !== undefined) return { id: tagged, tag };
    const ids = this.images.byPrefix(HEX_PREFIX.exec(name)?.[1] ?? 'none');
    if (ids.length > 1) throw new EngineError('InvalidArgument', `multiple IDs found with provided prefix: ${name}`);
    const [id] = ids;
    if (id === undefined) throw noSuchImage(reference === undefined ? name : familiarString(withDefaultTag(reference)));
    return { id };
  }

  /** The parsed configuration, kept in memory: it never changes. */
  configOf(id: Digest): ImageConfig {
    const known = this.#configs.get(id);
    if (known !== undefined) return known;
    const config = parseJson(this.content.readAll(id, JSON_LIMIT), imageConfigSchema, `config ${id}`);
    this.#configs.set(id, config);
    return config;
  }

  forget(id: Digest): void {
    this.#configs.delete(id);
  }

  /** Names of an image as Docker prints them, those by digest apart. */
  familiarNames(id: Digest): { readonly tags: string[]; readonly digests: string[] } {
    const references = this.tags.of(id).map((name) => parseReference(name));
    const [tags, digests] = [references.filter(({ digest }) => digest === undefined), references.filter(({ digest }) => digest !== undefined)];
    return { tags: tags.map(familiarString), digests: digests.map(familiarString) };
  }
}

/** The first twelve digits, as Docker shows an id. */
export function shortId(id: Digest): string {
  return hexOf(id).slice(0, 12);
}

/** Under which a name is stored: a digest says more than the tag beside it. */
function keyOf(reference: Reference): string {
  const { domain, path, digest } = reference;
  return formatReference(digest === undefined ? withDefaultTag(reference) : { domain, path, digest });
}

function noSuchImage(name: string): EngineError {
  return new EngineError('NotFound', `No such image: ${name.slice(0, 300)}`);
}

/** A prefix of an id need not be a valid name: `sha256:12ab` is none. */
function parseLoosely(name: string): Reference | undefined {
  try {
    return parseReference(name);
  } catch (error) {
    if (HEX_PREFIX.test(name)) return undefined;
    throw error;
  }
}
