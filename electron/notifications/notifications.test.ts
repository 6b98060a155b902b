import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildRow } from '../../runtime/api/types/build.ts';
import type { ContainerRow } from '../../runtime/api/types/feed.ts';
import { noticeRequests, noticeStreams } from '../ipc/handlers/notices.ts';
import type { Recovery } from '../replacing/recovery.ts';
import { fakeEngine } from '../testkit/fake-engine.ts';
import { openStream } from '../testkit/open-stream.ts';
import { taskList } from '../testkit/task-list.ts';
import { buildNotice, containerNotice, taskNotice } from './decide.ts';
import { NoticeFile } from './notice-file.ts';
import { Notices } from './notices.ts';
import { startNotifier } from './notifier.ts';
import { Watch } from './watch.ts';
import { noticeText } from './words.ts';

const container = (part: Partial<ContainerRow>): ContainerRow =>
  ({ id: 'c1', name: 'web', state: 'running', exitCode: 0, oomKilled: false, error: '', finishedAt: 0, health: 'none', ...part }) as ContainerRow;
const build = (part: Partial<BuildRow>): BuildRow =>
  ({ id: 'b1', status: 'running', tags: ['docker.io/library/shop:1'], contextName: '', dockerfileName: 'Dockerfile', error: '', ...part }) as BuildRow;
const ended = (part: Partial<ContainerRow>) => container({ state: 'exited', finishedAt: 5, ...part });

describe('what is worth a notice', () => {
  it.each([
    ['an exit with an error', container({}), ended({ exitCode: 3 }), 'container.failed'],
    ['a crash that is started again', container({}), container({ state: 'restarting', exitCode: 1, finishedAt: 5 }), 'container.failed'],
    ['an exit at once', container({ state: 'created' }), ended({ exitCode: 3 }), 'container.failed'],
    ['a start that failed', container({ state: 'created' }), container({ state: 'created', exitCode: 127 }), null],
    ['no memory left', container({}), ended({ exitCode: 137, oomKilled: true }), 'container.outOfMemory'],
    ['a check that fails', container({ health: 'healthy' }), container({ health: 'unhealthy' }), 'container.unhealthy'],
    ['an end in order', container({}), ended({}), null],
    ['a stop', container({}), ended({ exitCode: 143 }), null],
    ['a kill', container({}), ended({ exitCode: 137 }), null],
    ['a removal', container({}), container({ state: 'removing', exitCode: 1, finishedAt: 5 }), null],
    ['still unhealthy', container({ health: 'unhealthy' }), container({ health: 'unhealthy' }), null],
    ['what had ended before', ended({ exitCode: 1 }), ended({ exitCode: 1, name: 'renamed' }), null],
    ['an end so soon that nothing was seen before', undefined, ended({ exitCode: 1 }), 'container.failed'],
    ['what is new', undefined, container({ state: 'created' }), null],
  ] as const)('%s', (_, before, after, kind) => expect(containerNotice(before, after)?.kind ?? null).toBe(kind));

  it('builds that end, whoever made them', () => {
    expect(buildNotice(build({}), build({ status: 'completed' }), '')).toMatchObject({ kind: 'build.done', object: 'shop:1' });
    expect(buildNotice(build({}), build({ status: 'failed', error: 'exit code: 1' }), 'image.build')).toMatchObject({
      kind: 'build.failed',
      task: 'image.build',
      detail: 'exit code: 1',
    });
    expect([buildNotice(build({}), build({ status: 'canceled' }), ''), buildNotice(undefined, build({ status: 'completed' }), '')]).toEqual([null, null]);
  });

  it('tasks that fail, but builds, which the engine tells of', () => {
    const row = { id: 't', kind: 'image.pull', object: 'a:1', state: 'failed', error: 'denied' } as never;
    expect(taskNotice(row)).toMatchObject({ kind: 'task.failed', object: 'a:1', task: 'image.pull', detail: 'denied' });
    expect(taskNotice({ ...(row as object), kind: 'image.build' } as never)).toBeNull();
  });
});

it('tells what repeats itself once in ten minutes, and keeps the last 200', () => {
  let now = 0;
  const notices = new Notices(() => now);
  const failed = containerNotice(container({}), ended({ exitCode: 1 }));
  notices.take(failed);
  notices.take(failed);
  expect(notices.list()).toHaveLength(1);
  now = 11 * 60_000;
  notices.take(failed);
  notices.take(null);
  expect(notices.list().map(({ time }) => time)).toEqual([now, 0]);
  for (let number = 0; number < 300; number++) notices.take(containerNotice(container({}), ended({ exitCode: 1, id: `c${number}x` })));
  expect(notices.list()).toHaveLength(200);
});

it('knows what has been seen and what is dropped, tells each change once, and keeps it in a file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-notices-'));
  try {
    const path = join(directory, 'config/notices.json');
    const file = new NoticeFile(path);
    const notices = await Notices.open(file);
    const told: unknown[] = [];
    using _told = notices.onChange((changes) => told.push(changes.map(({ id, value }) => [id, value?.isSeen ?? null])));
    notices.take(containerNotice(container({}), ended({ exitCode: 1 })));
    notices.take(containerNotice(container({}), ended({ exitCode: 1, id: 'c2' })));
    const [second, first] = notices.list().map(({ id }) => id);
    const { requests } = { requests: noticeRequests({ notices } as Watch, {} as Recovery) };
    await requests['notice.see']({});
    await requests['notice.see']({});
    await requests['notice.forget']({ ids: [first ?? '', 'of nobody'] });
    expect(told).toEqual([
      [[first, false]],
      [[second, false]],
      [
        [second, true],
        [first, true],
      ],
      [[first, null]],
    ]);
    await file.settled();
    expect((await Notices.open(new NoticeFile(path))).list()).toEqual(notices.list());
    expect(notices.list()).toMatchObject([{ id: second, isSeen: true, objectId: 'c2' }]);
    notices.forget([]);
    await file.settled();
    expect(await new NoticeFile(path).read()).toEqual([]);
    await writeFile(path, '[{"id":"x"},{"kind":"reboot"},7]');
    expect(await new NoticeFile(path).read()).toEqual([]);
    await writeFile(path, '{');
    expect(await new NoticeFile(path).read()).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('says it in words, whatever a name holds', () => {
  const decided = containerNotice(container({}), ended({ exitCode: 3, name: `a\u001b[31m\nb\u202e${'x'.repeat(200)}`, error: 'no such file' }));
  if (!decided) throw new Error('nothing was decided');
  const notice = { ...decided, id: '1', time: 0, isSeen: false };
  const { title, body } = noticeText(notice, 'en');
  expect(title).toMatch(/^a \[31m b x+… exited with code 3$/);
  expect(title.length).toBeLessThan(110);
  expect(body).toBe('no such file');
  expect(noticeText(notice, 'de').title).toContain('endete mit Code 3');
});

it('watches the engine while somebody wants it, shows nothing to who looks or does not want it, and tells pages', async () => {
  const begun = Promise.withResolvers<(change: object) => void>();
  const gone = Promise.withResolvers<void>();
  await using engine = await fakeEngine({
    'GET /slipway/v1/feed': (request, response) => {
      response.write(`${JSON.stringify({ seq: 0, snapshot: { containers: [container({}), container({ id: 'c2', name: 'db' })], images: [] } })}\n`);
      begun.resolve((value) => void response.write(`${JSON.stringify({ seq: 1, changes: [{ kind: 'container', id: (value as ContainerRow).id, value }] })}\n`));
      response.on('close', () => gone.resolve());
      void request;
    },
    'GET /slipway/v1/builds/feed': (_request, response) => void response.write('{"seq":0,"snapshot":[]}\n'),
  });
  await using kept = await taskList(engine.client);
  const onEngine = (listener: (running: boolean) => void) => (listener(true), () => undefined);
  using watch = new Watch({ engine: engine.client, tasks: kept.tasks, notices: new Notices(), onEngine });
  const shown: string[] = [];
  const state = { focused: true, wants: true };
  const notifier = startNotifier({
    watch,
    sink: { show: ({ title, path }) => shown.push(`${title} ${path}`) },
    wants: () => state.wants,
    isFocused: () => state.focused,
    language: () => 'en',
  });
  const page = openStream<'notices'>([], true);
  const following = noticeStreams(watch).notices({}, page);
  const change = await begun.promise;
  change(ended({ exitCode: 1 }));
  await expect.poll(() => page.sent.length).toBe(2);
  expect(shown).toEqual([]);
  state.focused = false;
  change(ended({ id: 'c2', name: 'db', exitCode: 2 }));
  await expect.poll(() => shown).toEqual(['db exited with code 2 /containers/c2']);
  kept.tasks.start({ kind: 'image.push', reference: 'a' });
  await expect.poll(() => shown).toHaveLength(2);
  state.wants = false;
  change(container({ health: 'unhealthy' }));
  await expect.poll(() => watch.notices.list()[0]?.kind).toBe('container.unhealthy');
  expect(shown).toHaveLength(2);
  notifier[Symbol.dispose]();
  page.close();
  await following;
  await gone.promise;
});
