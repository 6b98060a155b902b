import { duration } from '../../strings/format.ts';
import { language } from '../../strings/languages.ts';

const SECONDS = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Steps are often short: tenths of a second below a minute, `0.4 s`. */
export const shortTime = (milliseconds: number): string => (milliseconds < 60_000 ? `${SECONDS.format(milliseconds / 1000)} s` : duration(milliseconds));
