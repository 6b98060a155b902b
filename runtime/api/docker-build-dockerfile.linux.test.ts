import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { tarOf } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

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

const FILES = { 'a.txt': 'A', 'b.txt': 'B', 'd/one': '1', 'd/sub/two': '2', 'd/skip.md': 'no' };

describe.skipIf(!canRunDocker)('in a Dockerfile', () => {
  it.each<readonly [string, string, string, string]>([
    ['COPY of a file', 'COPY a.txt /x', 'cat /x', 'A'],
    ['COPY of several into a directory', 'COPY a.txt b.txt /x/', 'cat /x/a.txt /x/b.txt', 'AB'],
    ['COPY of a pattern', 'COPY *.txt /x/', 'ls /x', 'a.txt\nb.txt\n'],
    ['COPY of a directory', 'COPY d /x', 'find /x -type f | sort', '/x/one\n/x/skip.md\n/x/sub/two\n'],
    ['COPY of everything', 'WORKDIR /w\nCOPY . .', 'ls', 'Dockerfile\na.txt\nb.txt\nd\n'],
    ['COPY --exclude', 'COPY --exclude=*.md d /x', 'find /x -type f | sort', '/x/one\n/x/sub/two\n'],
    ['COPY --parents', 'COPY --parents d/sub/two /x/', 'find /x -type f', '/x/d/sub/two\n'],
    ['COPY --chown and --chmod', 'COPY --chown=5:6 --chmod=640 a.txt /x', 'stat -c "%u:%g %a" /x', '5:6 640\n'],
    ['COPY --link', 'COPY --link a.txt /x/y', 'cat /x/y', 'A'],
    ['COPY of a here-document', 'ARG V=value\nCOPY <<EOF /x\nis $V\nEOF', 'cat /x', 'is value\n'],
    ['RUN of a here-document', 'RUN <<EOF\necho one > /x\necho two >> /x\nEOF', 'cat /x', 'one\ntwo\n'],
    ['RUN of a here-document with an interpreter', 'RUN <<EOF\n#!/bin/busybox cat\ntext\nEOF\nRUN echo ok > /x', 'cat /x', 'ok\n'],
    ['RUN as list', 'RUN ["sh", "-c", "echo $0 > /x", "zero"]', 'cat /x', 'zero\n'],
    [
      'RUN with bind, cache and tmpfs mounts',
      'RUN --mount=target=/m --mount=type=cache,target=/c --mount=type=tmpfs,target=/t cat /m/a.txt > /x; touch /c/1 /t/1',
      'cat /x; ls -d /[cmt] 2>/dev/null; true',
      'A',
    ],
    ['RUN --network=none', 'RUN --network=none ls /sys/class/net > /x', 'cat /x', 'lo\n'],
    ['SHELL', 'SHELL ["/bin/sh", "-ec"]\nRUN false || echo failed > /x', 'cat /x', 'failed\n'],
    [
      'USER and WORKDIR',
      'RUN mkdir -p /etc; echo me:x:7:7::/:/bin/sh >> /etc/passwd\nUSER me\nWORKDIR /home/me/w\nRUN id -u > x; stat -c %u . >> x',
      'cat /home/me/w/x',
      '7\n7\n',
    ],
    ['ENV and ARG', 'ARG A=1\nENV B=${A}2 C=${NONE:-none}\nRUN echo $A $B $C > /x', 'cat /x; echo $A-$B', '1 12 none\n-12\n'],
    ['the platform', 'ARG TARGETOS TARGETARCH\nRUN echo $TARGETOS/$TARGETARCH > /x', 'cat /x', `linux/${process.arch === 'x64' ? 'amd64' : process.arch}\n`],
    ['proxies', 'RUN echo $HTTP_PROXY > /x', 'cat /x', '\n'],
    ['files that a step deletes', 'COPY d /x\nRUN rm -r /x/sub && echo new > /x/one', 'find /x -type f | sort; cat /x/one', '/x/one\n/x/skip.md\nnew\n'],
  ])('%s', async (_, dockerfile, script, output) => {
    expect(await builds.output(`FROM base\n${dockerfile}\n`, script, { files: FILES })).toBe(output);
  });

  it('stages give files to each other, by name, by number and from images', async () => {
    const text = `FROM base AS one\nRUN echo 1 > /1\nFROM base\nRUN echo 2 > /2\nFROM one\nCOPY --from=1 /2 /2\nCOPY --from=${IMAGE} /bin/busybox /copied\nRUN --mount=from=1,target=/m cat /m/2 > /3`;
    expect(await builds.output(text, 'cat /1 /2 /3; ls /copied')).toBe('1\n2\n2\n/copied\n');
  });

  it('an image of nothing but a program runs', async () => {
    const image = await builds.image(
      'FROM base AS tools\nFROM scratch\nCOPY --from=tools /bin/busybox /busybox\nENTRYPOINT ["/busybox"]\nCMD ["echo", "alone"]',
    );
    expect(await engine.dockerOutput('run', '--rm', '--network', 'none', image)).toBe('alone\n');
  });

  it('ONBUILD is done by the children', async () => {
    const parent = await builds.image('FROM base\nONBUILD COPY a.txt /x\nONBUILD RUN cat /x > /y');
    expect(await builds.output(`FROM ${parent}\nRUN cat /y > /z`, 'cat /z', { files: FILES })).toBe('A');
  });

  it('ADD unpacks archives of the context', async () => {
    const archive = gzipSync(await tarOf([{ header: { name: 'in/', type: 'directory' } }, { header: { name: 'in/file' }, data: 'packed' }]));
    expect(await builds.output('FROM base\nADD a.tar.gz /x/', 'cat /x/in/file', { files: { 'a.tar.gz': archive } })).toBe('packed');
    expect(await builds.output('FROM base\nADD --unpack=false a.tar.gz /x/', 'ls /x', { files: { 'a.tar.gz': archive } })).toBe('a.tar.gz\n');
  });

  it('.dockerignore keeps files away', async () => {
    const files = { ...FILES, '.dockerignore': '*\n!d\nd/skip.md\n' };
    expect(await builds.output('FROM base\nCOPY . /x', 'find /x -type f | sort', { files })).toBe('/x/d/one\n/x/d/sub/two\n');
  });

  it('a cache mount lasts from build to build', async () => {
    const text = (word: string): string => `FROM base\nRUN --mount=type=cache,id=lasting,target=/c echo ${word} >> /c/words; cat /c/words > /x`;
    await builds.image(text('first'));
    expect(await builds.output(text('second'), 'cat /x')).toBe('first\nsecond\n');
  });

  it('SOURCE_DATE_EPOCH makes the same image twice', async () => {
    const make = async (): Promise<string> => {
      const image = await builds.image('FROM base\nWORKDIR /w\nCOPY <<EOF /x\ntext\nEOF\nENV A=1\n', {
        args: ['--no-cache', '--build-arg', 'SOURCE_DATE_EPOCH=1000'],
      });
      return engine.dockerOutput('image', 'inspect', '--format', '{{.Id}} {{.Created}}', image);
    };
    const first = await make();
    expect(first).toContain('1970-01-01T00:16:40');
    expect(await make()).toBe(first);
  });

  it('configuration comes with the image', async () => {
    const image = await builds.image(
      'FROM base\nEXPOSE 80\nVOLUME /v\nSTOPSIGNAL SIGUSR1\nHEALTHCHECK --interval=5s CMD true\nUSER 1:2\nWORKDIR /w\nENTRYPOINT ["/e"]\nCMD ["c"]\nLABEL l=v',
    );
    expect(JSON.parse(await engine.dockerOutput('image', 'inspect', '--format', '{{json .Config}}', image))).toMatchObject({
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/v': {} },
      StopSignal: 'SIGUSR1',
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9 },
      User: '1:2',
      WorkingDir: '/w',
      Entrypoint: ['/e'],
      Cmd: ['c'],
      Labels: { l: 'v' },
    });
  });
});
