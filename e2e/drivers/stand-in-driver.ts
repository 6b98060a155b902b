import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { ensureBuilt } from '../../electron/browser/built-page.ts';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { Command, Question, Reply, ShellRecord } from '../stand-in/record.ts';
import type { AppDriver, AppOptions } from './app-driver.ts';
import { endChild } from './child.ts';
import { chromiumArguments, chromiumProgram, isolatedEnvironment, PROGRAM_ROOT } from './programs.ts';

export interface StandInDriver extends AppDriver {
  record(): Promise<ShellRecord>;
  ask(command: Command): Promise<unknown>;
  /** Settles with the exit code of the main process. */
  readonly ended: Promise<number | null>;
}

export interface StandInOptions extends AppOptions {
  /** Words of the command line. */
  readonly words?: readonly string[];
  /** What an earlier run has kept; the rest has its defaults. */
  readonly settings?: Partial<Settings>;
  /** Of the system. */
  readonly languages?: string;
  /** The app is expected to begin without a window: `page` is then none of its own. */
  readonly windowless?: boolean;
  /** More of the environment of the main process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The main process and the preload as they are, on a stand-in for the `electron` module: windows are pages of a
 * Chromium, the preload runs in an isolated world of theirs. Proves our side of Electron; not Electron.
 */
export async function openOnStandIn({
  location,
  home,
  words = [],
  settings,
  languages = 'en-GB',
  windowless = false,
  env = {},
}: StandInOptions): Promise<StandInDriver> {
  const stack = new AsyncDisposableStack();
  try {
    await ensureBuilt();
    const endpoint = await startChromium(stack, join(home, 'profile'));
    const browser = await chromium.connectOverCDP(endpoint, { isLocal: true });
    stack.defer(() => browser.close());
    const [desktop] = browser.contexts();
    if (!desktop) throw new Error('the browser has no default context');
    if (settings) {
      await mkdir(join(home, 'config/slipway'), { recursive: true });
      await writeFile(join(home, 'config/slipway/settings.json'), JSON.stringify(settings));
    }
    const opened = windowless ? Promise.resolve(desktop.pages()[0] ?? (await desktop.newPage())) : desktop.waitForEvent('page', { timeout: 30_000 });
    const main = fork(join(PROGRAM_ROOT, 'electron/main.ts'), words, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(PROGRAM_ROOT, 'e2e/stand-in/register.ts')],
      env: {
        ...isolatedEnvironment(home),
        STAND_IN_BROWSER: endpoint,
        STAND_IN_LANGUAGES: languages,
        SLIPWAY_ROOT: location.root,
        SLIPWAY_RUN: location.run,
        SLIPWAY_SOCKET: location.socket,
        ...env,
      },
    });
    stack.defer(() => endChild(main));
    const ended = new Promise<number | null>((resolve) => main.once('exit', resolve));
    const died = ended.then((code) => {
      throw new Error(`the main process ended with ${code}`);
    });
    died.catch(() => undefined);
    const page: Page = await Promise.race([opened, died]);
    const ask = asker(main);
    const owned = stack.move();
    return {
      page,
      hasKeychain: true,
      ended,
      ask,
      record: () => ask({ ask: 'record' }) as Promise<ShellRecord>,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function asker(main: ChildProcess): (command: Command) => Promise<unknown> {
  let number = 0;
  return (command) => {
    const question: Question = { ...command, number: ++number };
    return new Promise((resolve, reject) => {
      const listen = (reply: Reply) => {
        if (reply.number !== question.number) return;
        stop();
        resolve(reply.value);
      };
      const end = () => {
        stop();
        reject(new Error('the main process has ended'));
      };
      const stop = () => {
        main.off('message', listen);
        main.off('exit', end);
      };
      main.on('message', listen);
      main.on('exit', end);
      main.send(question);
    });
  };
}

/** A Chromium that two processes may drive: the main process for its windows, the test for what a person does. */
async function startChromium(stack: AsyncDisposableStack, profile: string): Promise<string> {
  // A page of Electron may close its own window.
  const args = [
    ...chromiumArguments(profile),
    `--user-data-dir=${profile}`,
    '--blink-settings=allowScriptsToCloseWindows=true',
    '--headless=new',
    '--remote-debugging-port=0',
    '--no-startup-window',
  ];
  const child = spawn(chromiumProgram(), args, { stdio: 'ignore' });
  stack.defer(() => endChild(child));
  for (let tries = 0; tries < 300; tries++) {
    const port = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    if (/^\d+\n/.test(port)) return `http://127.0.0.1:${port.split('\n')[0]}`;
    await sleep(100);
  }
  throw new Error('Chromium did not open its debugging port');
}
