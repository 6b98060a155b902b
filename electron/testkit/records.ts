import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplacementRecords } from '../replacing/records.ts';

export interface KeptRecords extends Disposable {
  readonly directory: string;
  readonly records: ReplacementRecords;
}

/** Notes of replacements in a folder of their own. */
export function keptRecords(): KeptRecords {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-replacing-'));
  return { directory, records: new ReplacementRecords(directory), [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

/** For what replaces nothing. */
export const NO_RECORDS = new ReplacementRecords(join(tmpdir(), 'slipway-never-written'));
