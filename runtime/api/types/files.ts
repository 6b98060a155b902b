/** One name of a directory; of GET /slipway/v1/{containers,volumes}/{name}/files. */
export interface FileEntry {
  /** Bytes that are not UTF-8 are written as `\xff`, a backslash beside them as `\x5c`: by such a name it is asked for. */
  readonly Name: string;
  /** The name has bytes or backslashes that are written so. */
  readonly IsEscaped: boolean;
  readonly Type: 'file' | 'directory' | 'link' | 'other';
  /** st_mode & 07777. */
  readonly Mode: number;
  /** Bytes. */
  readonly Size: number;
  readonly Uid: number;
  readonly Gid: number;
  /** RFC 3339. */
  readonly ModTime: string;
  /** Empty but for links. */
  readonly LinkTarget: string;
  /** How it differs from the container's image; empty: not, or it is of no image. What is deleted is listed as the image has it. */
  readonly Change: '' | 'added' | 'modified' | 'deleted';
  /** Something is mounted there. */
  readonly IsMount: boolean;
  /** Tells one state of a file from another; given back when it is written. */
  readonly Version: string;
}

export interface DirectoryAnswer {
  /** Where the directory is once links are followed. */
  readonly Path: string;
  /** It belongs to something that is mounted into the container. */
  readonly IsMounted: boolean;
  readonly Entries: readonly FileEntry[];
  /** Names that match, of the whole directory. */
  readonly Total: number;
}

/** Of GET .../stat. */
export interface FileAnswer extends FileEntry {
  /** Where it is; with `follow`, what the last link leads to. */
  readonly Path: string;
}

/** Of GET /slipway/v1/volumes/{name}/size. */
export interface VolumeSizeAnswer {
  /** Bytes of its files, hard links counted once; -1: they are elsewhere. */
  readonly Size: number;
}
