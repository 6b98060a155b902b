import type { ChildProcess } from 'node:child_process';

/** The first match of `pattern` in what `child` prints. @throws Error with all that it printed when it ends or stays silent. */
export function waitForOutput(child: ChildProcess, pattern: RegExp, within = 30_000): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${child.spawnfile} ${why}:\n${said}`));
    };
    const timer = setTimeout(() => fail(`did not print ${pattern} in ${within} ms`), within);
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
