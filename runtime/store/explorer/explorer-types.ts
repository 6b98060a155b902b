import type { Digest } from '../../base/digest.ts';
import type { EntryType } from '../../formats/tar/entry.ts';

/** What a layer did to a path; `same`: it was there before and was left alone. */
export type Change = 'same' | 'added' | 'changed' | 'deleted';

/** Files, links and devices, and their bytes; directories are not counted. */
export interface Tally {
  readonly files: number;
  readonly bytes: number;
}

export interface LayerSummary {
  readonly diffId: Digest;
  readonly added: Tally;
  /** Bytes of the new content. */
  readonly changed: Tally;
  /** Bytes that later layers of the image cannot see any more. */
  readonly deleted: Tally;
  /** Bytes of this layer that later layers have replaced or deleted. */
  readonly wastedBytes: number;
}

/** A path whose earlier content takes space for nothing. */
export interface WastedPath {
  /** Its names as `shownName` shows them. */
  readonly path: string;
  readonly bytes: number;
  /** How many layers have replaced or deleted it. */
  readonly times: number;
}

export interface ImageLayersSummary {
  /** Base first. */
  readonly layers: readonly LayerSummary[];
  /** Bytes of the files of all layers. */
  readonly totalBytes: number;
  readonly wastedBytes: number;
  /** The share of bytes that is not wasted, 0 to 1. */
  readonly efficiency: number;
  /** The hundred that waste most, the largest first. */
  readonly wasted: readonly WastedPath[];
}

export interface ListedEntry {
  /** Of any bytes, as `shownName` shows it, and `link` too. */
  readonly name: string;
  readonly isEscaped: boolean;
  readonly type: EntryType;
  readonly change: Change;
  /** Bytes of a file, or of all files below a directory. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Target of a link, else empty. */
  readonly link: string;
  /** Place of the layer that it is from, 0 is the base. */
  readonly layer: number;
  /** What the layer did below a directory: numbers of files. */
  readonly below: { readonly added: number; readonly changed: number; readonly deleted: number };
}

export interface ListedDirectory {
  /** In the order of names. */
  readonly entries: readonly ListedEntry[];
  /** How many there are in all. */
  readonly total: number;
}

export interface ListOptions {
  /** Place of the layer, 0 is the base. */
  readonly layer: number;
  /** Of shown names. */
  readonly path: string;
  readonly offset: number;
  readonly limit: number;
  /** Without what the layer has left alone. */
  readonly changesOnly: boolean;
  /** Everything below the directory, at any depth, whose path has this in it, in any case; `name` is the path from the directory then. Empty: its entries. */
  readonly find: string;
}

export interface ExploredLayer {
  readonly diffId: Digest;
  /** The file that tells how the layer's archive was made. */
  readonly recipe: string;
}

export type ExplorerJob = { readonly image: string; readonly layers: readonly ExploredLayer[] } & (
  | { readonly kind: 'summary' }
  | ({ readonly kind: 'list' } & ListOptions)
);
