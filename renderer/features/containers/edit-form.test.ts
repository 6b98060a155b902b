import { describe, expect, it } from 'vitest';
import { fakeContainers } from '../../testkit/fake-objects.ts';
import { checkEdit, type EditForm, editForm, rebased } from './edit-form.ts';

const before: EditForm = { name: 'web', memory: '512m', cpus: '1.5', pids: '100', restart: 'no', retries: '' };
const containers = new Map(fakeContainers(2, 0).map((row, index) => [row.id, { ...row, name: index === 0 ? 'web' : 'api' }]));
const [id = ''] = containers.keys();
const check = (change: Partial<EditForm>) => checkEdit(before, { ...before, ...change }, id, containers);

describe('editForm', () => {
  it('shows what is set', () => {
    const HostConfig = { Memory: 536_870_912, NanoCpus: 1.5e9, PidsLimit: 100, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } };
    expect(editForm({ Name: '/web', HostConfig } as never)).toEqual({ ...before, restart: 'on-failure', retries: '3' });
    expect(editForm({ Name: '/web', HostConfig: { PidsLimit: -1 } } as never)).toEqual({ ...before, memory: '', cpus: '', pids: '' });
  });
});

describe('rebased', () => {
  it('keeps what was typed when somebody else changes the container, and shows the rest as it is now', () => {
    const now = { ...before, name: 'front', memory: '1g' };
    expect(rebased({ ...before, memory: '2g', pids: '' }, before, now)).toEqual({ ...before, name: 'front', memory: '2g', pids: '' });
    expect(rebased(before, before, now)).toEqual(now);
  });
});

describe('checkEdit', () => {
  it('asks for what has changed alone', () => {
    expect(check({ memory: '1g', restart: 'on-failure', retries: '2' }).changes).toEqual({
      name: null,
      update: { memory: 2 ** 30, restart: { name: 'on-failure', retries: 2 } },
    });
    expect(check({ name: 'front' }).changes).toEqual({ name: 'front', update: null });
    expect(check({ pids: '' }).changes).toEqual({ name: null, update: { pids: -1 } });
    expect(check({}).changes).toEqual({ name: null, update: null });
  });
  it.each<[Partial<EditForm>, string]>([
    [{ name: 'api' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ memory: '' }, 'memory'],
    [{ memory: '1m' }, 'memory'],
    [{ cpus: '' }, 'cpus'],
    [{ cpus: '0' }, 'cpus'],
    [{ pids: '0' }, 'pids'],
    [{ restart: 'on-failure', retries: 'x' }, 'retries'],
  ])('refuses %j', (change, field) => expect(Object.keys(check(change).errors ?? {})).toEqual([field]));
});
