import type { en } from './en/en.ts';

/** What every language must have: a missing or wrongly formed entry does not compile. */
export type Words = typeof en;
