import type { BuildLog, BuildRow, BuildVertex, BuildView } from '../../runtime/api/types/build.ts';
import { RequestError } from '../engine/transport.ts';
import type { FakeTransport } from './fake-transport.ts';

export const fakeBuild = (part: Partial<BuildRow> = {}): BuildRow => ({
  id: 'b1',
  status: 'completed',
  startedAt: 0,
  finishedAt: 1000,
  error: '',
  image: '',
  tags: ['docker.io/library/shop:dev'],
  target: '',
  dockerfileName: 'Dockerfile',
  contextName: '',
  steps: 8,
  cachedSteps: 5,
  ...part,
});

const DOCKERFILE = `# syntax=docker/dockerfile:1
FROM node:24-slim as deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci

FROM deps AS build
COPY . .
RUN npm run build

FROM nginx:1.27
ENV API_KEY=
COPY --from=build /app/dist /usr/share/nginx/html
RUN nginx -t
`;

type Step = readonly [name: string, stage: string, inputs: readonly number[], from: number, to: number, miss: string, error?: string];
const STEPS: readonly Step[] = [
  ['[internal] load build context', '', [], 0, 420, ''],
  ['[deps 1/4] FROM docker.io/library/node:24-slim', 'deps', [], 20, 30, 'cached'],
  ['[deps 2/4] WORKDIR /app', 'deps', [1], 30, 31, 'cached'],
  ['[deps 3/4] COPY package.json package-lock.json ./', 'deps', [0, 2], 420, 510, 'files changed'],
  ['[deps 4/4] RUN --mount=type=cache,target=/root/.npm npm ci', 'deps', [3], 510, 9400, 'base changed'],
  ['[build 1/2] COPY . .', 'build', [0, 4], 9400, 9610, 'base changed'],
  ['[build 2/2] RUN npm run build', 'build', [5], 9610, 21_300, 'base changed'],
  ['[stage-2 1/3] FROM docker.io/library/nginx:1.27', 'stage-2', [], 20, 3100, 'first time'],
  ['[stage-2 2/3] COPY --from=build /app/dist /usr/share/nginx/html', 'stage-2', [6, 7], 21_300, 21_420, 'base changed'],
  ['[stage-2 3/3] RUN nginx -t', 'stage-2', [8], 21_420, 22_050, 'base changed'],
];
const FAILED = 'process "/bin/sh -c npm run build" did not complete successfully: exit code: 1';

function viewOf(row: BuildRow, now: number): BuildView {
  const failsAt = row.status === 'failed' ? 6 : -1;
  const elapsed = row.status === 'running' ? now - row.startedAt : Number.POSITIVE_INFINITY;
  const vertices = STEPS.map(([name, stage, inputs, from, to, miss], index): BuildVertex => {
    const blocked = failsAt >= 0 && index > failsAt && index !== 7;
    const started = !blocked && from < elapsed;
    const ended = started && to < elapsed;
    const cached = miss === 'cached';
    return {
      name,
      stage,
      inputs,
      startedAt: started ? row.startedAt + from : 0,
      completedAt: ended ? row.startedAt + to : 0,
      cached,
      miss: cached ? '' : miss,
      error: index === failsAt ? FAILED : '',
    };
  });
  return {
    ...row,
    dockerfile: DOCKERFILE,
    buildArgs: { NODE_ENV: 'production', REVISION: '4f1c2d9' },
    warnings: [
      {
        rule: 'FromAsCasing',
        description: "The 'as' keyword should match the case of the 'from' keyword",
        url: '',
        detail: "'as' and 'FROM' keywords' casing do not match",
        line: 2,
        column: 1,
      },
      {
        rule: 'SecretsUsedInArgOrEnv',
        description: '',
        url: '',
        detail: 'Do not use ARG or ENV instructions for sensitive data (ENV "API_KEY")',
        line: 12,
        column: 1,
      },
    ],
    vertices,
  };
}

function rowsOf(count: number, now: number, long: boolean): BuildRow[] {
  const names = ['shop', 'payments/api', 'worker', 'gateway', 'docs'];
  return Array.from({ length: count }, (_, index) => {
    const status = index === 0 ? 'running' : index % 4 === 1 ? 'failed' : index % 9 === 5 ? 'canceled' : 'completed';
    const startedAt = now - (index === 0 ? 12_000 : index * 47 * 60_000);
    const name = `${long ? 'registry.internal.example:5000/a-very-long-team-name/with-a-long-project/' : ''}${names[index % names.length]}`;
    return fakeBuild({
      id: `build${index}`,
      status,
      startedAt,
      finishedAt: status === 'running' ? 0 : startedAt + 22_050,
      error: status === 'failed' ? FAILED : status === 'canceled' ? 'context canceled' : '',
      image: status === 'completed' ? `sha256:${'4f1c2d9e'.repeat(8)}` : '',
      tags: index % 7 === 6 ? [] : [`docker.io/library/${name}:dev`],
      target: index % 5 === 3 ? 'build' : '',
      contextName: index % 7 === 6 ? 'https://github.com/example/tools.git#main' : '',
      steps: STEPS.length,
      cachedSteps: index % 3 === 0 ? 2 : 7,
    });
  });
}

function outputOf(step: number, start: number): readonly BuildLog[] {
  return [
    {
      stream: 'stdout',
      time: start,
      text: '\n> shop@2.4.1 build\n> vite build\n\n\u001b[36mvite v8.0.2 \u001b[32mbuilding for production...\u001b[39m\n',
    },
    { stream: 'stdout', time: start + 900, text: '\u001b[32m✓\u001b[39m 1482 modules transformed.\n' },
    ...(step === 6
      ? ([
          { stream: 'stderr', time: start + 2100, text: '\u001b[31merror during build:\u001b[39m\nCould not resolve "./prices" from "src/cart.ts"\n' },
        ] as const)
      : []),
  ];
}

/** Builds of every kind, one of them running. */
export function galleryBuilds(objects: number, long: boolean): Pick<FakeTransport, 'answers' | 'openers'> {
  const start = Date.now();
  const rows = new Map(rowsOf(Math.min(100, objects), start, long).map((row) => [row.id, row]));
  const now = () => (globalThis.location?.search.includes('still') ? start : Date.now());
  return {
    answers: {
      'build.inspect': ({ id }) => {
        const row = rows.get(id);
        if (!row) throw new RequestError(`No such build: ${id}`, 404);
        return viewOf(row, now());
      },
      'build.facts': ({ context, dockerfile }) => ({
        context: context.includes('nowhere') ? 'missing' : 'directory',
        dockerfile: !dockerfile.includes('none'),
        stages: ['deps', 'build'],
        args: [
          { name: 'NODE_VERSION', value: '24' },
          { name: 'REVISION', value: '' },
        ],
        secrets: ['npmrc'],
        others: ['Dockerfile', 'Dockerfile.dev'],
      }),
      'path.complete': ({ path }) => ({
        paths: ['gateway/', 'payments/', 'shop/', 'worker/'].map((name) => `/home/me/${name}`).filter((one) => one.startsWith(path)),
      }),
      'build.cancel': ({ ids }) => ({ results: ids.map((id) => ({ id, failure: null })) }),
      'build.remove': ({ ids }) => {
        for (const id of ids) rows.delete(id);
        return { results: ids.map((id) => ({ id, failure: null })) };
      },
    },
    openers: {
      'build.log': (stream) => {
        queueMicrotask(() => {
          stream.push({ pieces: outputOf(stream.params.step, start) });
          if (rows.get(stream.params.id)?.status !== 'running') stream.end();
        });
        return undefined;
      },
      builds: (stream) => {
        queueMicrotask(() => stream.push({ seq: 0, snapshot: [...rows.values()] }));
        return undefined;
      },
    },
  };
}
