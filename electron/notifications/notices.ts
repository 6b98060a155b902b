import { randomUUID } from 'node:crypto';
import type { Notice, NoticeChange } from '../ipc/contract/notices.ts';
import type { Decided } from './decide.ts';
import { NOTICES_KEPT, type NoticeFile } from './notice-file.ts';

/** A container that fails again and again is one notice in this time. */
const QUIET = 10 * 60_000;

/** What happened since the shell looks, and before where a file has it. */
export class Notices {
  readonly #now: () => number;
  readonly #file: Pick<NoticeFile, 'write'> | null;
  #kept: readonly Notice[];
  readonly #added = new Set<(notice: Notice) => void>();
  readonly #changed = new Set<(changes: readonly NoticeChange[]) => void>();

  constructor(now: () => number = Date.now, file: Pick<NoticeFile, 'write'> | null = null, kept: readonly Notice[] = []) {
    this.#now = now;
    this.#file = file;
    this.#kept = kept.slice(0, NOTICES_KEPT);
  }

  /** With what an earlier shell has seen. */
  static async open(file: NoticeFile): Promise<Notices> {
    return new Notices(Date.now, file, await file.read());
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
    const notice: Notice = { ...decided, id: randomUUID(), time, isSeen: false };
    const gone = this.#kept.slice(NOTICES_KEPT - 1);
    this.#keep([notice, ...this.#kept].slice(0, NOTICES_KEPT), [{ id: notice.id, value: notice }, ...gone.map(({ id }) => ({ id, value: null }))]);
    for (const listener of this.#added) listener(notice);
  }

  /** The user has had all of them before the eyes. Idempotent. */
  see(): void {
    const unseen = this.#kept.filter(({ isSeen }) => !isSeen);
    if (unseen.length === 0) return;
    const seen = this.#kept.map((notice) => (notice.isSeen ? notice : { ...notice, isSeen: true }));
    this.#keep(
      seen,
      unseen.map((notice) => ({ id: notice.id, value: { ...notice, isSeen: true } })),
    );
  }

  /** Drops those with the ids; without ids: all. */
  forget(ids: readonly string[]): void {
    const isGone = ({ id }: Notice) => ids.length === 0 || ids.includes(id);
    const gone = this.#kept.filter(isGone);
    if (gone.length === 0) return;
    this.#keep(
      this.#kept.filter((notice) => !isGone(notice)),
      gone.map(({ id }) => ({ id, value: null })),
    );
  }

  onAdded(listener: (notice: Notice) => void): Disposable {
    this.#added.add(listener);
    return { [Symbol.dispose]: () => void this.#added.delete(listener) };
  }

  onChange(listener: (changes: readonly NoticeChange[]) => void): Disposable {
    this.#changed.add(listener);
    return { [Symbol.dispose]: () => void this.#changed.delete(listener) };
  }

  #keep(kept: readonly Notice[], changes: readonly NoticeChange[]): void {
    this.#kept = kept;
    this.#file?.write(kept);
    for (const listener of this.#changed) listener(changes);
  }
}
