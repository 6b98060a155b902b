import { describe, expect, it } from 'vitest';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import { fakeContainers } from '../../testkit/fake-objects.ts';
import { stopAdvice } from './stop-advice.ts';

const [sample] = fakeContainers(1, 0);
const ended = (change: Partial<ContainerRow>) =>
  stopAdvice({ ...(sample as ContainerRow), state: 'exited', health: 'none', error: '', oomKilled: false, ...change });

describe('stopAdvice', () => {
  it.each<[Partial<ContainerRow>, string | null]>([
    [{ state: 'running' }, null],
    [{ exitCode: 0 }, null],
    [{ exitCode: 1 }, 'logs'],
    [{ exitCode: 137, oomKilled: true }, 'edit'],
    [{ state: 'created', exitCode: 127, error: 'exec: "ngin": not found' }, 'duplicate'],
    [{ state: 'created', exitCode: 128, error: 'port is already allocated' }, 'duplicate'],
    [{ exitCode: 143, health: 'unhealthy' }, 'health'],
    [{ state: 'restarting', exitCode: 1 }, 'logs'],
    [{ state: 'restarting', exitCode: 0 }, 'policy'],
    [{ state: 'restarting', exitCode: 137, oomKilled: true }, 'edit'],
  ])('%j', (change, step) => expect(ended(change).step).toBe(step));
  it('says what may be behind it', () => {
    expect(ended({ exitCode: 143, health: 'unhealthy' }).text).toBe(`${t.reasons.terminated} ${t.containerTabs.advice.unhealthy}`);
    expect(ended({ state: 'created', exitCode: 127, error: 'no ngin' }).text).toContain('no ngin');
  });
});
