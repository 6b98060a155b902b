import { readFileSync } from 'node:fs';
import type { StatsSample } from '../container-service.ts';

/** Counters of the interfaces that the process's network namespace has, without loopback; empty when it has ended. */
export function interfaceCounters(pid: number): StatsSample['networks'] {
  try {
    return parseNetDev(readFileSync(`/proc/${pid}/net/dev`, 'latin1'));
  } catch {
    return {};
  }
}

/** Exported for its test. proc_pid_net(5): eight receive columns, then eight transmit columns. */
export function parseNetDev(text: string): StatsSample['networks'] {
  const rows = text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === 'lo') return [];
    const [rxBytes = 0, rxPackets = 0, rxErrors = 0, rxDropped = 0, , , , , txBytes = 0, txPackets = 0, txErrors = 0, txDropped = 0] = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    return [[name, { rxBytes, rxPackets, rxErrors, rxDropped, txBytes, txPackets, txErrors, txDropped }] as const];
  });
  return Object.fromEntries(rows);
}
