import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import { imageConfigSchema } from '../../formats/oci/config.ts';
import { indexSchema } from '../../formats/oci/index.ts';
import { manifestSchema } from '../../formats/oci/manifest.ts';
import { isIndexType } from '../../formats/oci/media-types.ts';
import type { Platform } from '../../formats/platform.ts';
import { parseReference, withDefaultTag } from '../../formats/reference.ts';
import { readBlob } from './blob.ts';
import type { Credentials } from './credentials.ts';
import type { RegistrySettings } from './endpoint.ts';
import { fetchDocument } from './manifest.ts';
import { withSession } from './open-session.ts';

/** What a reference names in its registry. */
export interface RemoteDescription {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes of the manifest or index. */
  readonly size: number;
  readonly platforms: readonly Platform[];
}

/** Looks at an image in its registry without taking it. Throws as a pull does. */
export async function describeRemote(
  settings: RegistrySettings,
  name: string,
  { credentials = {}, signal }: { readonly credentials?: Credentials; readonly signal: AbortSignal },
): Promise<RemoteDescription> {
  const reference = withDefaultTag(parseReference(name));
  return await withSession(
    reference.domain,
    settings,
    credentials,
    async (session) => {
      const { bytes, digest, mediaType } = await fetchDocument(session, reference, reference.digest ?? reference.tag ?? 'latest', signal);
      const described = { mediaType, digest, size: bytes.length };
      if (isIndexType(mediaType)) {
        const { manifests } = parseJson(bytes, indexSchema, `index ${digest}`);
        return { ...described, platforms: manifests.flatMap(({ platform }) => (platform ? [platformOf(platform)] : [])) };
      }
      const { config } = parseJson(bytes, manifestSchema, `manifest ${digest}`);
      const image = parseJson(await readBlob(session, reference.path, config, JSON_LIMIT, signal), imageConfigSchema, 'image config');
      return { ...described, platforms: [platformOf(image)] };
    },
    signal,
  );
}

function platformOf({
  os,
  architecture,
  variant,
}: {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | null | undefined;
}): Platform {
  return { os, architecture, ...(variant ? { variant } : {}) };
}
