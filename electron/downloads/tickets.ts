import { randomBytes } from 'node:crypto';
import type { Download } from './download.ts';

/** Milliseconds between the request for an address and its use. */
const LIFE = 60_000;
/** Addresses that wait to be used. */
const MAX_WAITING = 256;
/** What paths of downloads begin with. */
export const DOWNLOADS = '/downloads/';

/** Addresses that may be fetched once, and soon: whoever has one needs no other right. */
export class Tickets {
  readonly #waiting = new Map<string, { readonly download: Download; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The path under which `download` can be fetched. */
  issue(download: Download): string {
    const token = randomBytes(32).toString('base64url');
    this.#waiting.set(token, { download, until: this.#now() + LIFE });
    this.#drop();
    return DOWNLOADS + token;
  }

  /** What a path is for, and no more after this; null for one that is wrong, used or too old. */
  take(path: string): Download | null {
    this.#drop();
    const token = path.slice(DOWNLOADS.length);
    const found = this.#waiting.get(token);
    this.#waiting.delete(token);
    return found?.download ?? null;
  }

  /** In the order of issue, which is that of their ends. */
  #drop(): void {
    for (const [token, { until }] of this.#waiting) {
      if (until > this.#now() && this.#waiting.size <= MAX_WAITING) return;
      this.#waiting.delete(token);
    }
  }
}
