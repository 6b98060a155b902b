import { expect, it } from 'vitest';
import type { TransferProgress } from '../../image/image-service.ts';
import { cloneProgress } from './clone-progress.ts';

it('reads what git counts out of its messages, in whatever pieces they come', () => {
  const told: TransferProgress[] = [];
  const read = cloneProgress('https://x/a.git', (progress) => told.push(progress));
  const text =
    'remote: Enumerating objects: 4, done.\nremote: Counting objects:  50% (2/4)\rremote: Counting objects: 100% (4/4), done.\n' +
    'Receiving objects:  25% (1/4), 1.20 MiB | 2.00 MiB/s\rUpdating files: 100% (7/7), done.\nfatal: 100% (1/1) no\n';
  for (const letter of text) read(letter);
  const id = 'Cloning https://x/a.git';
  expect(told).toEqual([
    { id, status: 'Counting objects', current: 2, total: 4, units: 'objects' },
    { id, status: 'Counting objects', current: 4, total: 4, units: 'objects' },
    { id, status: 'Receiving objects', current: 1, total: 4, units: 'objects' },
    { id, status: 'Updating files', current: 7, total: 7, units: 'files' },
  ]);
});

it('keeps no line without an end', () => {
  const told: TransferProgress[] = [];
  const read = cloneProgress('x', (progress) => told.push(progress));
  read('x'.repeat(1_000_000));
  read('\rResolving deltas: 100% (1/1)\r');
  expect(told).toHaveLength(1);
});
