import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { pathsOf } from './directories.ts';
import type { ContainerEngine } from './engine.ts';
import type { Entity } from './entity.ts';
import { Exec, type ExecNote } from './exec-table.ts';

/** Exit code of an exec that ended with its container while nobody watched. */
const KILLED = 137;

const recordSchema = z.object({
  pid: z.number().int().positive(),
  config: z.object({
    attachStdin: z.boolean(),
    attachStdout: z.boolean(),
    attachStderr: z.boolean(),
    tty: z.boolean(),
    cmd: z.array(z.string()),
    env: z.array(z.string()),
    user: z.string(),
    workingDir: z.string(),
    privileged: z.boolean(),
    detachKeys: z.string(),
  }),
});

/** Most execs are over by then, and need no note. */
const NOTE_DELAY_MS = 20;

/**
 * Notes a running exec soon, until `forget` is called. Nobody waits for the note: an engine that dies before loses it, and with
 * it only the answer to an inspection.
 */
export function rememberExec(engine: ContainerEngine, exec: Exec): ExecNote {
  const path = `${pathsOf(engine.deps.directories, exec.containerId).run}/x-${exec.id}`;
  const mode = 0o600;
  const text = (): string => JSON.stringify({ pid: exec.pid, config: exec.config });
  let written: Promise<void> | null = null;
  const timer = setTimeout(() => {
    written = writeFile(path, text(), { mode }).catch(() => undefined);
  }, NOTE_DELAY_MS).unref();
  return {
    keep() {
      clearTimeout(timer);
      if (written !== null) return;
      try {
        writeFileSync(path, text(), { mode });
      } catch {
        // Its container is gone, or the next engine will not know of it.
      }
    },
    forget() {
      clearTimeout(timer);
      void written?.then(() => rm(path, { force: true })).catch(() => undefined);
    },
  };
}

/** Takes up the execs that an earlier engine has left running. Their output is gone with it, their end is told by the monitor. */
export function restoreExecs(engine: ContainerEngine, entity: Entity): void {
  const { run } = pathsOf(engine.deps.directories, entity.id);
  for (const name of readdirSync(run)) {
    const id = /^x-([0-9a-f]{64})$/.exec(name)?.[1];
    const record = id === undefined ? undefined : recordSchema.safeParse(jsonOf(`${run}/${name}`)).data;
    if (id === undefined || record === undefined) continue;
    const exec = new Exec(id, entity.id, record.config);
    exec.hasStarted = exec.running = true;
    exec.pid = record.pid;
    exec.askExit = () => exitOf(`${run}/exec-${record.pid}.json`) ?? (entity.isLive ? null : KILLED);
    entity.execs.set(id, exec);
  }
}

/** The code that a monitor has noted of an exec nobody listened to; null while there is none. */
function exitOf(path: string): number | null {
  return z.object({ code: z.number().int().min(0).max(255) }).safeParse(jsonOf(path)).data?.code ?? null;
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
