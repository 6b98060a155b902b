import type { LogQuery } from './log-views.ts';
import type { Places } from './scan-lines.ts';

/** Work on a part of a file that the engine holds open; threads share its descriptors. */
export type ScanJob =
  | { readonly kind: 'index'; readonly fd: number; readonly from: number; readonly size: number; readonly pieces: OpenPieces }
  | {
      readonly kind: 'search';
      readonly fd: number;
      readonly segments: readonly Segment[];
      readonly query: LogQuery;
      readonly wantsTimes: boolean;
      /** Number of the first line that counts. */
      readonly first: number;
      /** At most so many are numbered. */
      readonly limit: number;
      /** Set to 1 when nobody waits for the answer any more. */
      readonly stop: Int32Array;
    };

/** From the beginning of the line with the number `line` to that of another one. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  /** Some of its lines are made of several of the file. */
  readonly isJoined: boolean;
}

/** As in Pieces. */
export interface OpenPieces {
  readonly open: number;
  readonly stream: 1 | 2;
}

export interface IndexedPart {
  readonly places: Places;
  readonly isJoinedBefore: boolean;
  readonly pieces: OpenPieces;
  /** Lines that began, and where the next one begins. */
  readonly lines: number;
  readonly offset: number;
}

export interface FoundLines {
  readonly count: number;
  /** How many of them are numbered, and which: see LogHits. */
  readonly numbered: number;
  readonly lines: string;
  /** Empty unless they were asked for. */
  readonly times: string;
}

export type ScanResult<Job extends ScanJob> = Job extends { readonly kind: 'index' } ? IndexedPart : FoundLines;

export type ScanAnswer = { readonly result: IndexedPart | FoundLines } | { readonly kind: string; readonly message: string };
