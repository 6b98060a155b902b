import { type Digest, isDigest } from '../../base/digest.ts';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../formats/oci/media-types.ts';
import { parseReference, withDefaultTag } from '../../formats/reference.ts';
import type { Credentials } from './credentials.ts';
import type { RegistrySettings } from './endpoint.ts';
import { fetchDocument } from './manifest.ts';
import { withSession } from './open-session.ts';

/**
 * What a name stands for in its registry now, at the least cost: a HEAD, which registries with a limit on pulls do not count. Throws as
 * a pull does.
 */
export async function remoteDigest(
  settings: RegistrySettings,
  name: string,
  { credentials = {}, signal }: { readonly credentials?: Credentials; readonly signal: AbortSignal },
): Promise<Digest> {
  const reference = withDefaultTag(parseReference(name));
  const { domain, path, digest, tag = 'latest' } = reference;
  return await withSession(
    domain,
    settings,
    credentials,
    async (session) => {
      const { headers, body } = await session.send({
        method: 'HEAD',
        path: `/v2/${path}/manifests/${digest ?? tag}`,
        scope: `repository:${path}:pull`,
        headers: { accept: [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ') },
        expected: [200],
        signal,
      });
      body.resume();
      const said = headers['docker-content-digest'];
      if (typeof said === 'string' && isDigest(said)) return said;
      return (await fetchDocument(session, reference, digest ?? tag, signal)).digest;
    },
    signal,
  );
}
