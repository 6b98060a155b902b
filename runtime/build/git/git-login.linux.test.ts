import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeTree } from '../../store/layers/remove-tree.ts';
import { type BuildFilesRig, openBuildFilesRig } from '../../testkit/build-files-rig.ts';
import { serveHttp } from '../../testkit/serve-http.ts';

const canRun = process.getuid?.() === 0 && spawnSync('git', ['http-backend']).status !== null;
if (!canRun) console.warn('skipped: needs root and git');

const TOKEN = 'hush-hush';
const BASIC = `basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

let rig: BuildFilesRig;
let scratch: string;

/** git's own server behind a login. */
function privateServer(seen: (string | undefined)[]): RequestListener {
  return (request, response) => {
    const { authorization } = request.headers;
    seen.push(authorization);
    if (authorization === BASIC) answerByGit(request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  };
}

function answerByGit(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const protocol = [request.headers['git-protocol']].flat()[0];
  const env = {
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: scratch,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.searchParams.toString(),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol }),
  };
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  child.once('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status'))).end(answer.subarray(end + 4));
  });
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-login-'));
  if (!canRun) return;
  rig = await openBuildFilesRig();
  const repository = join(scratch, 'private.git');
  mkdirSync(repository);
  const git = (...args: string[]): unknown => execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.test', ...args], { cwd: repository });
  git('-c', 'init.defaultBranch=main', 'init', '--quiet');
  writeFileSync(join(repository, 'Dockerfile'), 'FROM scratch');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
});
afterAll(async () => {
  if (canRun) await rig[Symbol.asyncDispose]();
  removeTree(scratch);
});

const secretsOf = (given: Readonly<Record<string, string>>) => ({
  secret: (id: string) => (id in given ? Buffer.from(given[id] ?? '') : undefined),
  ssh: () => undefined,
});

describe.skipIf(!canRun)('a private repository', () => {
  it('is fetched with the secret of its server, by ADD and as a context, and the login is in no file', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await serveHttp(privateServer(seen));
    const secrets = secretsOf({ [`GIT_AUTH_TOKEN.${new URL(server.origin).host}`]: TOKEN });
    const url = `${server.origin}/private.git`;
    const tree = await rig.fetches.git({ kind: 'git', url, ref: '', subdirectory: '', keepGitDir: true }, rig.context([], { secrets }));
    expect(readFileSync(join(tree.path, 'Dockerfile'), 'utf8')).toBe('FROM scratch');
    expect(readFileSync(join(tree.path, '.git/config'), 'utf8')).not.toMatch(/extraheader|basic/i);
    rig.contexts.release('test');
    await using context = await rig.contexts.receive({ kind: 'remote', url: `${url}#main` }, { signal: new AbortController().signal, secrets });
    expect(readFileSync(join(context.tree.path, 'Dockerfile'), 'utf8')).toBe('FROM scratch');
    expect(seen).toContain(BASIC);
  });

  it.each<[what: string, redirects: (path: string) => boolean]>([
    ['at once', () => true],
    ['after the login', (path) => path.endsWith('/git-upload-pack')],
  ])('does not have its login sent to another server that it redirects to %s', async (_, redirects) => {
    const elsewhere: (string | undefined)[] = [];
    await using other = await serveHttp((request, response) => {
      elsewhere.push(request.headers.authorization);
      answerByGit(request, response);
    });
    const known = privateServer([]);
    await using server = await serveHttp((request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      if (redirects(path)) response.writeHead(307, { location: `${other.origin}${request.url}` }).end();
      else known(request, response);
    });
    const url = `${server.origin}/private.git`;
    const work = rig.contexts.receive({ kind: 'remote', url }, { signal: new AbortController().signal, secrets: secretsOf({ GIT_AUTH_TOKEN: TOKEN }) });
    await expect(work).rejects.toMatchObject({ kind: 'PermissionDenied', message: expect.stringContaining('redirects') as string });
    expect(elsewhere.filter((header) => header !== undefined)).toEqual([]);
    // Who has no login may be led anywhere.
    if (redirects('')) await (await rig.contexts.receive({ kind: 'remote', url }, { signal: new AbortController().signal }))[Symbol.asyncDispose]();
    await expect.poll(() => rig.leftovers(), { timeout: 30_000 }).toEqual([]);
  });

  it.each([
    ['none', {}],
    ['a wrong one', { GIT_AUTH_TOKEN: 'wrong' }],
    ['that of another server', { 'GIT_AUTH_TOKEN.example.test': TOKEN }],
  ])('is refused with %s, says what helps, and leaves nothing', async (_, given) => {
    const seen: (string | undefined)[] = [];
    await using server = await serveHttp(privateServer(seen));
    const work = rig.contexts.receive(
      { kind: 'remote', url: `${server.origin}/private.git` },
      { signal: new AbortController().signal, secrets: secretsOf(given) },
    );
    await expect(work).rejects.toMatchObject({ kind: 'Unauthorized', message: expect.stringContaining('GIT_AUTH_TOKEN') as string });
    await expect.poll(() => rig.leftovers(), { timeout: 30_000 }).toEqual([]);
    expect(seen).not.toContain(BASIC);
  });
});
