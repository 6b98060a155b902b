import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SmallDisk } from '../../testkit/small-disk.ts';
import { StepLogs } from './step-logs.ts';

it('output of steps on a full disk is kept as far as there is room, and fails nobody', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-step-logs-'));
  const disk = new SmallDisk(join(directory, 'disk'), 1024 * 1024);
  const logs = new StepLogs(join(disk.path, 'logs'));
  const say = (vertex: number, text: string): void => logs.append('b', vertex, { stream: 1, time: 1n, data: Buffer.from(text) });
  const said = (vertex: number): string[] => logs.read('b', vertex).map(({ data }) => Buffer.from(data).toString());
  say(0, 'before');
  disk.fill();
  say(0, 'x'.repeat(10_000));
  disk.empty();
  say(0, 'behind what is missing');
  logs.end('b', 0);
  expect(said(0)).toEqual(['before']);
  logs.remove('b');
  disk.fill();
  say(1, 'no file');
  logs.end('b', 1);
  expect(said(1)).toEqual([]);
  disk[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});
