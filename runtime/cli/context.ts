import type { EngineClient } from './client.ts';

/** What commands share. */
export interface CliContext {
  /** The engine that --host names; connects only when something is asked of it. */
  engine(): EngineClient;
  /** What the program ends with unless a command throws. */
  setExitCode(code: number): void;
}
