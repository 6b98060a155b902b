import { en } from '../en/en.ts';
import type { Words } from '../words.ts';
import { activity } from './activity.ts';

export const es: Words = { ...en, activity };
