import { type ChildProcess, spawn } from 'node:child_process';
import { ensureBuilt } from './browser/built-page.ts';
import { findBrowser, findElectron } from './browser/find-browser.ts';
import { openBrowser } from './browser/open-browser.ts';
import { type BrowserOptions, PROGRAM_ROOT, parseOptions } from './browser/options.ts';
import { startSession } from './browser/session.ts';
import { ShellError } from './ipc/failure.ts';

/**
 * Opens the app the best way this machine has: Electron, else an installed browser, else by its address.
 * Ends when the window is closed or at Ctrl-C; the engine keeps running.
 */
async function main(): Promise<void> {
  const uid = process.getuid?.() ?? 0;
  const options = parseOptions(process.argv.slice(2));
  await ensureBuilt();
  const electron = findElectron(process.env);
  if (electron) await startElectron(electron, options, uid);
  else await startBrowser(options, uid);
}

async function startElectron(electron: string, { location }: BrowserOptions, uid: number): Promise<void> {
  const env = { ...process.env, SLIPWAY_ROOT: location.root, SLIPWAY_RUN: location.run, SLIPWAY_SOCKET: location.socket };
  const child = spawn(electron, [PROGRAM_ROOT, ...(uid === 0 ? ['--no-sandbox'] : [])], { stdio: 'inherit', env });
  await ended(child);
}

async function startBrowser(options: BrowserOptions, uid: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const browser = findBrowser(process.env);
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  const opens = browser !== null && display !== undefined;
  // A browser's command line, and the token in it, can be read by every user of the machine.
  const { server, supervisor } = stack.use(await startSession(options, opens));
  supervisor.subscribe(({ state, reason, version }) => console.error(`engine: ${state} ${reason}${version}`));
  if (!opens) {
    console.log(
      `${browser ? 'There is no display here' : 'No Electron and no Chromium or Chrome is installed'}; open this address on this machine:\n${server.url}`,
    );
    await ended(null);
    return;
  }
  console.log(`Electron is not installed (npx install-electron fetches it); opening ${browser}. The address, should you want another window:\n${server.url}`);
  await ended(stack.use(openBrowser(browser, server.url, uid)).child);
}

/** Until the window is gone or the person asks to stop. */
function ended(child: ChildProcess | null): Promise<void> {
  return new Promise((resolve, reject) => {
    child?.once('exit', () => resolve());
    child?.once('error', reject);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof ShellError ? error.message : error);
  process.exit(1);
}
