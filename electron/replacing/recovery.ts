import type { EngineRuns } from '../engine/engine-runs.ts';
import { ShellError } from '../ipc/failure.ts';
import type { Notices } from '../notifications/notices.ts';
import { type Outcome, putRight } from './put-right.ts';
import type { ReplacementRecord } from './records.ts';
import type { Replacing } from './replace-container.ts';

export interface RecoveryOptions extends Replacing {
  readonly notices: Notices;
  readonly onEngine: EngineRuns;
}

const KINDS = { finished: 'container.replaced', restored: 'container.restored', open: 'container.unfinished' } as const;

/** Puts right what an end of the app, or of the engine, left in the middle of a replacement: whenever the engine begins to run. */
export class Recovery implements Disposable {
  readonly #options: RecoveryOptions;
  readonly #stop: () => void;
  /** One at a time: a person's word may come while the engine is looked at. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#stop = options.onEngine((running) => {
      if (running) void this.look();
    });
  }

  /** Goes through all that is left; settles when it is told. What the engine cannot do now is looked at again when it runs again. */
  look(): Promise<void> {
    return this.#queued(async () => {
      const { engine, records } = this.#options;
      for (const record of await records.claim(engine.socketPath)) {
        await this.#settle(record, false).catch((error: unknown) => console.error(`${record.name} was not put right: ${String(error)}`));
      }
    });
  }

  /** A person wants the old one back: what took its place is removed. @throws ShellError 404 when nothing is known of it, or why it cannot be */
  bringBack(id: string): Promise<void> {
    return this.#queued(async () => {
      const { engine, records, notices } = this.#options;
      let outcome: Outcome | null = null;
      for (const record of await records.claim(engine.socketPath)) {
        if (record.old === id) outcome = await this.#settle(record, true);
        else records.release(record);
      }
      if (outcome?.kind === 'open') throw new ShellError(outcome.detail, 409);
      notices.forget(this.#told(id));
      if (!outcome) throw new ShellError('this container has been put right already', 404);
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #queued(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #settle(record: ReplacementRecord, anyway: boolean): Promise<Outcome> {
    const { engine, records, notices } = this.#options;
    let outcome: Outcome;
    try {
      outcome = await putRight(engine, record, anyway);
    } catch (error) {
      if (!(error instanceof ShellError) || error.status === 0) {
        records.release(record);
        throw error;
      }
      outcome = { kind: 'open', id: record.old, detail: error.message };
    }
    const { kind, id, detail } = outcome;
    if (kind === 'open') records.release(record);
    // An open question is told once, however often it is come by.
    if (kind !== 'settled' && !(kind === 'open' && this.#told(record.old).length > 0)) {
      notices.take({ kind: KINDS[kind], object: record.name, objectId: id, exitCode: 0, task: '', detail });
    }
    if (kind !== 'open') await records.end(record);
    return outcome;
  }

  /** Ids of the notices that ask about a container. */
  #told(old: string): string[] {
    const { notices } = this.#options;
    const asking = notices.list().filter(({ kind, objectId }) => kind === KINDS.open && objectId === old);
    return asking.map(({ id }) => id);
  }
}
