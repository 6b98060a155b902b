import { describe, expect, it } from 'vitest';
import { fakeTask } from '../../testkit/gallery-tasks.ts';
import { noticePath, noticeState, noticeTitle } from './notice-words.ts';
import { amountText, keptText, leftText, listed, matches, rateText, reasonText, retryText, shareOfAll, taskState, taskTitle } from './view-model.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a task in words', () => {
  it('names what it does to what', () => expect(taskTitle(fakeTask({ object: 'nginx:1.27' }))).toBe('Pull nginx:1.27'));

  it.each([
    [{ state: 'running', phase: 'Extracting' }, 'Unpacking'],
    [{ state: 'running', phase: 'Something new' }, 'Something new'],
    [{ state: 'running' }, 'Running'],
    [{ state: 'done' }, 'Done'],
    [{ state: 'failed', error: 'denied' }, 'Failed'],
    [{ state: 'failed', error: 'interrupted' }, 'Interrupted'],
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
    expect([keptText(empty, 2000), retryText(empty, 2000), reasonText(empty)]).toEqual(['', 'Try again', 'It was canceled; nothing half-made was left.']);
  });

  it('says why it ended', () => {
    expect(reasonText(fakeTask({ state: 'failed', error: 'denied' }))).toBe('denied');
    expect(reasonText(fakeTask({ state: 'failed', error: 'interrupted' }))).toContain('The app ended');
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

it('finds every word of the filter', () => {
  const row = fakeTask({ object: 'shop/web:dev', error: 'denied' });
  expect([matches(row, 'web pull'), matches(row, 'DENIED'), matches(row, 'web push')]).toEqual([true, true, false]);
});

it('counts every task of which something is known', () => {
  expect(shareOfAll([fakeTask({ current: 5, total: 10 }), fakeTask({ current: 10, total: 10 }), fakeTask()])).toBe(0.75);
  expect(shareOfAll([fakeTask()])).toBeNull();
});
