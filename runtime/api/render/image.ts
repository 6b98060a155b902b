import { type Digest, hexOf } from '../../base/digest.ts';
import type { HistoryEntry, ImageDetails, ImageSummary } from '../../image/image-service.ts';
import type { EngineFacts } from '../backends.ts';
import { configJson } from './container-config.ts';

/** Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/** An entry of GET /images/json; `version` is the API's minor number. */
export function imageSummary(image: ImageSummary, version: number): object {
  // Before 1.43 an image without a name had the name "<none>:<none>", and before 1.44 the size came twice.
  const unnamed = image.repoTags.length === 0 && image.repoDigests.length === 0 && version < 43;
  return {
    Id: image.id,
    ParentId: image.parentId,
    RepoTags: unnamed ? ['<none>:<none>'] : image.repoTags,
    RepoDigests: unnamed ? ['<none>@<none>'] : image.repoDigests,
    Created: image.created,
    Size: image.size,
    ...(version < 44 ? { VirtualSize: image.size } : {}),
    SharedSize: -1,
    Labels: image.labels,
    Containers: -1,
  };
}

/** GET /images/{name}/json. */
export function imageDetails(image: ImageDetails, { root, storageDriver }: Pick<EngineFacts, 'root' | 'storageDriver'>, version: number): object {
  const { config } = image;
  const newest = config.history?.at(-1);
  return {
    Id: image.id,
    RepoTags: image.repoTags,
    RepoDigests: image.repoDigests,
    Parent: image.parentId,
    Comment: newest?.comment ?? '',
    Created: config.created ?? '',
    ...(version < 45 ? { Container: text(config['container']) } : {}),
    // Gone from the API in 1.45, but docker-compose 1 speaks the newest version and does not go on without it.
    ContainerConfig: config['container_config'] ?? configJson({ ...config.config, Image: '' }),
    DockerVersion: text(config['docker_version']),
    Author: config.author ?? '',
    Config: configJson({ ...config.config, Image: '' }),
    Architecture: config.architecture,
    ...(config.variant ? { Variant: config.variant } : {}),
    Os: config.os,
    Size: image.size,
    ...(version < 44 ? { VirtualSize: image.size } : {}),
    ...(text(config['os.version']) === '' ? {} : { OsVersion: text(config['os.version']) }),
    GraphDriver: { Data: directoriesOf(image.diffIds, root), Name: storageDriver },
    RootFS: { Type: 'layers', ...(image.diffIds.length === 0 ? {} : { Layers: image.diffIds }) },
    Metadata: { LastTagTime: image.lastTaggedMs === undefined ? NEVER : new Date(image.lastTaggedMs).toISOString() },
  };
}

/** Where the files are, the newest layer apart. An image without a layer has none. */
function directoriesOf(diffIds: readonly Digest[], root: string): object | null {
  const [top, ...below] = diffIds.map((diffId) => `${root}/layers/${hexOf(diffId)}`).reverse();
  if (top === undefined) return null;
  return { ...(below.length === 0 ? {} : { LowerDir: below.join(':') }), UpperDir: top };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function historyJson(entry: HistoryEntry): object {
  return {
    Id: entry.id,
    Created: entry.created,
    CreatedBy: entry.createdBy,
    Tags: entry.tags.length === 0 ? null : entry.tags,
    Size: entry.size,
    Comment: entry.comment,
  };
}
