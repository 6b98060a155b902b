import type { ChildProcess } from 'node:child_process';

/** What is started may take so long on a machine that has other things to do; less than a test may, for it to be told what did not come. */
export const STARTS = 90_000;

/** The first match of `pattern` in what `child` prints. @throws Error with all that it printed when it ends or stays silent. */
export function waitForOutput(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${child.spawnfile} ${why}:\n${said}`));
    };
    const timer = setTimeout(() => fail(`did not print ${pattern} in ${STARTS} ms`), STARTS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const match = pattern.exec(said);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.once('error', (error) => fail(error.message));
  });
}

/** Asks `child` to end and waits for it; insists after `within` milliseconds. Idempotent. */
export async function endChild(child: ChildProcess, within = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), within);
  await gone;
  clearTimeout(timer);
}
