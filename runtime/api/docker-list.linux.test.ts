import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const CHILD = 'demo/child:1';

interface Row {
  readonly Names: readonly string[];
  readonly Created: number;
  readonly State: string;
  readonly Status: string;
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
}

let engine: RealEngine;
/** Ids by name. */
const ids: Record<string, string> = {};

/** Oldest first: `old` has ended with 3, `web` runs, `held` is paused, `child` is of a committed image, `fresh` was never started. */
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  const run = async (name: string, image: string, flags: readonly string[], command: readonly string[], verb = ['run', '-d']): Promise<void> => {
    const made = await engine.docker([...verb, '--name', name, ...flags, image, ...command]);
    expect([made.code, made.err]).toEqual([0, '']);
    ids[name] = made.out.trim();
  };
  await run('old', IMAGE, ['--network', 'none', '--label', 'age=old'], ['sh', '-c', 'exit 3']);
  await engine.docker(['wait', 'old']);
  await engine.docker(['commit', 'old', CHILD]);
  await run(
    'web',
    IMAGE,
    ['--network', 'none', '--label', 'age=new', '--label', 'team=a', '-v', '/tmp:/data'],
    ['sh', '-c', 'head -c 50000 /dev/zero > /file; sleep 1000'],
  );
  await run('held', IMAGE, ['--network', 'none', '--label', 'team=b'], ['sleep', '1000']);
  await engine.docker(['pause', 'held']);
  await run('child', CHILD, ['--network', 'none', '--expose', '8080', '--expose', '53/udp'], ['sleep', '1000']);
  await run('fresh', IMAGE, ['-v', 'things:/things'], ['true'], ['create']);
});
afterAll(async () => {
  if (!canRunDocker) return;
  await engine.docker(['rm', '-f', ...Object.keys(ids)]);
  await engine.docker(['volume', 'rm', 'things']);
  await engine[Symbol.asyncDispose]();
});

const rows = async (query: string): Promise<Row[]> => (await engine.call('GET', `/containers/json?${query}`)).json as Row[];
const names = async (query: string): Promise<string> => (await rows(query)).map(({ Names }) => Names.join().slice(1)).join(' ');
const filtered = (filters: object, more = 'all=1'): Promise<string> => names(`${more}&filters=${encodeURIComponent(JSON.stringify(filters))}`);
const id = (name: string): string => ids[name] ?? '';

describe.skipIf(!canRunDocker)('GET /containers/json', () => {
  it('all shows the stopped ones too, newest first', async () => {
    expect(await names('')).toBe('child held web');
    expect(await names('all=1')).toBe('fresh child held web old');
    expect(await names('all=0')).toBe('child held web');
  });

  it('limit shows the newest of all', async () => {
    expect(await names('limit=2')).toBe('fresh child');
    expect(await names('limit=-1')).toBe('child held web');
    expect((await engine.docker(['ps', '-n', '1', '--format', '{{.Names}}'])).out).toBe('fresh\n');
    expect((await engine.call('GET', '/containers/json?limit=x')).status).toBe(400);
  });

  it('size adds SizeRw and SizeRootFs', async () => {
    const [web] = await rows('size=1&filters={"name":["web"]}');
    expect(web?.SizeRw).toBeGreaterThanOrEqual(50_000);
    expect(web?.SizeRootFs).toBeGreaterThan((web?.SizeRw ?? 0) + 500_000);
    expect((await rows(''))[0]).not.toHaveProperty('SizeRw');
    expect((await engine.docker(['ps', '-s', '--filter', 'name=web', '--format', '{{.Size}}'])).out).toMatch(/kB \(virtual .*MB\)\n$/);
  });

  it('Status and State are in the words of Docker', async () => {
    const words = (await rows('all=1')).map(({ State, Status }) => `${State}: ${Status.replace(/Less than a second|\d+ seconds?|About a minute/, 'TIME')}`);
    expect(words).toEqual(['created: Created', 'running: Up TIME', 'paused: Up TIME (Paused)', 'running: Up TIME', 'exited: Exited (3) TIME ago']);
  });

  it('filter ancestor takes names, ids and what was made from them', async () => {
    expect(await filtered({ ancestor: [IMAGE] })).toBe('fresh child held web old');
    expect(await filtered({ ancestor: [CHILD] })).toBe('child');
    const image = ((await engine.call('GET', `/images/${CHILD}/json`)).json as { Id: string }).Id;
    expect(await filtered({ ancestor: [image] })).toBe('child');
    expect(await filtered({ ancestor: [image.slice(7, 19)] })).toBe('child');
    expect(await filtered({ ancestor: ['nothing'] })).toBe('');
  });

  it('filter before and since compare with another container', async () => {
    expect(await filtered({ before: ['held'] })).toBe('web old');
    expect(await filtered({ since: [id('held').slice(0, 12)] })).toBe('fresh child');
    expect(await filtered({ since: ['old'], before: ['child'] })).toBe('held web');
    expect((await engine.call('GET', '/containers/json?filters={"before":["nobody"]}')).status).toBe(404);
  });

  it.each([
    [{ exited: ['3'] }, 'old'],
    [{ exited: ['0'] }, ''],
    [{ status: ['created', 'exited'] }, 'fresh old'],
    [{ status: ['paused'] }, 'held'],
    [{ label: ['team'] }, 'held web'],
    [{ label: ['team=a'] }, 'web'],
    [{ label: ['team', 'age=new'] }, 'web'],
    [{ name: ['^/?(web|old)$'] }, 'web old'],
    [{ name: ['e'] }, 'fresh held web'],
    [{ name: ['('] }, ''],
    [{ health: ['none'] }, 'fresh child held web old'],
    [{ health: ['healthy'] }, ''],
    [{ network: ['none'] }, 'child held web old'],
    [{ network: ['bridge'] }, 'fresh'],
    [{ volume: ['things'] }, 'fresh'],
    [{ volume: ['/data'] }, 'web'],
    [{ expose: ['8080'] }, 'child'],
    [{ expose: ['8000-9000/tcp'] }, 'child'],
    [{ expose: ['53/udp'] }, 'child'],
    [{ expose: ['53'] }, ''],
    [{ publish: ['8080'] }, ''],
    [{ 'is-task': ['false'] }, 'fresh child held web old'],
    [{ 'is-task': ['true'] }, ''],
    [{ name: { web: true, old: false } }, 'web'],
    [{ status: ['running'], label: ['team'] }, 'web'],
  ])('filter %j gives %j', async (filters, found) => expect(await filtered(filters)).toBe(found));

  it('filter id takes the beginning of one', async () => {
    expect(await filtered({ id: [id('web').slice(0, 12)] })).toBe('web');
    expect(await filtered({ id: [id('web'), id('old')] })).toBe('web old');
    expect(await filtered({ id: ['nothing'] })).toBe('');
  });

  it('filter status and exited look at stopped ones without all', async () => {
    expect(await filtered({ status: ['exited'] }, '')).toBe('old');
    expect((await engine.docker(['ps', '-q', '--no-trunc', '--filter', 'exited=3'])).out.trim()).toBe(id('old'));
  });

  it.each([
    ['{"odd":["x"]}', "invalid filter 'odd'"],
    ['{"status":["odd"]}', "invalid filter 'status=odd'"],
    ['{"health":["odd"]}', "invalid filter 'health=odd'"],
    ['{"exited":["x"]}', "invalid filter 'exited=x'"],
    ['{"is-task":["x"]}', "invalid filter 'is-task=x'"],
    ['{"expose":["x"]}', "invalid filter 'expose=x'"],
    ['{"publish":["99999"]}', "invalid filter 'publish=99999'"],
    ['nonsense', 'invalid filter: not valid JSON'],
    ['{"name":3}', 'invalid filter: an object of lists of strings is expected'],
  ])('filters %s are refused', async (filters, message) => {
    const answer = await engine.call('GET', `/containers/json?filters=${encodeURIComponent(filters)}`);
    expect([answer.status, answer.json]).toEqual([400, { message }]);
  });
});
