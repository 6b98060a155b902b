import type { StoreApi } from 'zustand/vanilla';
import type { DirectoryAnswer, FileAnswer } from '../../../runtime/api/types/files.ts';

/** Something that is sent into a folder. */
export interface NewFile {
  /** Below the folder: `name`, or `folder/name` of a folder that was dropped. */
  readonly path: string;
  readonly content: Blob;
}

export interface Upload {
  readonly id: number;
  /** The folder that it goes to, and its path below that. */
  readonly folder: string;
  readonly path: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'canceled';
  /** Bytes. */
  readonly written: number;
  readonly size: number;
  readonly error: string;
}

/** What is being sent to one object, one after another; it goes on while another screen is shown. */
export interface Uploads extends StoreApi<readonly Upload[]> {
  /** Replaces what is there. */
  add(folder: string, files: readonly NewFile[]): void;
  cancel(id: number): void;
  dismiss(id: number): void;
}

/** Where the files of one object come from. Failures are thrown as errors with the engine's words, a conflict with `status` 409. */
export interface FileSource {
  /** Tells one object from another. */
  readonly key: string;
  /** What the object is called. */
  readonly name: string;
  /** It has an image, from which files may differ. */
  readonly hasImage: boolean;
  /** The folder that was looked at last; outlives the screen. */
  readonly place: { path: string };
  readonly uploads: Uploads;
  list(path: string, page: { readonly offset: number; readonly limit: number; readonly match: string }): Promise<DirectoryAnswer>;
  /** What is at `path`, at the end of a link. */
  stat(path: string): Promise<FileAnswer>;
  /** At most the first `length` bytes. */
  read(path: string, length: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** `version`: only in the place of that state; empty: only where nothing is; null: whatever is there. */
  write(path: string, content: Uint8Array<ArrayBuffer>, version: string | null): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  rename(path: string, to: string): Promise<void>;
  /** Why each of those that stayed did. */
  remove(paths: readonly string[]): Promise<readonly { readonly path: string; readonly reason: string }[]>;
  /** One file as it is, a folder or several as a tar. */
  download(paths: readonly string[]): Promise<void>;
  /** Absent: nothing runs there. */
  readonly openTerminal?: (path: string) => void;
  /** Says that something failed. */
  tell(title: string, error: unknown): void;
}
