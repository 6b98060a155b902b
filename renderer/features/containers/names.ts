import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';

/** The engine's own rule for names. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** What is wrong with a name for the container `id`; null: nothing. */
export function nameError(name: string, id: string, containers: ReadonlyMap<string, Pick<ContainerRow, 'id' | 'name'>>): string | null {
  if (!NAME.test(name)) return t.run.errors.name;
  for (const row of containers.values()) if (row.name === name && row.id !== id) return t.run.errors.nameTaken;
  return null;
}
