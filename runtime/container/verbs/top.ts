import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { type PsTable, psTable } from '../top/ps-format.ts';
import { hostUsers, readProcess } from '../top/read-process.ts';

/** Throws Conflict when the container does not run. */
export function topOf(engine: ContainerEngine, entity: Entity, psArguments: string): PsTable {
  entity.running();
  const now = Date.now();
  const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  const users = hostUsers();
  const processes = engine.deps.cgroups
    .pids(entity.id)
    .sort((left, right) => left - right)
    .flatMap((pid) => readProcess(pid, users, uptime, now) ?? []);
  const table = psTable(psArguments, processes, { now, memoryKib: totalmem() / 1024 });
  engine.announce(entity, 'top');
  return table;
}
