import type { Notice } from '../../electron/ipc/contract/notices.ts';
import type { FakeStream, FakeTransport } from './fake-transport.ts';

const fakeNotice = (part: Partial<Notice>): Notice => ({
  id: 'notice-1',
  kind: 'container.failed',
  time: Date.now() - 240_000,
  isSeen: false,
  object: 'worker',
  objectId: 'worker',
  exitCode: 1,
  task: '',
  detail: '',
  ...part,
});

/** What happened to some of `containers` while nobody looked. */
export function galleryNotices(containers: readonly { readonly id: string; readonly name: string }[]): Pick<FakeTransport, 'answers' | 'openers'> {
  const [first, second, third] = containers;
  let rows: readonly Notice[] = [
    ...(first ? [fakeNotice({ object: first.name, objectId: first.id, exitCode: 3, detail: 'exec: "ngin": executable file not found in $PATH' })] : []),
    ...(second ? [fakeNotice({ id: 'notice-2', kind: 'container.unhealthy', object: second.name, objectId: second.id, time: Date.now() - 900_000 })] : []),
    ...(third
      ? [fakeNotice({ id: 'notice-3', kind: 'container.outOfMemory', object: third.name, objectId: third.id, time: Date.now() - 7_200_000, isSeen: true })]
      : []),
  ];
  let page: FakeStream<'notices'> | null = null;
  return {
    answers: {
      'notice.see': () => {
        const changes = rows.filter(({ isSeen }) => !isSeen).map((row) => ({ id: row.id, value: { ...row, isSeen: true } }));
        rows = rows.map((row) => ({ ...row, isSeen: true }));
        page?.push({ changes });
        return null;
      },
      'notice.forget': ({ ids }) => {
        const gone = rows.filter(({ id }) => ids.length === 0 || ids.includes(id));
        rows = rows.filter((row) => !gone.includes(row));
        page?.push({ changes: gone.map(({ id }) => ({ id, value: null })) });
        return null;
      },
    },
    openers: {
      notices: (stream) => {
        page = stream;
        queueMicrotask(() => stream.push({ snapshot: rows }));
        return undefined;
      },
    },
  };
}
