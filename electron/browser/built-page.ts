import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ShellError } from '../ipc/failure.ts';
import { PROGRAM_ROOT } from './options.ts';

/** What the built page and app are made from. */
const SOURCES = ['renderer', 'electron', 'runtime/api/types', '.config/electron.vite.config.ts', 'package-lock.json'];

/** Builds `dist` when it is missing or older than a source. @throws ShellError with the build's last words. */
export async function ensureBuilt(): Promise<void> {
  const built = newest(join(PROGRAM_ROOT, 'dist/renderer/index.html'));
  if (built > 0 && SOURCES.every((source) => newest(join(PROGRAM_ROOT, source)) <= built)) return;
  console.error('Building the page, once.');
  const build = spawn(
    process.execPath,
    [join(PROGRAM_ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--config', '.config/electron.vite.config.ts'],
    { cwd: PROGRAM_ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let words = '';
  const listen = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4000);
  };
  build.stdout.on('data', listen);
  build.stderr.on('data', listen);
  const code = await new Promise<number | null>((resolve) => build.once('exit', resolve).once('error', () => resolve(null)));
  if (code !== 0) throw new ShellError(`The page could not be built:\n${words}`);
}

/** Time of the last change in a file or anywhere in a folder, in milliseconds; 0: not there. Tests do not count. */
function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.includes('.test.'));
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
