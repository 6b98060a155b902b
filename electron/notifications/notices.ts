import { randomUUID } from 'node:crypto';
import type { Notice } from '../ipc/contract/notices.ts';
import type { Decided } from './decide.ts';

const KEPT = 200;
/** A container that fails again and again is one notice in this time. */
const QUIET = 10 * 60_000;

/** What happened since the shell looks. */
export class Notices {
  readonly #now: () => number;
  #kept: readonly Notice[] = [];
  readonly #listeners = new Set<(notice: Notice) => void>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Newest first. */
  list(): readonly Notice[] {
    return this.#kept;
  }

  /** Null is nothing; the same of the same object within ten minutes is not told again. */
  take(decided: Decided | null): void {
    if (!decided) return;
    const time = this.#now();
    const again = this.#kept.some(({ kind, objectId, time: told }) => kind === decided.kind && objectId === decided.objectId && time - told < QUIET);
    if (again) return;
    const notice = { ...decided, id: randomUUID(), time };
    this.#kept = [notice, ...this.#kept].slice(0, KEPT);
    for (const listener of this.#listeners) listener(notice);
  }

  onAdded(listener: (notice: Notice) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
