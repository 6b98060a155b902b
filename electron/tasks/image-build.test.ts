import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAddress, readBounded } from '../builds/context.ts';
import type { ImageBuild } from '../ipc/contract/builds.ts';
import { type Answer, bodyOf, fakeEngine } from '../testkit/fake-engine.ts';
import { taskList } from '../testkit/task-list.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  await mkdir(join(root, 'app'));
  await writeFile(join(root, 'app', 'Dockerfile'), 'FROM scratch\n');
  await writeFile(join(root, 'app', 'Dockerfile.dev'), 'FROM scratch\n');
  await writeFile(join(root, 'elsewhere'), 'FROM other\n');
  await writeFile(join(root, 'token'), 'hush');
  await symlink('/etc/passwd', join(root, 'app', 'out'));
});
afterAll(() => rm(root, { recursive: true }));

const asked = (part: Partial<ImageBuild> = {}): ImageBuild => ({
  kind: 'image.build',
  context: join(root, 'app'),
  dockerfile: 'Dockerfile',
  tags: ['shop:dev'],
  target: '',
  args: [],
  labels: [],
  platform: '',
  noCache: false,
  pull: false,
  network: 'default',
  contexts: [],
  secrets: [],
  ...part,
});

const SAYS = [
  { stream: 'Step 1/3 : FROM scratch\n' },
  { stream: ' ---> Using cache\n' },
  { stream: 'Step 2/3 : RUN x\n' },
  { stream: 'hello\n' },
  { stream: ' ---> 0123\n' },
  { stream: 'Step 3/3 : CMD y\n' },
  { aux: { ID: 'sha256:77' } },
  { stream: 'Successfully built 77\n' },
];
interface Seen {
  query: URLSearchParams;
  secrets: string;
  tar: Buffer;
  /** Sent ahead, by `build name`. */
  readonly sent: Map<string, Buffer>;
}

/** What the engine was asked, and how the task ended. */
async function build(task: ImageBuild, lines: readonly object[] = SAYS) {
  const seen: Seen = { query: new URLSearchParams(), secrets: '', tar: Buffer.alloc(0), sent: new Map() };
  const answer: Answer = async (request, response) => {
    seen.query = new URL(request.url ?? '', 'http://x').searchParams;
    seen.secrets = Buffer.from(String(request.headers['x-slipway-build-secrets'] ?? ''), 'base64').toString();
    seen.tar = await bodyOf(request);
    response.end(lines.map((line) => JSON.stringify(line)).join('\n'));
  };
  const answers: Record<string, Answer> = { 'POST /build': answer };
  await using engine = await fakeEngine(answers);
  await using kept = await taskList(engine.client);
  const id = kept.tasks.start(task);
  answers[`PUT /slipway/v1/builds/${id}/contexts`] = async (request, response) => {
    seen.sent.set(`${id} ${new URL(request.url ?? '', 'http://x').searchParams.get('name') ?? ''}`, await bodyOf(request));
    response.writeHead(204).end();
  };
  await expect.poll(() => kept.tasks.rows()[0]?.state).not.toBe('running');
  return { seen, row: kept.tasks.rows()[0] };
}

it('is canceled, not failed, where another client has canceled it at the engine', async () => {
  const message = 'the build was canceled by another client';
  const { row } = await build(asked(), [{ stream: 'Step 1/2 : FROM scratch\n' }, { errorDetail: { message, kind: 'Canceled' }, error: message }]);
  expect(row).toMatchObject({ state: 'canceled', error: '' });
});

it('sends the context and tells the steps', async () => {
  const { seen, row } = await build(asked());
  expect(seen.query.get('buildid')).toBe(row?.id);
  expect(row).toMatchObject({ object: 'shop:dev', state: 'done', result: 'sha256:77', current: 3, total: 3, unit: 'steps', error: '' });
  expect(row?.parts.map(({ id, phase }) => [id, phase])).toEqual([
    ['1 FROM scratch', 'Cached'],
    ['2 RUN x', 'Done'],
    ['3 CMD y', 'Done'],
  ]);
  expect(seen.tar.toString()).toContain('FROM scratch');
  expect(seen.tar.toString()).not.toContain('root:x:0');
});

it('passes every option on', async () => {
  const { seen } = await build(
    asked({
      dockerfile: 'Dockerfile.dev',
      tags: ['a:1', 'b:2'],
      target: 'web',
      args: [{ name: 'A', value: '1' }],
      labels: [{ name: 'l', value: 'v' }],
      platform: 'linux/arm64',
      noCache: true,
      pull: true,
      network: 'none',
    }),
  );
  expect([...seen.query].filter(([name]) => name !== 'buildid').map(([name, value]) => `${name}=${value}`)).toEqual([
    't=a:1',
    't=b:2',
    'target=web',
    'buildargs={"A":"1"}',
    'labels={"l":"v"}',
    'platform=linux/arm64',
    'nocache=1',
    'pull=1',
    'networkmode=none',
    'forcerm=1',
    'dockerfile=Dockerfile.dev',
  ]);
});

it('takes a Dockerfile from elsewhere along', async () => {
  const { seen, row } = await build(asked({ dockerfile: join(root, 'elsewhere') }));
  expect(row?.state).toBe('done');
  expect(seen.query.get('dockerfile')).toMatch(/^\.dockerfile\./);
  expect(seen.tar.toString()).toContain('FROM other');
});

it('lets the engine fetch a repository', async () => {
  const { seen } = await build(asked({ context: 'https://example.test/x.git#main' }));
  expect([seen.query.get('remote'), seen.tar.length]).toEqual(['https://example.test/x.git#main', 0]);
  expect([isAddress('git@example.test:x.git'), isAddress('/home/me')]).toEqual([true, false]);
});

it('sends directories ahead by name, without what they ignore, and passes addresses on', async () => {
  await mkdir(join(root, 'more'));
  for (const name of ['kept', 'left']) await writeFile(join(root, 'more', name), `the ${name} one`);
  await writeFile(join(root, 'more', '.dockerignore'), 'left\n');
  const { seen, row } = await build(
    asked({
      contexts: [
        { name: 'files', value: join(root, 'more') },
        { name: 'base', value: 'docker-image://busybox:1' },
      ],
    }),
  );
  expect(row?.state).toBe('done');
  expect([...seen.sent.keys()]).toEqual([`${row?.id} files`]);
  const tar = seen.sent.get(`${row?.id} files`)?.toString() ?? '';
  expect([tar.includes('the kept one'), tar.includes('the left one')]).toEqual([true, false]);
  expect(seen.query.get('contexts')).toBe('{"base":"docker-image://busybox:1"}');
  const missing = await build(asked({ contexts: [{ name: 'files', value: join(root, 'nowhere') }] }));
  expect(missing.row).toMatchObject({ state: 'failed', error: expect.stringContaining('there is no such directory') as string });
});

it('sends the image of a layout ahead, and nothing else that lies there', async () => {
  const layout = join(root, 'layout');
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const blob = async (content: string): Promise<object> => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(layout, 'blobs', 'sha256', hex), content);
    return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${hex}`, size: content.length };
  };
  const config = await blob('the kept one');
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
  const manifests = [{ ...(await blob(JSON.stringify({ schemaVersion: 2, config, layers: [] }))), annotations }];
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await blob('the left one');
  const value = `oci-layout://${layout}:v1`;
  const { seen, row } = await build(asked({ contexts: [{ name: 'base', value }] }));
  expect(row?.state).toBe('done');
  expect(JSON.parse(seen.query.get('contexts') ?? '')).toEqual({ base: value });
  const tar = seen.sent.get(`${row?.id} base`) ?? Buffer.of();
  expect([tar.includes('the kept one'), tar.includes('the left one')]).toEqual([true, false]);
  for (const [bad, message] of [
    [`oci-layout://${layout}:v2`, 'base: the layout has no image "v2": its tags are v1'],
    ['oci-layout://layout', 'a whole path from / on is needed'],
  ] as const) {
    const failed = await build(asked({ contexts: [{ name: 'base', value: bad }] }));
    expect(failed.row).toMatchObject({ state: 'failed', error: expect.stringContaining(message) as string });
  }
});

describe('secrets', () => {
  it('are read when the build begins, and go in a header alone', async () => {
    process.env['SLIPWAY_TEST_SECRET'] = 'shh';
    const { seen, row } = await build(
      asked({
        secrets: [
          { id: 'file', from: 'file', value: join(root, 'token') },
          { id: 'env', from: 'env', value: 'SLIPWAY_TEST_SECRET' },
        ],
      }),
    );
    delete process.env['SLIPWAY_TEST_SECRET'];
    expect(JSON.parse(seen.secrets)).toEqual({ file: Buffer.from('hush').toString('base64'), env: Buffer.from('shh').toString('base64') });
    expect(`${String(seen.query)} ${seen.tar.toString()} ${JSON.stringify(row)}`).not.toMatch(/hush|shh/);
  });

  it.each([
    ['env', 'SLIPWAY_NO_SUCH', 'the environment has no SLIPWAY_NO_SUCH'],
    ['file', '/dev/zero', '/dev/zero is no file that can be read'],
  ] as const)('that are not there end the build: %s', async (from, value, words) => {
    const { row } = await build(asked({ secrets: [{ id: 'x', from, value }] }));
    expect(row).toMatchObject({ state: 'failed', error: `secret x: ${words}` });
  });
});

it.each([
  [{ context: '/no/such/folder' }, '/no/such/folder: there is no such directory'],
  [{ dockerfile: 'Other' }, 'Other: there is no such file'],
])('says what is missing: %j', async (part, words) => {
  expect((await build(asked(part))).row).toMatchObject({ state: 'failed', error: words });
});

it('fails with the words of the engine', async () => {
  const { row } = await build(asked(), [{ stream: 'Step 1/1 : RUN x\n' }, { error: 'exit code: 3' }]);
  expect(row).toMatchObject({ state: 'failed', error: 'exit code: 3', phase: 'Building' });
});

it('reads no more of a file than it may', async () => {
  await expect(readBounded(join(root, 'token'), 2)).rejects.toThrow('longer than 2 bytes');
});
