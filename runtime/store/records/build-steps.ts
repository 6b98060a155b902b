import type { Digest } from '../../base/digest.ts';
import type { Database } from '../database.ts';

/** Which step of which thing that is built. */
export interface StepPlace {
  readonly scope: string;
  readonly stage: string;
  /** Among the steps of its stage. */
  readonly position: number;
}

/** What its key was made of. */
export interface StepParts {
  readonly instruction: Digest;
  readonly base: Digest;
  readonly files: Digest;
}

/** Rows kept; they only explain. */
const KEPT = 10_000;

/** What each step was made of when it was built the last time. */
export class BuildStepRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get({ scope, stage, position }: StepPlace): StepParts | undefined {
    const sql = 'SELECT instruction, base, files FROM build_steps WHERE scope = ? AND stage = ? AND position = ?';
    return this.#database.get<StepParts & Record<string, unknown>>(sql, scope, stage, position);
  }

  put({ scope, stage, position }: StepPlace, { instruction, base, files }: StepParts): void {
    const sql = `INSERT INTO build_steps (scope, stage, position, instruction, base, files, seen)
        VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seen), 0) + 1 FROM build_steps))
      ON CONFLICT DO UPDATE SET instruction = excluded.instruction, base = excluded.base, files = excluded.files, seen = excluded.seen`;
    this.#database.run(sql, scope, stage, position, instruction, base, files);
    this.#database.run('DELETE FROM build_steps WHERE seen <= (SELECT max(seen) FROM build_steps) - ?', KEPT);
  }
}
