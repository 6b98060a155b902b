import { EngineError } from '../../base/errors.ts';
import { ARCHIVE_MANIFEST, archiveManifestSchema } from '../../formats/docker/archive.ts';
import { parseJson } from '../../formats/json.ts';
import { formatReference, parseReference } from '../../formats/reference.ts';
import type { ArchiveMember } from './archive-index.ts';
import type { ArchiveContents, PlannedImage } from './planned-image.ts';

/** The images of an archive with a manifest.json (`docker save`). Undefined where there is none; throws InvalidArgument. */
export async function planDockerArchive(archive: ArchiveContents): Promise<PlannedImage[] | undefined> {
  const manifest = archive.find(ARCHIVE_MANIFEST);
  if (manifest === undefined) return undefined;
  const images: PlannedImage[] = [];
  for (const { Config, RepoTags, Layers } of parseJson(await archive.read(manifest), archiveManifestSchema, ARCHIVE_MANIFEST)) {
    images.push({
      config: await archive.read(named(archive, Config, 'Config')),
      layers: (Layers ?? []).map((path) => ({ member: named(archive, path, 'Layers') })),
      tags: (RepoTags ?? []).map(tagOf),
    });
  }
  return images;
}

function named(archive: ArchiveContents, path: string, field: string): ArchiveMember {
  const member = archive.find(path);
  if (member === undefined) {
    throw new EngineError('InvalidArgument', `invalid archive: ${ARCHIVE_MANIFEST}: ${field}: ${JSON.stringify(path.slice(0, 200))} is not in the archive`);
  }
  return member;
}

function tagOf(text: string): string {
  const reference = parseReference(text);
  if (reference.tag === undefined || reference.digest !== undefined) throw new EngineError('InvalidArgument', `invalid tag ${JSON.stringify(text)}`);
  return formatReference(reference);
}
