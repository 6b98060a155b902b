import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserArguments } from './find-browser.ts';

export interface OpenBrowser extends AsyncDisposable {
  readonly child: ChildProcess;
}

/**
 * Shows `url` as an app in `browser`, in a profile of its own. At its disposal, which is idempotent, the browser and all of its helpers
 * end and the profile goes.
 */
export function openBrowser(browser: string, url: string, uid: number): OpenBrowser {
  const profile = mkdtempSync(join(tmpdir(), 'slipway-window-'));
  // A process group of its own: helpers outlive the browser by a second, and one that writes its cache makes the profile's folders anew.
  const child = spawn(browser, browserArguments(url, profile, uid), { stdio: 'ignore', detached: true });
  return {
    child,
    async [Symbol.asyncDispose]() {
      await close(child);
      endHelpers(child);
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

/** Ends what is left in the process group of a browser that has ended. What a killed process was writing is in the kernel already: it makes nothing anew. */
export function endHelpers({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // None is left, or this system has no process groups.
  }
}
