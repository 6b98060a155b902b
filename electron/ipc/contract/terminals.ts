import { z } from 'zod';
import { id, reference, size } from './fields.ts';

/** Label with the id of the container that a debug shell looks at; lists leave out what has it. */
export const DEBUG_LABEL = 'io.slipway.debug';

/** A session by the name that the shell gave it. */
const session = z.string().min(1).max(64);
const path = z.string().max(4096);

/** What a terminal is opened on. */
const terminalTargetSchema = z.discriminatedUnion('kind', [
  /** A command in a running container; empty `user` and `workingDir`: as the container says. */
  z.strictObject({ kind: z.literal('exec'), id, command: z.array(z.string().max(4096)).min(1).max(100), user: z.string().max(256), workingDir: path }),
  /** The main process of a container that was made with a terminal. */
  z.strictObject({ kind: z.literal('main'), id }),
  /** A toolbox in the namespaces of a running container; empty `image`: the best that is here. `workingDir` is a folder of that container; empty: `/` of the toolbox. `hint`: a line about its files that is printed first. */
  z.strictObject({ kind: z.literal('debug'), id, image: z.union([z.literal(''), reference]), workingDir: path, hint: z.string().max(400).default('') }),
  /** This machine's own shell, whose docker speaks to the engine. */
  z.strictObject({ kind: z.literal('host') }),
]);
export type TerminalTarget = z.infer<typeof terminalTargetSchema>;

export const terminalRequestSchemas = {
  'container.shells': z.strictObject({ id }),
  'terminal.open': z.strictObject({ target: terminalTargetSchema, ...size }),
  /** Ends what runs in it and forgets it. Idempotent. */
  'terminal.close': z.strictObject({ session }),
  /** Opens an ended session's target again; one that runs stays as it is. */
  'terminal.restart': z.strictObject({ session }),
  /** Shows a session in a window of its own; `opened` false: this shell has no windows, the page opens one itself. */
  'terminal.detach': z.strictObject({ session }),
  /** Takes a session back from its window, which closes. Idempotent. */
  'terminal.recall': z.strictObject({ session }),
} as const;

export interface ContainerShells {
  /** Shells that exist in the container, best first; paths. */
  readonly shells: readonly string[];
  /** Names of its users, as its /etc/passwd has them. */
  readonly users: readonly string[];
  /** Who and where its commands run unless told otherwise; empty: root, `/`. */
  readonly user: string;
  readonly workingDir: string;
  /** Its main process has a terminal and takes input. */
  readonly tty: boolean;
}

/** One session, which lives in the shell until it is closed. */
export interface TerminalRow {
  readonly id: string;
  readonly target: TerminalTarget;
  readonly state: 'starting' | 'running' | 'ended';
  /** Of a session that ended by itself; null else. */
  readonly exitCode: number | null;
  /** Why it could not go on; empty else. */
  readonly error: string;
  /** It is shown in a window of its own. */
  readonly detached: boolean;
}

export interface TerminalResults {
  'container.shells': ContainerShells;
  'terminal.open': { readonly session: string };
  'terminal.close': null;
  'terminal.restart': null;
  'terminal.detach': { readonly opened: boolean };
  'terminal.recall': null;
}

export const terminalStreamSchemas = {
  terminals: z.strictObject({}),
  /** `window`: the page is the session's own window. */
  terminal: z.strictObject({ session, window: z.boolean(), ...size }),
} as const;

export interface TerminalOutputs {
  /** All sessions, oldest first, at once and after each change. */
  terminals: { readonly sessions: readonly TerminalRow[] };
  /** What was kept of the output between two `replay` messages, then what comes. Ends with the session, or where its window is to close. */
  terminal: Uint8Array | { readonly replay: boolean };
}

export interface TerminalInputs {
  terminals: never;
  terminal: Uint8Array | { readonly resize: { readonly rows: number; readonly columns: number } };
}
