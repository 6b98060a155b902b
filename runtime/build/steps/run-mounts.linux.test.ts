import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { leftOfSteps, openStepRig, type RunOptions, type StepRig } from '../../testkit/step-rig.ts';
import type { RunMount, Tree } from '../graph.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

describe.skipIf(!canRun)('RUN --mount', () => {
  let rig: StepRig;
  beforeAll(async () => {
    rig = await openStepRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  afterEach(async () => {
    expect(rig.rig.containers.list({ all: true, filters: {} }).map(({ id }) => id)).toEqual([]);
    await expect.poll(() => leftOfSteps(rig.rig)).toEqual([]);
  });

  /** Runs `line` with one mount of `tree`. */
  const run = (line: string, mount: Partial<RunMount> & Pick<RunMount, 'type'>, tree?: Tree, options: RunOptions = {}) =>
    rig.run(line, {
      ...options,
      mounts: [{ target: '/mnt/here', readonly: true, ...(tree === undefined ? {} : { from: 1 }), ...mount }],
      inputs: tree === undefined ? [] : [tree],
    });
  const outOf = async (...parameters: Parameters<typeof run>): Promise<string> => (await run(...parameters)).out;

  /** Three layers: a directory with files of each, one hidden, one replaced, and links. */
  async function stage(): Promise<Tree> {
    const layers = [
      await rig.addLayer(
        { header: { name: 'app', type: 'directory' } },
        { header: { name: 'app/base' }, data: 'base' },
        { header: { name: 'app/gone' }, data: 'gone' },
        { header: { name: 'app/changed' }, data: 'old' },
        { header: { name: 'old/file' }, data: 'old' },
      ),
      await rig.addLayer({ header: { name: 'app/changed' }, data: 'new' }, { header: { name: 'app/.wh.gone' } }, { header: { name: '.wh.old' } }),
      await rig.addLayer(
        { header: { name: 'app/top', mode: 0o600, uid: 5, gid: 6 }, data: 'top' },
        { header: { name: 'link', type: 'symlink', linkname: '/app' } },
        { header: { name: 'out', type: 'symlink', linkname: '../../../../../../etc' } },
        { header: { name: 'etc/hostname' }, data: 'of the stage' },
      ),
    ];
    return { kind: 'layers', layers };
  }

  describe('type=bind', () => {
    it('shows files of the context, read-only', async () => {
      const context = rig.addDirectory({ 'src/main.c': 'int main', README: 'read' });
      expect(await outOf('cat /mnt/here/README /mnt/here/src/main.c; touch /mnt/here/x 2>&1 || true', { type: 'bind', source: '/' }, context)).toMatch(
        /^readint main.*Read-only file system/,
      );
      expect(await outOf('ls /mnt/here', { type: 'bind', source: '/src' }, context)).toBe('main.c\n');
      expect(await outOf('cat /mnt/here', { type: 'bind', source: '/src/main.c' }, context)).toBe('int main');
    });

    it('shows a stage of several layers as one', async () => {
      const tree = await stage();
      expect(await outOf('cd /mnt/here; ls; cat changed; stat -c %a:%u:%g top', { type: 'bind', source: '/app' }, tree)).toBe(
        'base\nchanged\ntop\nnew600:5:6\n',
      );
      expect(await outOf('ls /mnt/here', { type: 'bind', source: '/' }, tree)).toBe('app\netc\nlink\nout\n');
      expect(await outOf('cat /mnt/here', { type: 'bind', source: '/app/changed' }, tree)).toBe('new');
    });

    it('throws away what is written', async () => {
      const tree = await stage();
      const context = rig.addDirectory({ file: 'kept' });
      const { out, tree: made } = await run(
        'cd /mnt/here; echo x > base; rm changed; echo y > more; ls',
        { type: 'bind', source: '/app', readonly: false },
        tree,
      );
      expect(out).toBe('base\nmore\ntop\n');
      expect(made.layers).toEqual(rig.base.layers);
      expect(await outOf('cat /mnt/here/base', { type: 'bind', source: '/app' }, tree)).toBe('base');
      expect(await outOf('echo x > /mnt/here/file; echo y > /mnt/here/new; ls /mnt/here', { type: 'bind', source: '/', readonly: false }, context)).toBe(
        'file\nnew\n',
      );
      expect(await outOf('echo x > /mnt/here; cat /mnt/here', { type: 'bind', source: '/file', readonly: false }, context)).toBe('x\n');
      expect([readFileSync(join(context.path, 'file'), 'utf8'), readdirSync(context.path)]).toEqual(['kept', ['file']]);
    });

    it('resolves links of the source inside of it', async () => {
      const tree = await stage();
      const context = rig.addDirectory({ 'etc/passwd': 'of the context', 'a/b': '' });
      symlinkSync('/etc/passwd', join(context.path, 'absolute'));
      symlinkSync('../../../../etc', join(context.path, 'a', 'up'));
      expect(await outOf('ls /mnt/here', { type: 'bind', source: '/link' }, tree)).toBe('base\nchanged\ntop\n');
      expect(await outOf('cat /mnt/here', { type: 'bind', source: '/out/hostname' }, tree)).toBe('of the stage');
      expect(await outOf('cat /mnt/here', { type: 'bind', source: '/absolute' }, context)).toBe('of the context');
      expect(await outOf('cat /mnt/here/passwd', { type: 'bind', source: '/a/up' }, context)).toBe('of the context');
    });

    it.each(['/none', '/old', '/old/file', '/app/gone', '/app/base/below'])('says that %s is not there', async (source) => {
      await expect(run('true', { type: 'bind', source }, await stage())).rejects.toMatchObject({
        kind: 'InvalidArgument',
        message: expect.stringContaining(`"${source}": not found`) as string,
      });
    });

    it('shows nothing of an empty file system', async () => {
      expect(await outOf('ls -a /mnt/here', { type: 'bind', from: null, source: '/' })).toBe('.\n..\n');
    });
  });

  describe('type=cache', () => {
    const cache = (id: string, more: Partial<RunMount> = {}): RunMount => ({
      type: 'cache',
      target: '/cache',
      readonly: false,
      id,
      sharing: 'shared',
      ...more,
    });
    const withCache = async (line: string, ...mounts: RunMount[]): Promise<string> => (await rig.run(line, { mounts })).out;

    it('keeps what is written from step to step and from engine to engine, out of the layers', async () => {
      const { tree } = await rig.run('echo one > /cache/file', { mounts: [cache('kept')] });
      expect(tree.layers).toEqual(rig.base.layers);
      await expect(rig.run('echo two >> /cache/file; false', { mounts: [cache('kept')] })).rejects.toThrow('exit code: 1');
      expect(await withCache('cat /cache/file', cache('kept'))).toBe('one\ntwo\n');
      expect(await withCache('ls /cache', cache('another'))).toBe('');
      expect(await withCache('touch /cache/x 2>&1; cat /cache/file', cache('kept', { readonly: true }))).toMatch(/Read-only[^]*one\ntwo\n$/);
      rig.reopenCaches();
      expect(await withCache('cat /cache/file', cache('kept'))).toBe('one\ntwo\n');
    });

    it('is made with an owner and a mode', async () => {
      expect(await withCache('stat -c %a:%u:%g /cache', cache('plain'))).toBe('755:0:0\n');
      expect(await withCache('stat -c %a:%u:%g /cache', cache('owned', { mode: 0o2770, uid: 7, gid: 8 }))).toBe('2770:7:8\n');
    });

    it('begins with files of a stage, which stay as they are', async () => {
      const tree = await stage();
      const mount = cache('seeded', { from: 1, source: '/app' });
      const seeded = async (line: string): Promise<string> => (await rig.run(line, { mounts: [mount], inputs: [tree] })).out;
      expect(await seeded('ls /cache; rm /cache/base; echo more > /cache/top; echo x > /cache/new')).toBe('base\nchanged\ntop\n');
      expect(await seeded('ls /cache; cat /cache/top')).toBe('changed\nnew\ntop\nmore\n');
      expect(await outOf('ls /mnt/here; cat /mnt/here/top', { type: 'bind', source: '/app' }, tree)).toBe('base\nchanged\ntop\ntop');
    });

    /** Two steps that use one cache at the same time, where they may. The first waits for the second. */
    async function meet(sharing: RunMount['sharing'], line: string): Promise<string[]> {
      const gate = Promise.withResolvers<void>();
      const first = rig.run('echo $$ > /cache/first; echo begun; ls /cache', {
        mounts: [cache(`meet ${sharing}`, { sharing: sharing ?? 'shared' })],
        log: () => gate.promise,
      });
      await expect.poll(async () => (await rig.caches.list()).some(({ inUse, description }) => inUse && description.includes(`"meet ${sharing}"`))).toBe(true);
      const second = rig.run(line, { mounts: [cache(`meet ${sharing}`, { sharing: sharing ?? 'shared' })] });
      const order: string[] = [];
      void second.then(() => order.push('second'));
      if (sharing !== 'locked') await second;
      gate.resolve();
      void first.then(() => order.push('first'));
      const outs = [await first, await second];
      return [...order, ...outs.map(({ out }) => out)];
    }

    it('is shared at the same time', async () => {
      expect(await meet('shared', 'ls /cache')).toEqual(['second', 'first', 'begun\nfirst\n', expect.stringMatching(/^(first\n)?$/)]);
    });
    it('is waited for when it is locked', async () => {
      expect(await meet('locked', 'ls /cache')).toEqual(['first', 'second', 'begun\nfirst\n', 'first\n']);
    });
    it('is another one when it is private', async () => {
      expect(await meet('private', 'ls /cache')).toEqual(['second', 'first', 'begun\nfirst\n', '']);
    });

    it('gives up waiting with its build', async () => {
      const gate = Promise.withResolvers<void>();
      const mounts = [cache('held', { sharing: 'locked' })];
      const first = rig.run('echo begun', { mounts, log: () => gate.promise });
      await expect.poll(async () => (await rig.caches.list()).some(({ inUse, description }) => inUse && description.includes('"held"'))).toBe(true);
      const controller = new AbortController();
      const second = rig.run('true', { mounts, signal: controller.signal });
      controller.abort(new Error('given up'));
      await expect(second).rejects.toThrow('given up');
      gate.resolve();
      await first;
      await rig.run('true', { mounts });
    });

    it('is listed with its size and removed, but not in use', async () => {
      const find = async () => (await rig.caches.list()).find(({ description }) => description.includes('"sized"'));
      const gate = Promise.withResolvers<void>();
      await rig.run('dd if=/dev/zero of=/cache/file bs=1000 count=5 2>/dev/null', { mounts: [cache('sized')] });
      expect(await find()).toMatchObject({ type: 'exec.cachemount', size: 5000, inUse: false, usageCount: 1, shared: false, parents: [] });
      const running = rig.run('echo begun', { mounts: [cache('sized')], log: () => gate.promise });
      await expect.poll(async () => (await find())?.inUse).toBe(true);
      await expect(rig.caches.remove((await find())?.id ?? '')).rejects.toMatchObject({ kind: 'Conflict' });
      gate.resolve();
      await running;
      const id = (await find())?.id ?? '';
      await rig.caches.remove(id);
      await rig.caches.remove(id);
      expect(await find()).toBeUndefined();
      expect(await withCache('ls /cache', cache('sized'))).toBe('');
    });

    it('whose record is damaged is a new one', async () => {
      await rig.run('touch /cache/file', { mounts: [cache('damaged')] });
      const { id } = (await rig.caches.list()).find(({ description }) => description.includes('"damaged"')) ?? { id: '' };
      writeFileSync(join(rig.rig.directory, 'build-cache', id, 'meta.json'), '{}');
      rig.reopenCaches();
      expect(await withCache('ls /cache', cache('damaged'))).toBe('');
    });
  });

  it('type=tmpfs is of the size that is said', async () => {
    const { out, tree } = await run('df -k /mnt/here | tail -1; echo x > /mnt/here/file', { type: 'tmpfs', readonly: false, size: 2 * 1024 ** 2 });
    expect(out).toMatch(/^tmpfs +2048 /);
    expect(tree.layers).toEqual(rig.base.layers);
  });

  describe('type=secret', () => {
    const VALUE = 'hunter2-and-more';
    const secrets = { secret: (id: string) => (id === 'token' ? Buffer.from(VALUE) : undefined), ssh: () => undefined };
    const shown = (): string =>
      JSON.stringify(rig.rig.containers.list({ all: true, filters: {} }), (_, value: unknown) => (typeof value === 'bigint' ? '' : value));
    const secret = (more: Partial<RunMount>): Partial<RunMount> & Pick<RunMount, 'type'> => ({
      type: 'secret',
      target: '/run/secrets/token',
      id: 'token',
      ...more,
    });

    it('is a file that the owner alone can read', async () => {
      const line = 'cat /run/secrets/token; stat -c " %a:%u:%g" /run/secrets/token; echo x 2>&1 > /run/secrets/token || true';
      expect(await outOf(line, secret({}), undefined, { settings: { secrets } })).toMatch(/^hunter2-and-more 400:0:0\n/);
      expect(await outOf(line, secret({ mode: 0o440, uid: 9, gid: 10 }), undefined, { settings: { secrets } })).toMatch(/^hunter2-and-more 440:9:10\n/);
    });

    it('is a variable, of the command alone', async () => {
      const gate = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const log = (): Promise<void> => {
        begun.resolve();
        return gate.promise;
      };
      const running = run('echo "$TOKEN"; test -e /run || echo alone', secret({ target: '', env: 'TOKEN' }), undefined, { settings: { secrets }, log });
      await begun.promise;
      expect(shown()).toContain('$TOKEN');
      expect(shown()).not.toContain(VALUE);
      gate.resolve();
      expect((await running).out).toBe('hunter2-and-more\nalone\n');
    });

    it('is on no disk while the command runs', async () => {
      const controller = new AbortController();
      const begun = Promise.withResolvers<void>();
      const log = (): void => begun.resolve();
      const running = run('cat /run/secrets/token > /dev/null && echo read; sleep 1000', secret({}), undefined, {
        settings: { secrets },
        log,
        signal: controller.signal,
      });
      running.catch(() => undefined);
      await begun.promise;
      expect(filesWith(rig.rig.directory, VALUE)).toEqual([]);
      controller.abort(new Error('seen'));
      await expect(running).rejects.toThrow('seen');
    });

    it('leaves no trace in a layer', async () => {
      const { tree } = await run('cat /run/secrets/token; touch /made', secret({}), undefined, { settings: { secrets } });
      expect(Object.keys(rig.newLayer(tree) ?? {})).toEqual(['/made']);
    });

    it('that is not given is an error only where it is required', async () => {
      expect(await outOf('ls /run 2>&1', secret({ id: 'other' }), undefined, { settings: { secrets } }).catch(String)).toContain('exit code: 1');
      await expect(run('true', secret({ id: 'other', required: true }), undefined, { settings: { secrets } })).rejects.toMatchObject({
        message: 'secret other: not found',
      });
    });

    it('is named in no failure', async () => {
      const root: Tree = { kind: 'layers', layers: [...rig.base.layers, await rig.addLayer({ header: { name: 'run', type: 'symlink', linkname: 'run' } })] };
      const failed = await run('true', secret({}), undefined, { settings: { secrets }, root }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Error);
      expect(inspectAll(failed)).not.toContain(VALUE);
      expect(inspectAll(failed)).not.toContain(Buffer.from(VALUE).toString('hex').slice(0, 8));
    });
  });

  describe('type=ssh', () => {
    it('brings the socket of an agent, with an owner and rights of its own', async () => {
      const path = join(rig.rig.directory, 'agent');
      const server = createServer().listen(path);
      await new Promise((resolve) => void server.once('listening', resolve));
      const secrets = { secret: () => undefined, ssh: (id: string) => (id === 'default' ? path : undefined) };
      const mount: Partial<RunMount> & Pick<RunMount, 'type'> = { type: 'ssh', target: '/run/buildkit/ssh_agent.0', id: 'default' };
      const line = 'echo $SSH_AUTH_SOCK; stat -c "%F %a %u:%g" $SSH_AUTH_SOCK';
      const { out, tree } = await run(line, mount, undefined, { settings: { secrets } });
      expect(out).toBe('/run/buildkit/ssh_agent.0\nsocket 600 0:0\n');
      expect(tree.layers).toEqual(rig.base.layers);
      expect(await outOf('stat -c "%a %u:%g" $SSH_AUTH_SOCK', { ...mount, uid: 7, gid: 8, mode: 0o660 }, undefined, { settings: { secrets } })).toBe(
        '660 7:8\n',
      );
      server.close();
      await expect(run('true', mount, undefined, { settings: { secrets } })).rejects.toThrow('is no socket of this machine');
    });

    it('that is not given is an error only where it is required', async () => {
      expect(await outOf('echo "<$SSH_AUTH_SOCK>"', { type: 'ssh', id: 'x', target: '/agent' })).toBe('<>\n');
      await expect(run('true', { type: 'ssh', id: 'x', required: true, target: '/agent' })).rejects.toThrow('no SSH key "x" forwarded from the client');
    });
  });

  describe('leaves of the places it needs', () => {
    const root = async (...entries: Parameters<StepRig['addLayer']>): Promise<Tree> => ({
      kind: 'layers',
      layers: [...rig.base.layers, await rig.addLayer(...entries)],
    });
    const at = async (target: string, line: string, tree: Tree = rig.base): Promise<string[]> => {
      const { tree: made } = await rig.run(line, { root: tree, mounts: [{ type: 'tmpfs', target, readonly: false }] });
      return tree.kind === 'layers' && made.layers.length === tree.layers.length ? [] : Object.keys(rig.newLayer(made) ?? {});
    };

    it('nothing', async () => {
      expect(await at('/a/b/c', 'touch /a/b/c/x')).toEqual([]);
      expect(await at('/bin/inner', 'true')).toEqual([]);
    });
    it('those in which something else is', async () => {
      expect(await at('/a/b/c', 'touch /a/x')).toEqual(['/a', '/a/x']);
    });
    it('nothing behind a link of the image either', async () => {
      const tree = await root({ header: { name: 'var/run', type: 'symlink', linkname: '../run' } }, { header: { name: 'run', type: 'directory' } });
      expect(await at('/var/run/deep/place', 'touch /run/deep/place/x', tree)).toEqual([]);
    });
    it('nothing outside, wherever links of the image lead', async () => {
      const name = `slipway-escape-${process.pid}`;
      const tree = await root(
        { header: { name: 'up', type: 'symlink', linkname: '../../../../../../../tmp' } },
        { header: { name: 'tmp', type: 'directory' } },
      );
      expect(await at(`/up/${name}`, `touch /tmp/${name}/x`, tree)).toEqual([]);
      expect(readdirSync('/tmp')).not.toContain(name);
    });
  });

  it('shows nothing of the host where the context links to it', async () => {
    const context = rig.addDirectory({ 'dir/file': 'inside' });
    symlinkSync('/etc', join(context.path, 'link'));
    const out = await outOf('ls /mnt/here', { type: 'bind', source: '/link' }, context).catch(String);
    expect(out).toContain('"/link": not found');
  });

  it('makes nothing outside where another step swaps what is on the way to a target', async () => {
    const name = `slipway-swapped-${process.pid}`;
    const cache: RunMount = { type: 'cache', target: '/cache', readonly: false, id: 'swapped', sharing: 'shared' };
    const controller = new AbortController();
    const swap =
      'cd /cache; mkdir real; ln -s ../../../../../../../../tmp link; ln -s link way; echo begun; while :; do ln -sfn real way; ln -sfn link way; done';
    const begun = Promise.withResolvers<void>();
    const swapping = rig.run(swap, { mounts: [cache], signal: controller.signal, log: () => begun.resolve() });
    swapping.catch(() => undefined);
    await begun.promise;
    const target = `/cache/way/${name}`;
    for (let start = 0; start < 20; start++) {
      const made = rig.run('true', { mounts: [cache, { type: 'tmpfs', target, readonly: false }] });
      // A rename in its way may make a start fail, but not go elsewhere.
      await made.catch((error: unknown) => expect(error).toMatchObject({ details: { step: 'mount' } }));
    }
    controller.abort(new Error('enough'));
    await expect(swapping).rejects.toThrow('enough');
    expect(readdirSync('/tmp')).not.toContain(name);
  });
});

/** Files below `directory` that hold `text`. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

/** An error with its causes and details as text. */
function inspectAll(error: unknown): string {
  const seen: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) seen.push(at.message, at.stack ?? '', JSON.stringify('details' in at ? at.details : {}));
  return seen.join('\n');
}
