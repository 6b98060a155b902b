import type { Migration } from '../database.ts';
import { images } from './0001-images.ts';
import { containers } from './0002-containers.ts';
import { volumes } from './0003-volumes.ts';
import { layerBlobs } from './0004-layer-blobs.ts';
import { leases } from './0005-leases.ts';
import { imageTagTimes } from './0006-image-tag-times.ts';
import { builds } from './0007-builds.ts';
import { networks } from './0008-networks.ts';

/** The schema's history, oldest first. New steps are added at the end. */
export const MIGRATIONS: readonly Migration[] = [images, containers, volumes, layerBlobs, leases, imageTagTimes, builds, networks];
