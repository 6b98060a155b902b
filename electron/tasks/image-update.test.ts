import { expect, it } from 'vitest';
import { type Answer, fakeEngine, json } from '../testkit/fake-engine.ts';
import { keptRecords } from '../testkit/records.ts';
import { taskContext } from '../testkit/task-context.ts';
import { imageUpdate } from './image-update.ts';

const TASK = { kind: 'image.update' as const, reference: 'nginx:1', containers: ['a', 'b'] };
const gone: Answer = (_request, response) => void response.writeHead(204).end();
const inspected = (id: string, change: object = {}) => ({
  Id: id,
  Name: `/web-${id}`,
  Image: 'sha256:old',
  State: { Status: 'running', ExitCode: 0 },
  Config: { Image: 'nginx:1' },
  HostConfig: { NetworkMode: 'none' },
  NetworkSettings: { Networks: {} },
  ...change,
});
const of = (id: string, change: object = {}): Record<string, Answer> => ({
  [`GET /containers/${id}/json`]: json(inspected(id, change)),
  [`POST /containers/${id}/rename`]: gone,
  [`POST /containers/${id}/stop`]: gone,
  [`POST /containers/${id}/start`]: gone,
  [`DELETE /containers/${id}`]: gone,
});
const routes = (change: Record<string, Answer> = {}): Record<string, Answer> => ({
  'POST /images/create': (_request, response) => void response.end('{"id":"aa","status":"Downloading","progressDetail":{"current":10,"total":10}}\n'),
  'GET /images/nginx:1/json': json({ Id: 'sha256:new', Config: {} }),
  'GET /images/sha256:old/json': json({ Id: 'sha256:old', Config: {} }),
  ...of('a'),
  ...of('b'),
  'POST /containers/create': json({ Id: 'new' }, 201),
  ...of('new'),
  ...change,
});

async function update(change: Record<string, Answer>, signal = new AbortController().signal) {
  await using engine = await fakeEngine(routes(change));
  using kept = keptRecords();
  const { context, reports } = taskContext(engine.client, signal, kept.records);
  const outcome = await imageUpdate.run(TASK, context).catch((error: Error) => error);
  const steps = engine.seen.filter((line) => !line.startsWith('GET')).map((line) => line.replace(/before-\w+/, 'before'));
  return { outcome, steps, parts: reports.at(-1)?.parts?.map(({ id, phase }) => `${id}: ${phase}`) };
}

const replaced = (id: string): string[] => [
  `POST /containers/${id}/rename?name=web-${id}-before`,
  `POST /containers/create?name=web-${id}`,
  `POST /containers/${id}/stop`,
  'POST /containers/new/start',
  `DELETE /containers/${id}?force=true`,
];

it('pulls the image, then makes one container after the other anew', async () => {
  const { outcome, steps, parts } = await update({});
  expect([outcome, steps]).toEqual(['2', ['POST /images/create?fromImage=nginx%3A1&plan=1', ...replaced('a'), ...replaced('b')]]);
  expect(parts).toEqual(['aa: Downloading', 'web-a: Recreated', 'web-b: Recreated']);
});

it('takes back a container whose new one ends at once, tells why, and goes on with the next', async () => {
  let made = 0;
  const create: Answer = (request, response) => json({ Id: made++ === 0 ? 'bad' : 'new' }, 201)(request, response);
  const bad = of('bad', { State: { Status: 'exited', ExitCode: 7 } });
  const { outcome, steps, parts } = await update({ 'POST /containers/create': create, ...bad });
  expect(outcome).toMatchObject({ status: 409, message: 'web-a: the new one ended with 7 right after its start' });
  expect(steps.slice(4, 8)).toEqual([
    'POST /containers/bad/start',
    'DELETE /containers/bad?force=true&v=true',
    'POST /containers/a/rename?name=web-a',
    'POST /containers/a/start',
  ]);
  expect(parts?.slice(1)).toEqual(['web-a: Kept as it was', 'web-b: Recreated']);
});

it('leaves alone what is gone, what has the new image, and what removes itself', async () => {
  const missing = json({ message: 'No such container' }, 404);
  expect(await update({ 'GET /containers/a/json': missing, ...of('b', { Image: 'sha256:new' }) })).toMatchObject({ outcome: '0', steps: [expect.anything()] });
  const removing = await update({ 'GET /containers/a/json': missing, ...of('b', { HostConfig: { AutoRemove: true } }) });
  expect([(removing.outcome as Error).message, removing.steps.length]).toEqual([expect.stringContaining('web-b: it removes itself'), 1]);
});

it('does not start what did not run', async () => {
  const stopped = { State: { Status: 'exited', ExitCode: 0 } };
  const { steps } = await update({ ...of('a', stopped), ...of('b', stopped) });
  expect(steps.filter((line) => /start|stop/.test(line))).toEqual([]);
});

it('brings the old one back when it is cancelled in the middle, and touches no other', async () => {
  const cancel = new AbortController();
  const create: Answer = (request, response) => {
    cancel.abort(new Error('canceled'));
    return json({ Id: 'new' }, 201)(request, response);
  };
  const { outcome, steps } = await update({ 'POST /containers/create': create }, cancel.signal);
  expect(outcome).toEqual(new Error('canceled'));
  expect(steps.slice(3)).toEqual(['DELETE /containers/new?force=true&v=true', 'POST /containers/a/rename?name=web-a']);
});
