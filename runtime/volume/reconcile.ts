import { existsSync, lstatSync, readdirSync } from 'node:fs';
import type { Logger } from '../base/log.ts';
import type { VolumeRecord, VolumeRecords } from '../store/records/volumes.ts';
import { hasCode } from '../sys/errno.ts';
import { checkVolumeName } from './names.ts';

/**
 * Makes records and directories agree after a crash, and returns the volumes. A record without a directory is that of a removal
 * half done and goes, as does a volume that was made for a container that never came to be. A directory without a record is deleted when it is empty and becomes a volume again when it has files:
 * data is never thrown away unasked.
 */
export function reconcile(state: {
  readonly directory: string;
  readonly records: VolumeRecords;
  readonly logger: Logger;
  readonly discard: (path: string) => void;
}): VolumeRecord[] {
  const { directory, records, logger, discard } = state;
  const known = new Map(records.all().map((record) => [record.name, record]));
  const found = new Set(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isNameOfVolume(entry.name))
      .map(({ name }) => name),
  );
  for (const name of records.unwanted()) {
    discard(`${directory}/${name}`);
    records.remove(name);
    known.delete(name);
    found.delete(name);
  }
  for (const name of known.keys()) {
    if (existsSync(`${directory}/${name}`)) continue;
    logger.warn('a volume whose directory is gone was dropped', { volume: name });
    records.remove(name);
    known.delete(name);
  }
  for (const name of found) {
    const path = `${directory}/${name}`;
    for (const entry of readdirSync(path)) if (entry.startsWith('_copy-')) discard(`${path}/${entry}`);
    if (known.has(name)) continue;
    const files = filesIn(`${path}/_data`);
    if (files === 0) discard(path);
    if (files === 0 || files === null) continue;
    const record: VolumeRecord = { name, createdAt: lstatSync(path, { bigint: true }).mtimeNs, labels: {}, options: {} };
    records.insert(record);
    known.set(name, record);
    logger.warn('files of a volume without a record were taken over', { volume: name });
  }
  return [...known.values()];
}

/** Null where there is no such directory. */
function filesIn(path: string): number | null {
  try {
    return readdirSync(path).length;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function isNameOfVolume(name: string): boolean {
  try {
    checkVolumeName(name);
    return true;
  } catch {
    return false;
  }
}
