import { describe, expect, it } from 'vitest';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { t } from '../../strings/t.ts';
import { groupTone, healthNow, minute, nextTry, stateWords, stopReason } from './view-model.ts';

const row = (change: Partial<ContainerRow> = {}): ContainerRow => ({
  id: 'a',
  name: 'web',
  image: 'nginx:1',
  imageId: 'sha256:1',
  command: 'nginx',
  state: 'running',
  exitCode: 0,
  oomKilled: false,
  error: '',
  createdAt: 1000,
  startedAt: 2000,
  finishedAt: 0,
  restartCount: 0,
  nextStartAt: 0,
  tty: false,
  labels: {},
  health: 'none',
  networks: ['bridge'],
  volumes: [],
  ports: [],
  ...change,
});
const exited = (exitCode: number, change: Partial<ContainerRow> = {}) => row({ state: 'exited', exitCode, finishedAt: 3000, ...change });
const point = (time: number, cpuPercent: number): MetricPoint => ({
  time,
  cpuPercent,
  memory: cpuPercent,
  memoryLimit: 0,
  networkRx: 0,
  networkTx: 0,
  blockRead: 0,
  blockWrite: 0,
  pids: 1,
});

describe('stateWords', () => {
  it.each<[string, ContainerRow, string]>([
    ['running', row(), 'running Running  2000'],
    ['unhealthy', row({ health: 'unhealthy' }), 'unhealthy Unhealthy  0'],
    ['being checked', row({ health: 'starting' }), 'starting Running  2000'],
    ['paused', row({ state: 'paused' }), 'paused Paused  0'],
    ['ended well', exited(0), 'exited Exited  3000'],
    ['failed', exited(1), 'failed Exited (1) 3000'],
    ['stopped', exited(143), 'exited Exited (143) 3000'],
    ['out of memory', exited(137, { oomKilled: true }), 'failed Out of memory  3000'],
    ['never started', row({ state: 'created', startedAt: 0 }), 'created Created  0'],
    ['could not start', row({ state: 'created', exitCode: 127, error: 'no such file' }), 'failed Failed (127) 1000'],
    ['restarting', row({ state: 'restarting', nextStartAt: 4000 }), 'starting Restarting  4000'],
    ['failing again and again', row({ state: 'restarting', exitCode: 2, nextStartAt: 4000 }), 'failed Restarting (2) 4000'],
    ['out of memory again and again', row({ state: 'restarting', exitCode: 137, oomKilled: true, nextStartAt: 4000 }), 'failed Restarting (memory) 4000'],
  ])('%s', (_, subject, words) => {
    const { tone, word, detail, since } = stateWords(subject, undefined);
    expect(`${tone} ${word} ${detail} ${since}`).toBe(words);
  });
  it('says for how long it runs, how long ago it ended, and when it is tried again', () =>
    expect([row(), exited(1), row({ state: 'restarting' })].map((one) => stateWords(one, undefined).time)).toEqual(['lasting', undefined, 'until']));
  it('shows what was asked before what is', () => expect(stateWords(row(), 'stop')).toMatchObject({ tone: 'starting', word: 'Stopping' }));
});

describe('stopReason', () => {
  it('is empty while it runs', () => expect([stopReason(row()), stopReason(row({ state: 'paused' }))]).toEqual(['', '']));
  it.each<[ContainerRow, string]>([
    [exited(0), t.reasons.ended],
    [exited(1), t.reasons.failed(1)],
    [exited(126), t.reasons.notExecutable],
    [exited(127), t.reasons.notFound],
    [exited(130), t.reasons.interrupted],
    [exited(134), t.reasons.aborted],
    [exited(136), t.reasons.signal('SIGFPE')],
    [exited(137), t.reasons.killed],
    [exited(137, { oomKilled: true }), t.reasons.oom],
    [exited(139), t.reasons.crashed],
    [exited(143), t.reasons.terminated],
    [exited(255), t.reasons.failed(255)],
    [row({ state: 'restarting', exitCode: 3 }), t.reasons.failed(3)],
    [row({ state: 'restarting', exitCode: 137, oomKilled: true }), t.reasons.oom],
    [row({ state: 'created' }), t.reasons.neverStarted],
    [
      row({ state: 'created', exitCode: 127, error: 'exec: "ngin": not found' }),
      'Its command does not exist in the image (exit code 127): exec: "ngin": not found.',
    ],
    [row({ state: 'created', exitCode: 126, error: 'denied' }), 'Its command exists but may not be executed (exit code 126): denied.'],
    [row({ state: 'created', exitCode: 128, error: 'no space left' }), 'It could not be started: no space left.'],
    [
      row({
        state: 'created',
        exitCode: 128,
        error: 'failed to create task for container: OCI runtime create failed: unable to start container process: no space left',
      }),
      'It could not be started: no space left.',
    ],
  ])('%#', (subject, sentence) => expect(stopReason(subject)).toBe(sentence));
});

describe('nextTry', () => {
  const waiting = (nextStartAt: number) => nextTry(row({ state: 'restarting', restartCount: 5, nextStartAt }), 10_000);
  it('counts the starts and says when the next is', () =>
    expect([waiting(22_000), waiting(10_400), waiting(0)]).toEqual([
      'Its restart policy starts it again and again: 5 starts so far, the next in 12 seconds.',
      'Its restart policy starts it again and again: 5 starts so far, the next is due.',
      'Its restart policy starts it again and again: 5 starts so far, the next is due.',
    ]));
});

describe('healthNow', () => {
  it('is nothing once it has ended', () =>
    expect([row({ health: 'healthy' }), row({ state: 'paused', health: 'unhealthy' }), exited(1, { health: 'unhealthy' })].map(healthNow)).toEqual([
      'healthy',
      'unhealthy',
      'none',
    ]));
});

describe('minute', () => {
  it('has a slot a second, empty where nothing was measured', () => {
    expect(minute([point(1000, 1), point(2100, 2), point(5000, 3)], 6)).toEqual([null, 1, 2, null, null, 3]);
  });
  it('leaves out what is older', () => expect(minute([point(0, 1), point(60_000, 2)], 3)).toEqual([null, null, 2]));
  it('is empty without points', () => expect(minute([], 60)).toEqual([]));
});

describe('groupTone', () => {
  const down = row({ state: 'exited' });
  it('tells of one that fails again and again', () =>
    expect([groupTone([row(), row({ state: 'restarting', exitCode: 1 })]), groupTone([row(), row({ state: 'restarting' })])]).toEqual(['failed', 'running']));
  it('tells all, some and none, and what is wrong before that', () => {
    expect([groupTone([row()]), groupTone([row(), down]), groupTone([down]), groupTone([down, row({ health: 'unhealthy' })])]).toEqual([
      'running',
      'partly',
      'exited',
      'unhealthy',
    ]);
  });
});
