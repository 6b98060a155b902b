import { type Digest, digestOf } from '../../base/digest.ts';
import { blobPath } from '../../formats/oci/layout.ts';
import { familiarString, parseReference } from '../../formats/reference.ts';

export interface SavedImage {
  readonly id: Digest;
  /** As it came. */
  readonly config: Buffer;
  /** Base first; `size` of the plain tar. */
  readonly layers: readonly { readonly diffId: Digest; readonly size: number }[];
  /** Full references. */
  readonly tags: readonly string[];
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** The documents of an archive of these images: OCI's manifests and index (image-spec image-layout.md), and Docker's manifest.json. */
export function documentsOf(images: readonly SavedImage[]): { readonly manifests: readonly Buffer[]; readonly index: Buffer; readonly dockerManifest: Buffer } {
  const manifests = images.map((image) => ({ image, bytes: manifestOf(image) }));
  const index = {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: manifests.flatMap(({ image, bytes }) => {
      const descriptor = { mediaType: MANIFEST, digest: digestOf(bytes), size: bytes.length };
      return image.tags.length === 0 ? [descriptor] : image.tags.map((tag) => ({ ...descriptor, annotations: namesOf(tag) }));
    }),
  };
  const dockerManifest = images.map(({ id, layers, tags }) => ({
    Config: blobPath(id),
    RepoTags: tags.length === 0 ? null : tags.map((tag) => familiarString(parseReference(tag))),
    Layers: layers.map(({ diffId }) => blobPath(diffId)),
  }));
  return { manifests: manifests.map(({ bytes }) => bytes), index: json(index), dockerManifest: json(dockerManifest) };
}

function manifestOf({ id, config, layers }: SavedImage): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: id, size: config.length },
    layers: layers.map(({ diffId, size }) => ({ mediaType: LAYER, digest: diffId, size })),
  });
}

/** The name as containerd wants it, and whole where the specification has one: of a bare tag podman would make an image `localhost/TAG`. */
function namesOf(tag: string): Record<string, string> {
  return { 'io.containerd.image.name': tag, 'org.opencontainers.image.ref.name': tag };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
