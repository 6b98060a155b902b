import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { DiskReport } from './types/disk.ts';

const IMAGE = 'demo/disk:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  const archive = join(engine.directory, 'disk.tar');
  await makeBusyboxArchive(archive, IMAGE);
  expect((await engine.docker(['load', '-q', '-i', archive])).code).toBe(0);
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
});

const read = async (query = ''): Promise<DiskReport> => (await engine.call('GET', `/slipway/v1/disk${query}`)).json as DiskReport;
const area = ({ areas }: DiskReport, name: string): number => areas.find((one) => one.name === name)?.bytes ?? expect.fail(`no area ${name}`);

describe.skipIf(!canRunDocker)('the disk', () => {
  it('tells what the disk gives for the root, and how large each log is', async () => {
    const before = await read();
    const { blocks, bsize } = statfsSync(before.root);
    expect(before.total).toBe(blocks * bsize);
    expect(before.free).toBeGreaterThan(0);
    expect(before.free).toBeLessThan(before.total);
    expect(area(before, 'layers')).toBeGreaterThan(500_000);
    const lines = 'yes 0123456789012345678901234567890123456789 | head -n 2000; head -c 3000000 /dev/urandom > /big';
    const options = ['--log-opt', 'max-size=64k', '--log-opt', 'max-file=3'];
    expect((await engine.docker(['run', '--name', 'loud', '--network', 'none', ...options, IMAGE, 'sh', '-c', lines])).code).toBe(0);
    const after = await read();
    const [log = 0] = Object.values(after.logs);
    // More than one file of it, and no more than all of them.
    expect(log).toBeGreaterThan(65_536);
    expect(log).toBeLessThan(4 * 65_536);
    expect(area(after, 'snapshots') - area(before, 'snapshots')).toBeGreaterThanOrEqual(3_000_000);
    expect((await read('?areas=0')).areas).toEqual([]);
    await engine.docker(['rm', 'loud']);
    expect((await read('?areas=0')).logs).toEqual({});
  });
});
