import type { TaskRow } from '../../electron/ipc/contract/tasks.ts';
import type { FakeStream, FakeTransport } from './fake-transport.ts';

export const fakeTask = (part: Partial<TaskRow> = {}): TaskRow => ({
  id: 'task-1',
  kind: 'image.pull',
  object: 'nginx:1.27',
  state: 'running',
  startedAt: 0,
  finishedAt: 0,
  phase: '',
  current: 0,
  total: 0,
  unit: 'bytes',
  rate: 0,
  parts: [],
  error: '',
  cut: '',
  result: '',
  retryable: true,
  ...part,
});

const LAYERS = [
  ['8a1e25ce7c4f', 29_126_484],
  ['78fd3b4bdf1d', 41_372_112],
  ['6f3f1d2e8b90', 627],
  ['3bb8c1a2d4e5', 955],
  ['b4d2c7f90a11', 393],
  ['c1d9e0f3a2b7', 1209],
] as const;
const TOTAL = LAYERS.reduce((sum, [, size]) => sum + size, 0);

function partsAt(share: number): TaskRow['parts'] {
  return LAYERS.map(([id, size], index) => {
    const own = Math.max(0, Math.min(1, share * (1.6 - index * 0.08)));
    return own >= 1
      ? { id, phase: index % 2 === 0 ? 'Pull complete' : 'Extracting', current: size, total: size }
      : { id, phase: own > 0 ? 'Downloading' : 'Waiting', current: Math.round(size * own), total: size };
  });
}

const ERROR =
  'Get "https://registry.internal.example/v2/payments/api/manifests/2.4.1": denied: requested access to the resource is denied. The credentials for this registry were refused.';

function history(now: number, length: number, long: boolean): TaskRow[] {
  const name = (text: string) => (long ? `registry.internal.example:5000/a-very-long-team-name/with-a-very-long-project/${text}` : text);
  const kinds: readonly Partial<TaskRow>[] = [
    { kind: 'image.pull', object: name('postgres:17'), state: 'done', current: 148_219_334, total: 148_219_334, parts: partsAt(2) },
    { kind: 'image.pull', object: name('payments/api:2.4.1'), state: 'failed', error: ERROR },
    { kind: 'image.load', object: name('backup-2026-11-20.tar'), state: 'done', current: 512_004_096, total: 512_004_096, retryable: false },
    { kind: 'image.push', object: name('shop/web:dev'), state: 'canceled', current: 9_301_223, total: 51_200_000, phase: 'Pushing' },
    { kind: 'image.pull', object: name('redis:7-alpine'), state: 'failed', cut: 'shell', current: 3_100_000, total: 17_400_000 },
  ];
  return Array.from({ length }, (_, index) => {
    const startedAt = now - (index + 1) * 37 * 60_000;
    return fakeTask({ ...kinds[index % kinds.length], id: `past-${index}`, startedAt, finishedAt: startedAt + 4000 + (index % 7) * 9500 });
  });
}

/** A list with two pulls that go on, and what was done before. */
export function galleryTasks(objects: number, long: boolean): Pick<FakeTransport, 'answers' | 'openers'> {
  const now = Date.now();
  const rows = new Map<string, TaskRow>(objects === 0 ? [] : history(now, Math.min(198, Math.max(3, objects - 2)), long).map((row) => [row.id, row]));
  if (objects > 0) {
    const running = fakeTask({
      id: 'run-1',
      startedAt: now - 9000,
      phase: 'Downloading',
      total: TOTAL,
      current: TOTAL * 0.42,
      rate: 4_812_000,
      parts: partsAt(0.42),
    });
    rows.set('run-1', running);
    rows.set('run-2', fakeTask({ id: 'run-2', kind: 'image.push', object: 'shop/web:dev', startedAt: now - 2000, phase: 'Preparing' }));
  }
  let page: FakeStream<'tasks'> | null = null;
  const change = (id: string, value: TaskRow | null) => {
    if (value) rows.set(id, value);
    else rows.delete(id);
    page?.push({ changes: [{ id, value }] });
  };
  let next = 1;
  return {
    answers: {
      'task.start': ({ task }) => {
        const id = `new-${next++}`;
        change(id, fakeTask({ id, kind: task.kind, object: 'reference' in task ? task.reference : '', startedAt: Date.now(), phase: 'Waiting' }));
        return { id };
      },
      'task.cancel': ({ id }) => {
        const row = rows.get(id);
        if (row) change(id, { ...row, state: 'canceled', finishedAt: Date.now(), rate: 0 });
        return null;
      },
      'task.retry': ({ id }) => {
        const row = rows.get(id);
        change(id, null);
        const again = `new-${next++}`;
        if (row) change(again, { ...row, id: again, state: 'running', error: '', cut: '', startedAt: Date.now(), finishedAt: 0, current: 0 });
        return { id: again };
      },
      'task.forget': ({ ids }) => {
        for (const [id, row] of rows) if (row.state !== 'running' && (ids.length === 0 || ids.includes(id))) change(id, null);
        return null;
      },
    },
    openers: {
      tasks: (stream) => {
        page = stream;
        queueMicrotask(() => stream.push({ snapshot: [...rows.values()] }));
        return undefined;
      },
    },
  };
}
