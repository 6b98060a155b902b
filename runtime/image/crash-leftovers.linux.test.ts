import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { RealEngine } from '../testkit/real-engine.ts';
import { storageProblems } from '../testkit/storage-invariants.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: needs root');

it.skipIf(!isRoot)('takes the layers that only a container had whose removal a crash broke off', async () => {
  await using engine = await RealEngine.start('busybox:1');
  const created = await engine.call('POST', '/containers/create', { Image: 'busybox:1', Cmd: ['true'], HostConfig: { NetworkMode: 'none' } });
  const { Id } = created.json as { Id: string };
  expect((await engine.call('DELETE', '/images/busybox:1?force=1')).status).toBe(200);
  await engine.stop('SIGKILL');
  // As an engine leaves it that ends between the record and the files.
  const database = new DatabaseSync(join(engine.root, 'state.db'));
  expect(database.prepare('DELETE FROM containers WHERE id = ?').run(Id).changes).toBe(1);
  database.close();
  expect(storageProblems(engine.root)).toContainEqual(expect.stringContaining('snapshot'));
  await engine.start();
  await expect.poll(() => storageProblems(engine.root), { timeout: 20_000 }).toEqual([]);
});
