/** One name of a volume's directory; of GET /slipway/v1/volumes/{name}/files. */
export interface VolumeFileEntry {
  readonly Name: string;
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
}

export interface VolumeDirectoryAnswer {
  readonly Entries: readonly VolumeFileEntry[];
  /** Of the whole directory. */
  readonly Total: number;
}
