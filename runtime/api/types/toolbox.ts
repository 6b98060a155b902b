/** `POST /slipway/v1/toolbox`: an image of this machine's own programs. */
export interface ToolboxAnswer {
  readonly id: string;
  readonly reference: string;
  /** Bytes of its files. */
  readonly size: number;
  /** False: it was here already. */
  readonly created: boolean;
  readonly programs: readonly string[];
}
