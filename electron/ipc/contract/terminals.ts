import { z } from 'zod';
import { id, size } from './fields.ts';

export const terminalRequestSchemas = {
  'container.shells': z.strictObject({ id }),
} as const;

export interface TerminalResults {
  /** Shells that exist in the running container, best first; paths. */
  'container.shells': { readonly shells: readonly string[] };
}

export const terminalStreamSchemas = {
  terminal: z.strictObject({
    id,
    command: z.array(z.string().max(4096)).min(1).max(100),
    user: z.string().max(256),
    workingDir: z.string().max(4096),
    ...size,
  }),
  'host-terminal': z.strictObject({ ...size }),
} as const;

export interface TerminalOutputs {
  terminal: Uint8Array | { readonly exitCode: number };
  'host-terminal': Uint8Array | { readonly exitCode: number };
}

type TerminalInput = Uint8Array | { readonly resize: { readonly rows: number; readonly columns: number } };

export interface TerminalInputs {
  terminal: TerminalInput;
  'host-terminal': TerminalInput;
}
