import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'probe', 'probe.c');

/** Builds the hostile program (probe/probe.c) as `<root>/bin/probe` and lets it try everything beneath that root. */
export function installProbe(root: string): string {
  const program = `${root}/bin/probe`;
  const { status, stderr } = spawnSync('cc', ['-O1', '-Wall', '-Wextra', '-static', '-o', program, SOURCE], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cc failed: ${stderr}`);
  // Outside of such a root the program refuses: what it succeeds with would be done to the host.
  writeFileSync(`${root}/probe-may-try`, '');
  return program;
}

/** Exchanges two names on the host without pause, as a neighbour with the same volume can. Disposing ends it. */
export async function startSwapping(program: string, left: string, right: string): Promise<AsyncDisposable> {
  const child = spawn(program, ['swap', left, right], { stdio: 'ignore' });
  await once(child, 'spawn');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      if (child.exitCode !== null || !child.kill('SIGKILL')) throw new Error(`the swapping of ${left} ended early with ${child.exitCode}`);
      await ended;
    },
  };
}
