/** image-spec media-types.md, and what Docker's schema 2 calls the same things. */
export const INDEX_TYPES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
export const MANIFEST_TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const CONFIGS = new Set(['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json']);

export const isIndexType = (mediaType: string): boolean => INDEX_TYPES.includes(mediaType);
export const isManifestType = (mediaType: string): boolean => MANIFEST_TYPES.includes(mediaType);
/** False for artifacts: signatures, attestations, charts. */
export const isImageConfigType = (mediaType: string): boolean => CONFIGS.has(mediaType);

/** A layer that only its maker may hand out: registries do not have it (image-spec layer.md, non-distributable layers; Docker's "foreign"). */
export function isForeignLayerType(mediaType: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.v1|docker\.image\.rootfs\.foreign\.diff)\.tar/.test(mediaType);
}

/** A file system layer, in whatever compression: that is sniffed, since media types are often wrong about it. */
export function isLayerType(mediaType: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.v1|docker\.image\.rootfs\.diff)\.tar(?:[+.](?:gzip|zstd))?$/.test(mediaType);
}
