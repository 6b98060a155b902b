import type { StoreApi } from 'zustand/vanilla';
import type { DirectoryAnswer, FileAnswer } from '../../../runtime/api/types/files.ts';
import type { FileSort } from './entries.ts';

/** Something that is sent into a folder. */
export interface NewFile {
  /** Below the folder: `name`, or `folder/name` of a folder that was dropped. */
  readonly path: string;
  /** Null: a folder, or what cannot be read. */
  readonly content: Blob | null;
  /** Why it cannot be sent. */
  readonly failure?: string;
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
  /** All that are not over. */
  cancelAll(): void;
  /** All that are over. */
  dismissAll(): void;
}

/** What a drag takes along. */
export interface DraggedFiles {
  readonly paths: readonly string[];
  /** As somebody calls it. */
  readonly name: string;
  /** Of the failure, which is told where it happens. */
  readonly title: string;
  readonly tell: FileSource['tell'];
}

/** What the app fetches before the system can take it. */
export interface Fetching {
  readonly name: string;
  /** Bytes; `size` null: nobody knows. */
  readonly written: number;
  readonly size: number | null;
  /** It is there, but the pointer was released: the next drag takes it at once. */
  readonly ready: boolean;
}

/** Out of the window, to a folder of the user's: a file as it is, a folder as a tar; several by themselves in the app, as one tar in a browser. */
export interface DragOut {
  /** Null: nothing, or it was done before anybody could have read a word of it. */
  readonly fetching: StoreApi<Fetching | null>;
  /** What is over the window is what the system was given from it. */
  isOwn(): boolean;
  /** Gives up what is being fetched, and forgets what was. */
  cancel(): void;
  /** The pointer is down on files that it may begin to drag. */
  aim(paths: readonly string[]): void;
  /** Answers `dragstart`. */
  begin(event: Pick<DragEvent, 'preventDefault'> & { readonly dataTransfer: Pick<DataTransfer, 'effectAllowed' | 'setData'> }, files: DraggedFiles): void;
}

/** How files are looked at; one for all objects, kept over restarts. */
export interface FileView {
  readonly sort: FileSort;
  /** Pixels by column. */
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: boolean;
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
  /** As it was left. */
  view(): FileView;
  keepView(view: FileView): void;
  readonly uploads: Uploads;
  readonly dragOut: DragOut;
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
