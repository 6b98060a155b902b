import { expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { parseDockerfile } from '../../formats/dockerfile/parse.ts';
import type { BaseResolver } from './plan.ts';
import { planDockerfile } from './plan-dockerfile.ts';

const resolver: BaseResolver = {
  resolve: () =>
    Promise.resolve({
      id: digestOf('base'),
      config: { architecture: 'amd64', os: 'linux', config: { Env: ['OF_BASE=1'] }, rootfs: { type: 'layers', diff_ids: [] } },
      layers: [],
    }),
};

it('finds variables that neither the base nor the stage sets', async () => {
  const text = ['FROM base AS One', 'ARG GIVEN', 'ENV MINE=$OF_BASE$GIVEN', 'FROM one', 'WORKDIR /$MINE/$GIVEN/$MINI'].join('\n');
  const file = parseDockerfile(text, { fileName: 'Dockerfile' });
  const { warnings } = await planDockerfile(
    file,
    {
      target: '',
      buildArgs: {},
      labels: {},
      namedContexts: {},
      platform: '',
      noCache: false,
      noCacheStages: [],
      networkMode: 'default',
      allowInsecure: false,
      dockerfileName: 'Dockerfile',
    },
    resolver,
  );
  expect(warnings.map(({ range, detail }) => `${range.start.line} ${detail}`)).toEqual([
    "5 Usage of undefined variable '$GIVEN'",
    "5 Usage of undefined variable '$MINI' (did you mean $MINE?)",
  ]);
});
