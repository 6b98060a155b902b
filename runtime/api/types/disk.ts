/** GET /slipway/v1/disk: what `GET /system/df` does not tell. All sizes are bytes. */
export interface DiskReport {
  /** Where the engine keeps everything. */
  readonly root: string;
  /** Of the file system on which that is. */
  readonly total: number;
  readonly free: number;
  /** Files and directories of the root by name, with what the disk gives for all below them; largest first. Empty with `areas=0`. */
  readonly areas: readonly { readonly name: string; readonly bytes: number }[];
  /** Logs by container, those that were rotated away included. */
  readonly logs: Readonly<Record<string, number>>;
}
