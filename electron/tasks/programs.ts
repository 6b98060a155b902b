import { diskCleanup } from './disk-cleanup.ts';
import { imageBuild } from './image-build.ts';
import { imagePull } from './image-pull.ts';
import { imagePush } from './image-push.ts';
import { imageUpdate } from './image-update.ts';
import type { TaskPrograms } from './task.ts';
import { volumeClone } from './volume-clone.ts';

/** One program a kind; the compiler refuses a kind without one. */
export const PROGRAMS: TaskPrograms = {
  'disk.cleanup': diskCleanup,
  'image.build': imageBuild,
  'image.pull': imagePull,
  'image.push': imagePush,
  'image.update': imageUpdate,
  'volume.clone': volumeClone,
};
