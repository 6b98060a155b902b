import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from '@playwright/test';
import { endHelpers } from '../../electron/browser/open-browser.ts';
import { endChild, STARTS } from './child.ts';
import { chromiumArguments, chromiumProgram } from './programs.ts';

/** A start costs more than most tests: the tests of a worker share one, in which each has a context or windows of its own. */
let launched: Browser | null = null;
let desktop: { readonly endpoint: string; readonly child: ChildProcess; readonly profile: string } | null = null;

/** For pages in contexts of their own. */
export async function sharedBrowser(): Promise<Browser> {
  if (launched?.isConnected()) return launched;
  launched = await chromium.launch({ executablePath: chromiumProgram(), args: chromiumArguments(''), timeout: STARTS });
  return launched;
}

/** The address of a Chromium that two processes may drive: the main process for its windows, the test for what a person does. */
export async function sharedDesktop(): Promise<string> {
  if (desktop && desktop.child.exitCode === null && desktop.child.signalCode === null) return desktop.endpoint;
  const profile = await mkdtemp(join(tmpdir(), 'desktop-profile-'));
  const args = [
    ...chromiumArguments(profile),
    `--user-data-dir=${profile}`,
    // A page of Electron may close its own window.
    '--blink-settings=allowScriptsToCloseWindows=true',
    '--headless=new',
    '--remote-debugging-port=0',
    '--no-startup-window',
  ];
  // A process group of its own, for its helpers to be ended with it.
  const child = spawn(chromiumProgram(), args, { stdio: 'ignore', detached: true });
  desktop = { endpoint: await endpointOf(child, profile), child, profile };
  return desktop.endpoint;
}

async function endpointOf(child: ChildProcess, profile: string): Promise<string> {
  for (const late = Date.now() + STARTS; Date.now() < late && child.exitCode === null; ) {
    const port = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    if (/^\d+\n/.test(port)) return `http://127.0.0.1:${port.split('\n')[0]}`;
    await sleep(100);
  }
  throw new Error('Chromium did not open its debugging port');
}

/** Ends what this worker has started. Idempotent. */
export async function endChromium(): Promise<void> {
  const [browser, shared] = [launched, desktop];
  launched = null;
  desktop = null;
  await browser?.close();
  if (!shared) return;
  await endChild(shared.child);
  endHelpers(shared.child);
  await rm(shared.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
