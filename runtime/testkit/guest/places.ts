import { join, resolve } from 'node:path';

/** The sources lie at the same place in the guest. */
export const REPOSITORY = resolve(import.meta.dirname, '../../..');
export const RUNTIME = join(REPOSITORY, 'runtime');

/** Image archives for the engine in the guest. */
export const BUSYBOX_ARCHIVE = '/images/busybox.tar';
export const DEEP_ARCHIVE = '/images/deep.tar';
/** Layers of the deep image: more than one page of mount data has room for by their own names. */
export const DEEP_LAYERS = 60;
