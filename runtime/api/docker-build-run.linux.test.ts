import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const hasTools = ['skopeo', 'umoci'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasTools) console.warn('skipped: skopeo or umoci is not installed');

let engine: RealEngine;
let builds: DockerBuilds;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  builds = new DockerBuilds(engine, IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

/** Commands that leave everything that a layer can have. */
const HOSTILE = `FROM base
RUN mkdir -p /d/old /d/kept /opt/a && echo 1 > /d/old/1 && echo 2 > /d/kept/2 && echo x > /gone && ln -s /d /link
RUN rm -r /d/old /gone && mkdir /d/old && echo new > /d/old/new && chmod 4711 /bin/busybox \\
  && echo shared > /opt/a/one && ln /opt/a/one /opt/a/two && mkfifo /opt/a/fifo && mknod /opt/a/null c 1 3 && chown 12:34 /opt/a/one \\
  && truncate -s 1M /opt/a/hole && mkdir -m 1777 /opt/a/sticky && printf x > "/opt/a/$(printf 'long%0150d' 0)" && touch -d '1999-12-31 23:59' /opt/a/old`;
const LOOK = `for place in '! -type d' '-type d'; do test "$place" = '-type d' || more=' %s %h %t:%T'
  find /d /opt /link /bin/busybox $place -exec stat -c "%n %f %u:%g$more %Y" {} + | sort; more=; done; cat /d/old/new /opt/a/two; ls -d /gone /d/old/1 2>&1 | wc -l`;

describe.skipIf(!canRunDocker)('what RUN has made', () => {
  it('is the same image after it was saved, removed and loaded', async () => {
    const image = await builds.image(HOSTILE);
    const seen = await builds.shell(image, LOOK);
    const id = await engine.dockerOutput('image', 'inspect', '--format', '{{.Id}} {{.RootFS.Layers}}', image);
    const archive = join(engine.directory, 'saved.tar');
    await engine.dockerOutput('save', '-o', archive, image);
    await engine.dockerOutput('rmi', image);
    await engine.dockerOutput('builder', 'prune', '-f', '--all');
    await engine.dockerOutput('load', '-q', '-i', archive);
    expect(await engine.dockerOutput('image', 'inspect', '--format', '{{.Id}} {{.RootFS.Layers}}', image)).toBe(id);
    expect(await builds.shell(image, LOOK)).toBe(seen);
    expect(seen).toContain('new\nshared\n2\n');
  });

  it.skipIf(!hasTools)('is read by skopeo and umoci', async () => {
    const image = await builds.image(HOSTILE);
    const [archive, layout, bundle] = ['read.tar', 'layout', 'bundle'].map((name) => join(engine.directory, name)) as [string, string, string];
    await engine.dockerOutput('save', '-o', archive, image);
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', `docker-archive:${archive}`, `oci:${layout}:one`], { stdio: 'pipe' });
    execFileSync('umoci', ['unpack', '--image', `${layout}:one`, bundle], { stdio: 'pipe' });
    const unpacked = execFileSync('chroot', [join(bundle, 'rootfs'), '/bin/busybox', 'sh', '-c', LOOK]).toString();
    expect(unpacked).toBe(await builds.shell(image, LOOK));
  });

  it('has nothing of the files and places that its container was given', async () => {
    const image = await builds.image('FROM scratch\nCOPY --from=demo/busybox:1 /bin /bin\nRUN --mount=type=tmpfs,target=/some/where true; echo 1 > /made');
    const listed = execFileSync('tar', ['-t'], {
      input: execFileSync('docker', ['export', await container(image)], { env: engine.dockerEnvironment, maxBuffer: 2 ** 26 }),
    }).toString();
    const roots = new Set(listed.split('\n').map((path) => path.split('/')[0]));
    expect([...roots].filter((name) => !['', 'bin', '.dockerenv'].includes(name ?? '')).sort()).toEqual(['made']);
  });

  it('as it is told: the exit code of a command that fails is in the answer', async () => {
    const { out, err } = await builds.failure('FROM base\nRUN exit 42', { args: ['--force-rm'] });
    expect(out + err).toMatch(/exit code: 42|non-zero code: 42/);
  });
});

/** The files of an image, as a container that never ran. */
async function container(image: string): Promise<string> {
  return (await engine.dockerOutput('create', '--network', 'none', image, 'x')).trim();
}
