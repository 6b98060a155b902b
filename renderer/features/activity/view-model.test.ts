import { describe, expect, it } from 'vitest';
import type { TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { fakeTask } from '../../testkit/gallery-tasks.ts';
import { isListed, noticePath, noticeState, noticeTitle } from './notice-words.ts';
import {
  amountText,
  exactWords,
  keptText,
  leftText,
  listed,
  matches,
  rateText,
  reasonText,
  retryText,
  shareOfAll,
  taskState,
  taskTitle,
} from './view-model.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a task in words', () => {
  it('names what it does to what', () => expect(taskTitle(fakeTask({ object: 'nginx:1.27' }))).toBe('Pull nginx:1.27'));

  it.each([
    [{ state: 'running', phase: 'Extracting' }, 'Unpacking'],
    [{ state: 'running', phase: 'Something new' }, 'Something new'],
    [{ state: 'running', phase: 'Retrying in 5 seconds' }, 'Trying again in 5 s'],
    [{ state: 'running' }, 'Running'],
    [{ state: 'done' }, 'Done'],
    [{ state: 'failed', error: 'denied' }, 'Failed'],
    [{ state: 'failed', cut: 'shell' }, 'Interrupted'],
    [{ state: 'failed', cut: 'page' }, 'Interrupted'],
    [{ state: 'failed', cut: 'engine', error: 'x' }, 'Failed'],
    [{ state: 'canceled' }, 'Canceled'],
  ] as const)('%j is %s', (part, word) => expect(taskState(fakeTask(part)).word).toBe(word));

  it('tells how much, how fast and how long still', () => {
    const row = fakeTask({ current: 3_000_000, total: 12_000_000, rate: 1_500_000 });
    expect([amountText(row), rateText(row), leftText(row)].map(plain)).toEqual(['3.0 MB of 12 MB', '1.5 MB/s', '6 s left']);
  });

  it('never guesses', () => {
    expect([amountText(fakeTask()), rateText(fakeTask()), leftText(fakeTask({ total: 9 })), leftText(fakeTask({ state: 'done', total: 9, rate: 1 }))]).toEqual([
      '',
      '',
      '',
      '',
    ]);
    expect(amountText(fakeTask({ unit: 'steps', current: 3, total: 8 }))).toBe('Step 3 of 8');
  });

  it('tells what is kept of a broken pull, behind which it goes on', () => {
    const row = fakeTask({ state: 'canceled', current: 3_000_000, total: 12_000_000, finishedAt: 1000 });
    expect(plain(keptText(row, 2000))).toBe('3.0 MB of 12 MB are kept; resuming fetches the rest.');
    expect([retryText(row, 2000), reasonText(row)]).toEqual(['Resume', 'It was canceled.']);
    const empty = { ...row, current: 0 };
    expect([keptText(empty, 2000), retryText(empty, 2000), reasonText(empty)]).toEqual([
      '',
      'Try again',
      'It was canceled. Nothing half-made is left; another try begins anew.',
    ]);
  });

  it('says why it ended', () => {
    const refused = fakeTask({ kind: 'image.push', state: 'failed', error: 'denied' });
    expect([reasonText(refused), exactWords(refused)]).toEqual(['denied', '']);
    const build = fakeTask({ kind: 'image.build', state: 'failed', error: 'no such file (Dockerfile:2:1)\nDockerfile:2\n-----\n 2 | >>> COPY a\n-----' });
    expect([reasonText(build), exactWords(build)]).toEqual(['no such file (Dockerfile:2:1)', '']);
    const unreachable = fakeTask({ object: 'reg.test/a:1', state: 'failed', error: 'connect ECONNREFUSED' });
    expect([reasonText(unreachable), exactWords(unreachable)]).toEqual([
      'reg.test does not answer. Check the name, the network and the proxy.',
      'connect ECONNREFUSED',
    ]);
    const cut = (part: Partial<TaskRow>) => reasonText(fakeTask({ state: 'failed', ...part }));
    expect(cut({ cut: 'shell' })).toBe('Slipway was closed before this was done. Nothing half-made is left; another try begins anew.');
    expect(cut({ cut: 'engine', kind: 'image.build', error: 'x' })).toMatch(/^The engine ended .* from the cache\.$/);
    expect(cut({ cut: 'shell', kind: 'image.update' })).toContain('a notice says how');
    expect(cut({ cut: 'page', kind: 'image.load' })).toMatch(/^The window was closed .* load the file again\.$/);
    expect(reasonText(fakeTask({ state: 'done' }))).toBe('');
  });
});

it('puts what runs first, then the newest', () => {
  const rows = [
    fakeTask({ id: 'old', state: 'done', startedAt: 1 }),
    fakeTask({ id: 'runs', startedAt: 2 }),
    fakeTask({ id: 'new', state: 'failed', error: 'x', startedAt: 3 }),
  ];
  const sort = { column: 'started', descending: true };
  expect(listed(rows, 'all', '', sort)).toEqual(['runs', 'new', 'old']);
  expect(listed(rows, 'failed', '', sort)).toEqual(['new']);
});

it('lists notices among them by their time, and by themselves', () => {
  const notice = {
    id: 'told',
    kind: 'container.failed',
    time: 2,
    isSeen: false,
    object: 'web',
    objectId: 'c',
    exitCode: 3,
    task: '',
    detail: 'no file',
  } as const;
  const rows = [fakeTask({ id: 'old', state: 'done', startedAt: 1 }), notice, fakeTask({ id: 'new', state: 'done', startedAt: 3 })];
  const sort = { column: 'started', descending: true };
  expect(listed(rows, 'all', '', sort)).toEqual(['new', 'told', 'old']);
  expect([listed(rows, 'notices', '', sort), listed(rows, 'running', '', sort)]).toEqual([['told'], []]);
  expect(listed(rows, 'all', 'CODE 3 file', sort)).toEqual(['told']);
  expect([noticeTitle(notice), noticeState(notice), noticePath(notice)]).toEqual([
    'web exited with code 3',
    { tone: 'failed', word: 'Exited' },
    '/containers/c',
  ]);
  const update = { ...notice, kind: 'update.available', object: '0.2.0', objectId: '0.2.0' } as const;
  expect([noticeTitle(update), noticePath(update)]).toEqual(['Slipway 0.2.0 is available', '/settings/updates']);
});

it('tells of a build of a task of this list once', () => {
  const notice = { id: 'told', kind: 'build.done', time: 2, isSeen: false, object: 'web', objectId: 'b', exitCode: 0, task: '', detail: '' } as const;
  expect([isListed(notice), isListed({ ...notice, task: 'image.build' })]).toEqual([true, false]);
});

it('finds every word of the filter', () => {
  const row = fakeTask({ object: 'shop/web:dev', error: 'denied' });
  expect([matches(row, 'web pull'), matches(row, 'DENIED'), matches(row, 'web push')]).toEqual([true, true, false]);
});

it('counts every task of which something is known', () => {
  expect(shareOfAll([fakeTask({ current: 5, total: 10 }), fakeTask({ current: 10, total: 10 }), fakeTask()])).toBe(0.75);
  expect(shareOfAll([fakeTask()])).toBeNull();
});
