import type { LogPart } from '../log-files.ts';
import { Checkpoints } from './checkpoints.ts';
import { Pieces } from './pieces.ts';

/** One file of a log with the places in it that are known. */
export interface IndexedFile {
  readonly part: LogPart;
  readonly checkpoints: Checkpoints;
  /** Number of its first line. */
  readonly base: number;
  lines: number;
  /** Where the next line of the file will begin. */
  offset: number;
  /** What is known of the newest line, which may go on. */
  readonly pieces: Pieces;
  /** How many read it just now, and whether it is to be closed when none does. */
  pins: number;
  isDropped: boolean;
}

/** A line with the numbers and times that a view needs. */
export interface IndexedLine {
  readonly number: number;
  readonly stream: 1 | 2;
  readonly text: string;
  readonly isCut: boolean;
  readonly continues: boolean;
  /** Microseconds since the epoch as written; 0: unknown. */
  readonly time: number;
}

export function fresh(part: LogPart, base: number): IndexedFile {
  return { part, checkpoints: new Checkpoints(), base, lines: 0, offset: 0, pieces: new Pieces(), pins: 0, isDropped: false };
}

/** Closes the file once nothing reads it any more: another file could get its descriptor's number. */
export async function drop(file: IndexedFile): Promise<void> {
  file.isDropped = true;
  if (file.pins === 0) await file.part[Symbol.asyncDispose]();
}

/** Keeps the file open for as long as `use` runs. */
export async function pinned<Result>(file: IndexedFile, use: () => Promise<Result>): Promise<Result> {
  file.pins++;
  try {
    return await use();
  } finally {
    file.pins--;
    if (file.isDropped) await drop(file);
  }
}
