import { expect, it } from 'vitest';
import { fakeEngine } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import { taskList } from '../../testkit/task-list.ts';
import { taskRequests, taskStreams } from './tasks.ts';

it('sends all that is known, then what has changed, at a pace that a page can follow', async () => {
  const lines = Promise.withResolvers<void>();
  await using engine = await fakeEngine({
    'POST /images/create': async (_request, response) => {
      await lines.promise;
      for (let current = 0; current <= 2000; current++)
        response.write(`{"id":"aa","status":"Downloading","progressDetail":{"current":${current},"total":2000}}\n`);
      response.end();
    },
  });
  await using kept = await taskList(engine.client);
  const requests = taskRequests(kept.tasks);
  const { id } = await requests['task.start']({ task: { kind: 'image.pull', reference: 'a', platform: '' } });
  const stream = openStream<'tasks'>([], true);
  const following = taskStreams(kept.tasks).tasks({}, stream);
  await expect.poll(() => stream.sent[0]).toMatchObject({ snapshot: [{ id, state: 'running' }] });
  lines.resolve();
  const last = () => stream.sent.flatMap((message) => ('changes' in message ? message.changes : [])).at(-1);
  await expect.poll(last, { timeout: 20_000 }).toMatchObject({ id, value: { state: 'done', current: 2000 } });
  expect(stream.sent.length).toBeLessThan(20);
  await requests['task.forget']({ ids: [id] });
  await expect.poll(last).toEqual({ id, value: null });
  stream.close();
  await following;
});
