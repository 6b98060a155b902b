import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Calls `onSign` when something happens to the file at `socket`, or it is there by now, also when its folder is only made later. */
export function socketSigns(socket: string, onSign: () => void): Disposable {
  let watcher: FSWatcher | null = null;
  let watched = '';
  let over = false;
  const arm = (): void => {
    // Whatever is made while a folder is chosen is seen by the look after it.
    for (let folder = nearest(socket); !over && folder !== watched; folder = nearest(socket)) {
      watcher?.close();
      watched = folder;
      watcher = watchFolder(folder);
      if (!over && existsSync(socket)) onSign();
    }
  };
  const watchFolder = (folder: string): FSWatcher | null => {
    try {
      const made = watch(folder, { persistent: false }, (_event, name) => {
        if (name === basename(socket)) onSign();
        arm();
      });
      // It is gone, or the system has no more watches to give: the engine is then found when a person asks for it.
      return made.on('error', () => made.close());
    } catch {
      return null;
    }
  };
  arm();
  return {
    [Symbol.dispose]() {
      over = true;
      watcher?.close();
    },
  };
}

/** The folder that it is to be in, or what there is on the way to that. */
function nearest(path: string): string {
  const folder = dirname(path);
  return folder === path || existsSync(folder) ? folder : nearest(folder);
}
