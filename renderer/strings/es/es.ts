import { en } from '../en/en.ts';
import type { Words } from '../words.ts';

export const es: Words = { ...en };
