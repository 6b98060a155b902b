import { expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { parseDockerfile } from '../../formats/dockerfile/parse.ts';
import type { BaseResolver, PlanRequest } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';

const resolver: BaseResolver = {
  resolve: () =>
    Promise.resolve({
      id: digestOf('base'),
      config: { architecture: 'amd64', os: 'linux', config: { Env: ['OF_BASE=1'] }, rootfs: { type: 'layers', diff_ids: [] } },
      layers: [],
    }),
};

const REQUEST: PlanRequest = {
  target: '',
  buildArgs: {},
  labels: {},
  namedContexts: {},
  platform: 'linux/amd64',
  noCache: false,
  noCacheStages: [],
  networkMode: 'default',
  allowInsecure: false,
  dockerfileName: 'Dockerfile',
};

it.each([
  ['linux/amd64', []],
  ['linux/arm64', ['Base image base was pulled with platform "linux/amd64", expected "linux/arm64" for current build']],
])('compares the base with the platform %s', async (platform, details) => {
  const file = parseDockerfile('FROM base', { fileName: 'Dockerfile' });
  const { warnings } = await planDockerfile(file, { ...REQUEST, platform }, resolver);
  expect(warnings.map(({ detail }) => detail)).toEqual(details);
});

it('finds variables that neither the base nor the stage sets', async () => {
  const text = ['FROM base AS One', 'ARG GIVEN', 'ENV MINE=$OF_BASE$GIVEN', 'FROM one', 'WORKDIR /$MINE/$GIVEN/$MINI'].join('\n');
  const file = parseDockerfile(text, { fileName: 'Dockerfile' });
  const { warnings } = await planDockerfile(file, REQUEST, resolver);
  expect(warnings.map(({ range, detail }) => `${range.start.line} ${detail}`)).toEqual([
    "5 Usage of undefined variable '$GIVEN'",
    "5 Usage of undefined variable '$MINI' (did you mean $MINE?)",
  ]);
});
