import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { ensureBuilt } from '../../electron/browser/built-page.ts';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import type { Command, Question, Reply, ShellRecord } from '../stand-in/record.ts';
import type { AppDriver, AppOptions } from './app-driver.ts';
import { endChild, STARTS } from './child.ts';
import { sharedDesktop } from './chromium.ts';
import { beginDrag } from './drag.ts';
import { isolatedEnvironment, PROGRAM_ROOT } from './programs.ts';

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

/** Once a worker. */
let built: Promise<void> | null = null;

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
    await (built ??= ensureBuilt());
    const endpoint = await sharedDesktop();
    const browser = await chromium.connectOverCDP(endpoint, { isLocal: true, timeout: STARTS });
    stack.defer(() => browser.close());
    const [desktop] = browser.contexts();
    if (!desktop) throw new Error('the browser has no default context');
    stack.defer(async () => {
      for (const page of desktop.pages()) await page.close();
      await desktop.clearPermissions();
    });
    if (settings) {
      await mkdir(join(home, 'config/slipway'), { recursive: true });
      await writeFile(join(home, 'config/slipway/settings.json'), JSON.stringify(settings));
    }
    const opened = windowless ? Promise.resolve(desktop.pages()[0] ?? (await desktop.newPage())) : desktop.waitForEvent('page', { timeout: STARTS });
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
    // One that a test loads anew before would cut off its first load.
    if (!windowless) await Promise.race([page.waitForURL(/\.app\.localhost/, { timeout: STARTS }), died]);
    const ask = asker(main);
    const owned = stack.move();
    return {
      page,
      hasKeychain: true,
      ended,
      ask,
      dragOut: async (from) => {
        const dragged = async () => ((await ask({ ask: 'record' })) as ShellRecord).windows.flatMap((window) => window.dragged);
        const before = (await dragged()).length;
        await using drag = await beginDrag(page, from);
        const [path = '', ...others] = await drag.until(async () => (await dragged()).slice(before));
        return { name: basename(path), content: await readFile(path), others: others.map((other) => basename(other)) };
      },
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
