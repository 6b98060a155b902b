import type { Migration } from '../database.ts';
import { images } from './0001-images.ts';

/** The schema's history, oldest first. New steps are added at the end. */
export const MIGRATIONS: readonly Migration[] = [images];
