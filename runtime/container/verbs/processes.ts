import { readFileSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { signalProcess } from '../../sys/process.ts';
import type { ContainerProcess, ContainerProcesses } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { parseSignal } from '../signals.ts';
import { namespacePids, ownPid } from '../top/own-pid.ts';
import { hostUsers, readProcess } from '../top/read-process.ts';

/** Each takes three files of /proc, and the event loop has other things to do. */
const MOST = 500;

/** By the kernel's pids; processes that end meanwhile are left out. Throws Conflict when the container does not run. */
export function processesOf(engine: ContainerEngine, entity: Entity): ContainerProcesses {
  entity.running();
  const now = Date.now();
  const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  const users = hostUsers();
  const all = [...engine.deps.cgroups.pids(entity.id)].sort((left, right) => left - right);
  const own = ownPids(entity, all.slice(0, MOST));
  const processes = [...own].flatMap(([hostPid, pid]): ContainerProcess[] => {
    const facts = readProcess(hostPid, users, uptime, now);
    if (facts === null) return [];
    const { user, uid, state, threads, cpuSeconds, startedAt, residentKib, name, command } = facts;
    return [{ pid, hostPid, parent: own.get(facts.parent) ?? 0, user, uid, state, threads, cpuSeconds, startedAt, memory: residentKib * 1024, name, command }];
  });
  return { time: now, processes, truncated: all.length > MOST };
}

/** The container's own pids by the kernel's. */
function ownPids(entity: Entity, hostPids: readonly number[]): ReadonlyMap<number, number> {
  const init = namespacePids(entity.state.pid) ?? [];
  return new Map(
    hostPids.flatMap((hostPid) => {
      const pids = namespacePids(hostPid);
      return pids === null ? [] : [[hostPid, ownPid(pids, init)] as const];
    }),
  );
}

/** `pid` is the container's own; only what is in its cgroup is found. NotFound when there is none. */
export function killProcess(engine: ContainerEngine, entity: Entity, pid: number, signal: string): void {
  entity.running();
  const number = parseSignal(signal);
  const absent = (): EngineError => new EngineError('NotFound', `No such process: container ${entity.name} has no process ${pid}`);
  const found = [...ownPids(entity, engine.deps.cgroups.pids(entity.id))].find(([, own]) => own === pid);
  if (!found || !signalProcess(found[0], number)) throw absent();
  engine.announce(entity, 'kill', { signal: String(number), pid: String(pid) });
}
