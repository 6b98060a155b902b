import type { ContainerFiles } from '../container-files.ts';
import type { ContainerEngine } from '../engine.ts';
import { readArchive, statPath, writeArchive } from '../verbs/archive.ts';
import { changesOf } from '../verbs/changes.ts';
import { commitContainer } from '../verbs/commit.ts';
import { exportContainer } from '../verbs/export.ts';
import { browseContainers } from './browse-container.ts';

export function createContainerFiles(engine: ContainerEngine): ContainerFiles {
  const find = (ref: string): ReturnType<typeof engine.table.find> => engine.table.find(ref);
  return {
    stat: async (ref, path) => await statPath(engine, find(ref), ref, path),
    read: async (ref, path, signal) => await readArchive(engine, find(ref), ref, path, signal),
    write: async (ref, path, archive, options) => await writeArchive(engine, find(ref), ref, path, archive, options),
    export: async (ref, signal) => await exportContainer(engine, find(ref), signal),
    commit: async (ref, options) => await commitContainer(engine, find(ref), options),
    browsed: browseContainers(engine),
    changes: async (ref) => await changesOf(engine, find(ref)),
  };
}
