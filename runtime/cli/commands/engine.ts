import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { runInForeground } from '../../sys/process.ts';
import type { CliContext } from '../context.ts';

function addProgram(program: Command, context: CliContext, name: string, description: string, script: string): void {
  program
    .command(`${name} [arguments...]`)
    .description(description)
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      const path = fileURLToPath(new URL(script, import.meta.url));
      context.setExitCode(await runInForeground(process.execPath, [path, ...args]));
    });
}

export function addEngine(program: Command, context: CliContext): void {
  addProgram(program, context, 'engine', 'run an engine in the foreground', '../../daemon.ts');
}

/** The desktop in a browser; it is a program of its own, known here by its path alone. */
export function addServe(program: Command, context: CliContext): void {
  addProgram(program, context, 'serve', 'serve the desktop to a browser on this machine', '../../../electron/serve.ts');
}
