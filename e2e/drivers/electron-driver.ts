import { _electron } from '@playwright/test';
import { findElectron } from '../../electron/browser/find-browser.ts';
import type { AppDriver, AppOptions } from './app-driver.ts';
import { isolatedEnvironment, PROGRAM_ROOT } from './programs.ts';

/** Null: Electron's binary is installed; else why the specs that need it are skipped. */
export function whyNoElectron(): string | null {
  return findElectron(process.env) ? null : "Electron's binary is not installed (npx install-electron fetches it)";
}

/** The real thing. */
export async function openInElectron({ location, home }: AppOptions): Promise<AppDriver> {
  const executablePath = findElectron(process.env);
  if (!executablePath) throw new Error(whyNoElectron() ?? '');
  const env = { ...isolatedEnvironment(home), SLIPWAY_ROOT: location.root, SLIPWAY_RUN: location.run, SLIPWAY_SOCKET: location.socket };
  const app = await _electron.launch({
    executablePath,
    args: [PROGRAM_ROOT, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: env,
  });
  const dragOut = () => Promise.reject(new Error('the drag is the system’s, which no test moves'));
  return { page: await app.firstWindow(), hasKeychain: true, dragOut, [Symbol.asyncDispose]: () => app.close() };
}
