export interface BlockIo {
  readonly major: number;
  readonly minor: number;
  readonly op: 'read' | 'write';
  readonly bytes: number;
}

/** Files of `key value` lines: memory.stat, cpu.stat, cpuacct.stat, memory.events. */
export function keyedNumbers(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values[line.slice(0, space)] = Number(line.slice(space + 1));
  }
  return values;
}

/** blkio.throttle.io_service_bytes: `254:0 Read 4096`, and totals that are left out. */
export function blockIoV1(text: string): BlockIo[] {
  return [...text.matchAll(/^(\d+):(\d+) (Read|Write) (\d+)$/gm)].map(([, major, minor, op, bytes]) => ({
    major: Number(major),
    minor: Number(minor),
    op: op === 'Read' ? 'read' : 'write',
    bytes: Number(bytes),
  }));
}

/** io.stat: `254:0 rbytes=4096 wbytes=0 rios=1 …`. */
export function blockIoV2(text: string): BlockIo[] {
  return [...text.matchAll(/^(\d+):(\d+) (.*)$/gm)].flatMap(([, major, minor, rest]) => {
    const values = new Map((rest ?? '').split(' ').map((pair) => pair.split('=') as [string, string]));
    const row = (op: 'read' | 'write', key: string): BlockIo => ({ major: Number(major), minor: Number(minor), op, bytes: Number(values.get(key) ?? 0) });
    return values.has('rbytes') || values.has('wbytes') ? [row('read', 'rbytes'), row('write', 'wbytes')] : [];
  });
}
