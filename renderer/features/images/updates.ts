import type { ContainerRow, ImageRow } from '../../../runtime/api/types/feed.ts';
import { updatedNames } from '../../stores/image-facts.ts';
import { fullName } from '../../stores/image-reference.ts';
import { byName } from '../../strings/format.ts';

interface Update {
  readonly reference: string;
  readonly containers: readonly ContainerRow[];
}

/** The names of an image that stand for another one by now, each with the containers that were made by it. */
export function updatesOf(
  image: ImageRow | undefined,
  containers: ReadonlyMap<string, ContainerRow>,
  remote: Parameters<typeof updatedNames>[1],
): readonly Update[] {
  if (!image) return [];
  const users = image.usedBy.flatMap((id) => containers.get(id) ?? []);
  return updatedNames(image, remote).flatMap((reference) => {
    const made = users.filter((row) => fullName(row.image) === fullName(reference));
    return made.length > 0 ? [{ reference, containers: made.sort((a, b) => byName(a.name, b.name)) }] : [];
  });
}
