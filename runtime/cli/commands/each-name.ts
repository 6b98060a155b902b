import { messageOf } from '../../base/errors.ts';
import type { CliContext } from '../context.ts';
import { type Format, print, printable } from '../output.ts';

/**
 * Does the same to every name and goes on after a failure; prints what `act` gives back, or the name. Any failure makes
 * the exit code 1.
 */
export async function eachName(context: CliContext, names: readonly string[], format: Format, act: (name: string) => Promise<string | number>): Promise<void> {
  for (const name of names) {
    try {
      const done = await act(name);
      await print(format === 'json' ? `${JSON.stringify({ name, ok: true })}\n` : typeof done === 'string' ? done : `${printable(name)}\n`);
    } catch (error) {
      context.setExitCode(1);
      if (format === 'json') await print(`${JSON.stringify({ name, ok: false, error: messageOf(error) })}\n`);
      else await print(`Error: ${printable(messageOf(error))}\n`, process.stderr);
    }
  }
}
