import { isKind } from '../base/errors.ts';
import type { ContainerDependencies } from './dependencies.ts';

/** Ids of an image and of all that were made from it, directly or not; none when there is no image of that name. */
export function familyOf(images: Pick<ContainerDependencies['images'], 'resolve' | 'list'>, name: string): readonly string[] {
  let id: string;
  try {
    id = images.resolve(name).id;
  } catch (error) {
    if (isKind(error, 'NotFound', 'InvalidArgument')) return [];
    throw error;
  }
  const children = Map.groupBy(images.list({ all: true }), ({ parentId }) => parentId);
  const family = new Set([id]);
  for (const member of family) for (const child of children.get(member) ?? []) family.add(child.id);
  return [...family];
}
