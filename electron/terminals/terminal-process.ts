export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** What runs behind a terminal. */
export interface TerminalProcess {
  /** Settles when there is room for more. */
  write(data: Uint8Array): Promise<void>;
  /** Never rejects: a program that has just ended has no size. */
  resize(size: TerminalSize): Promise<void>;
  /** What closing the window of a terminal does to it. Idempotent, never rejects. */
  hangUp(): Promise<void>;
  /** Its exit code, when all of its output has been taken. Rejects with ShellError when the connection to it is lost. */
  readonly ended: Promise<number>;
}

/** Starts one. `output` is awaited before more is read, which slows the program down to the pace of who looks on. */
export type StartTerminal = (size: TerminalSize, output: (data: Uint8Array) => Promise<void>) => Promise<TerminalProcess>;
