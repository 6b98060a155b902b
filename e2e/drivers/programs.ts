import { join } from 'node:path';
import { browserArguments, findBrowser } from '../../electron/browser/find-browser.ts';

export const PROGRAM_ROOT = join(import.meta.dirname, '../..');

/** The Chromium that stands for the user's. @throws Error where none is installed. */
export function chromiumProgram(): string {
  const found = findBrowser(process.env);
  if (!found) throw new Error('no Chromium or Chrome is in PATH; the end-to-end tests need one');
  return found;
}

/** Quiet, without a network of its own, and without a sandbox where root has none to give. */
export function chromiumArguments(profile: string): string[] {
  const own = browserArguments('about:blank', profile, process.getuid?.() ?? 0).filter((argument) => !/^--(app|user-data-dir)=/.test(argument));
  return [...own, '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--force-color-profile=srgb'];
}

/** The environment of a program that must not see the user's own settings. */
export function isolatedEnvironment(home: string): NodeJS.ProcessEnv {
  // Compiled once by all of a run, not by each program anew.
  const cache = { NODE_COMPILE_CACHE: join(PROGRAM_ROOT, 'node_modules/.cache/slipway-e2e') };
  return {
    ...process.env,
    ...cache,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    DOCKER_CONFIG: join(home, 'docker'),
  };
}
