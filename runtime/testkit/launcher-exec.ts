import type { ExecPlan, MonitorHandle } from '../sys/launcher/launcher.ts';
import { collect, execOp, type Finished } from './launcher-rig.ts';

/** A shell script beside init. */
export function shellPlan(script: string, options: Partial<ExecPlan> = {}): ExecPlan {
  const console = options.tty === true ? [{ op: 'console' } as const] : [];
  return { tty: false, openStdin: false, cgroup: { v1Tasks: [] }, ops: [...console, execOp('sh', '-c', script)], ...options };
}

/** Runs a shell script beside init to its end. */
export async function collectExec(handle: MonitorHandle, script: string, options: Partial<ExecPlan> = {}): Promise<Finished> {
  const process = await handle.exec(shellPlan(script, options));
  const output = await collect(process);
  return { ...output, exit: await process.exited };
}
