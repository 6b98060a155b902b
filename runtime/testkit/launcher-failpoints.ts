import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../launcher/build.ts', import.meta.url));
const BINARY = fileURLToPath(new URL('../launcher/build/slipway-launcher-failpoints', import.meta.url));

/** What is to go wrong in the launcher: an operation of the lists setup, final or exec, or a step of the monitor by its number. */
export interface LauncherFault {
  readonly list: 'setup' | 'final' | 'exec' | 'monitor';
  readonly index: number;
  readonly action: 'errno' | 'kill child' | 'kill monitor' | 'hang';
  readonly errno?: number;
}

const LISTS = { setup: 's', final: 'f', exec: 'x', monitor: 'm' } as const;
const ACTIONS = { errno: 'e', 'kill child': 'k', 'kill monitor': 'm', hang: 'h' } as const;

/** The launcher built with failpoints; made when it is missing or old. */
export function launcherWithFailpoints(): string {
  const { status, stderr } = spawnSync(process.execPath, [BUILD, '--failpoints'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the launcher with failpoints could not be built: ${stderr}`);
  return BINARY;
}

/** Arms a fault for every start or exec from now on, in the launcher whose zygote lives in `directory`. Disposing disarms it. */
export function armLauncher(directory: string, fault: LauncherFault): Disposable {
  const file = `${directory}/failpoint`;
  writeFileSync(file, `${LISTS[fault.list]} ${fault.index} ${ACTIONS[fault.action]} ${fault.errno ?? 0}\n`);
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Shifts the wall clock that monitors see. Disposing puts it right. */
export function shiftMonitorClock(directory: string, seconds: number): Disposable {
  const file = `${directory}/clock`;
  writeFileSync(file, `${seconds}\n`);
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}
