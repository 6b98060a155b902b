import { z } from 'zod';
import { type Digest, hexOf, isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { Descriptor } from './descriptor.ts';

/** image-spec image-layout.md. */
export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';

export const layoutSchema = z.looseObject({ imageLayoutVersion: z.literal('1.0.0') });

/** Where a blob lies in a layout. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The name an image in a layout's index goes by: containerd's annotation is a full reference, the specification's often a bare tag. */
export function referenceNames(annotations: Readonly<Record<string, string>> | null | undefined): { readonly full?: string; readonly short?: string } {
  const full = annotations?.['io.containerd.image.name'];
  const short = annotations?.['org.opencontainers.image.ref.name'];
  return { ...(full === undefined ? {} : { full }), ...(short === undefined ? {} : { short }) };
}

export const LAYOUT_SCHEME = 'oci-layout://';

/** Which image of a layout: the digest goes before the tag. */
export interface LayoutChoice {
  readonly tag?: string;
  readonly digest?: Digest;
}

/** `oci-layout://DIR[:TAG][@DIGEST]`, as buildx takes it. Throws InvalidArgument. */
export function parseLayoutAddress(address: string): LayoutChoice & { readonly path: string } {
  const text = address.startsWith(LAYOUT_SCHEME) ? address.slice(LAYOUT_SCHEME.length) : address;
  const [, place = '', digest] = /^(.*?)(?:@(\w+:[^/]*))?$/s.exec(text) ?? [];
  const [, path = '', tag] = /^(.*?)(?::(\w[\w.-]{0,127}))?$/s.exec(place) ?? [];
  if (path === '') throw new EngineError('InvalidArgument', `${JSON.stringify(address.slice(0, 200))} names no directory`);
  if (digest !== undefined && !isDigest(digest)) throw new EngineError('InvalidArgument', `${JSON.stringify(digest.slice(0, 200))} is not a sha256 digest`);
  return { path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * The manifests of the image that is meant, which are several where platforms stand side by side: those of the digest, else of the tag, which is
 * `latest` or the only one where none is said. Throws NotFound, which names the tags that are there.
 */
export function manifestsOf(manifests: readonly Descriptor[], { tag, digest }: LayoutChoice): readonly Descriptor[] {
  if (digest !== undefined) {
    const found = manifests.filter((one) => one.digest === digest);
    if (found.length === 0) throw new EngineError('NotFound', `the layout has no ${digest}`);
    return found;
  }
  const images = manifests.filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined);
  const named = images.filter((one) => tagsOf(one).includes(tag ?? 'latest'));
  if (named.length > 0) return named;
  const groups = [...Map.groupBy(images, (one) => tagsOf(one)[0] ?? one.digest).values()];
  const [only] = groups;
  if (tag === undefined && only !== undefined && groups.length === 1) return only;
  const tags = [...new Set(images.flatMap(tagsOf))].sort();
  const there = tags.length === 0 ? `it has ${images.length} images without a tag` : `its tags are ${tags.slice(0, 20).join(', ')}`;
  throw new EngineError('NotFound', `the layout has no image ${JSON.stringify(tag ?? 'latest')}: ${there}`);
}

/** A full reference counts by its tag. */
function tagsOf({ annotations }: Descriptor): string[] {
  const { full, short } = referenceNames(annotations);
  return [short, full].filter((name) => name !== undefined).map((name) => /:([^:/]+)$/.exec(name)?.[1] ?? name);
}
