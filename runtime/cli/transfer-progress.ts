import { z } from 'zod';
import { CliError } from './errors.ts';
import { print, printable } from './output.ts';

const lineSchema = z.looseObject({
  id: z.string().optional(),
  status: z.string().optional(),
  progress: z.string().optional(),
  error: z.string().optional(),
});

/** Prints what a pull or push tells, a line whenever the state of a layer changes. Throws what it failed with. */
export async function printTransfer(lines: AsyncIterable<unknown>, quiet: boolean): Promise<void> {
  const states = new Map<string, string>();
  for await (const value of lines) {
    const { id = '', status, error } = lineSchema.parse(value);
    if (error !== undefined) throw new CliError(error);
    if (quiet || status === undefined || states.get(id) === status) continue;
    if (id !== '') states.set(id, status);
    await print(`${printable(id === '' ? status : `${id}: ${status}`)}\n`);
  }
}
