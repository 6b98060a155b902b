import type { en } from './en/en.ts';
import type { everywhere } from './en/everywhere.ts';

/** What every language must have: a missing or wrongly formed entry does not compile. */
export type Words = typeof en;
/** The part of it that stands at the top. */
export type CommonWords = typeof everywhere;
