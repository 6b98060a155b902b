import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type TarEntry, tarOf } from '../../image-archives.ts';
import type { EngineClient } from '../client.ts';
import { type Scenario, timed } from '../scenario.ts';

/** Docker Engine's two builders by the API's `version`; Slipway has one. */
type Builder = 'classic' | 'buildkit';

/** What was there before each sample. */
type Kind = 'nothing' | 'everything' | 'all but a file';

const TAG = 'bench/app:1';
const FILES = 400;

const dockerfile = (base: string): string =>
  [
    `FROM ${base}`,
    'RUN mkdir -p /srv && echo ready > /srv/state',
    'WORKDIR /srv/app',
    'COPY package.json ./',
    'RUN for i in $(seq 1 50); do echo "module $i" > "module$i"; done',
    'COPY src ./src',
    'RUN cat src/*/* > bundle && sha256sum bundle > bundle.sum',
    'ENV MODE=production',
    'CMD ["cat", "bundle.sum"]',
    '',
  ].join('\n');

/** A context of some hundred source files; `version` is in one of them. */
function contextOf(base: string, version: number): Promise<Buffer> {
  const sources = Array.from({ length: FILES }, (_, index): TarEntry => {
    const text = `line ${index === FILES - 1 ? version : index} of a source file\n`;
    return { header: { name: `src/d${Math.floor(index / 20)}/file${index}`, mode: 0o644 }, data: text.repeat(30 + (index % 7) * 40) };
  });
  return tarOf([
    { header: { name: 'Dockerfile', mode: 0o644 }, data: dockerfile(base) },
    { header: { name: 'package.json', mode: 0o644 }, data: '{ "name": "app" }\n' },
    ...sources,
  ]);
}

async function build(engine: EngineClient, builder: Builder, context: Buffer, noCache: boolean): Promise<void> {
  const version = builder === 'buildkit' && engine.name !== 'slipway' ? 2 : 1;
  const query = new URLSearchParams({ t: TAG, networkmode: 'none', version: String(version), ...(noCache && { nocache: '1' }), rm: '1' });
  await engine.drain('POST', `/build?${query.toString()}`, Readable.from([context]));
}

function scenario(builder: Builder, kind: Kind): Scenario {
  return {
    title: `build of 8 steps and ${FILES} files, ${kind} in the cache${builder === 'buildkit' ? ', against BuildKit' : ''}`,
    unit: 'ms',
    rounds: kind === 'everything' ? 20 : 10,
    prepare: async (engine, { archive, archiveImage }) => {
      await engine.drain('POST', '/images/load?quiet=1', createReadStream(archive, { highWaterMark: 1 << 20 }));
      let version = 0;
      const context = await contextOf(archiveImage, version);
      await build(engine, builder, context, false);
      return {
        once: async () => {
          const sent = kind === 'all but a file' ? await contextOf(archiveImage, ++version) : context;
          return timed(() => build(engine, builder, sent, kind === 'nothing'));
        },
        [Symbol.asyncDispose]: async () => {
          await engine.call('DELETE', `/images/${TAG}?force=1`);
          await engine.call('POST', '/images/prune');
          await engine.call('POST', '/build/prune?all=1');
        },
      };
    },
  };
}

export const builds: readonly Scenario[] = (['classic', 'buildkit'] as const).flatMap((builder) =>
  (['nothing', 'everything', 'all but a file'] as const).map((kind) => scenario(builder, kind)),
);
