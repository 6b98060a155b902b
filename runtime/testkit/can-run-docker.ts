import { spawnSync } from 'node:child_process';

/** Whether tests can drive a real engine by the docker CLI; why not is printed once for each file that asks. */
export const canRunDocker = process.getuid?.() === 0 && spawnSync('docker', ['--version']).status === 0;
if (!canRunDocker) console.warn('skipped: needs root and the docker CLI');
