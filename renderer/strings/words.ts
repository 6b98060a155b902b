import type { common } from './en/common.ts';
import type { en } from './en/en.ts';

/** What every language must have: a missing or wrongly formed entry does not compile. */
export type Words = typeof en;
/** The part of it that stands at the top. */
export type CommonWords = typeof common;
