import { expect, it } from 'vitest';
import { dockerfileFacts } from './dockerfile-facts.ts';

it('finds stages, bases, arguments and secrets', () => {
  const facts = dockerfileFacts(`# syntax=docker/dockerfile:1
ARG VERSION=24
FROM --platform=$BUILDPLATFORM node:\${VERSION} as deps
ARG VERSION
ARG REVISION GREETING="hello you" \\
    # in between
    LAST='x'
RUN --mount=type=secret,id=token --mount=type=cache,target=/c --mount=type=secret,target=/run/secrets/npmrc npm ci
from deps AS build
RUN echo FROM nothing
FROM scratch
COPY --from=build /a /a
`);
  expect(facts).toEqual({
    stages: ['deps', 'build'],
    images: ['node:${VERSION}'],
    args: [
      { name: 'VERSION', value: '24' },
      { name: 'REVISION', value: '' },
      { name: 'GREETING', value: 'hello you' },
      { name: 'LAST', value: 'x' },
    ],
    secrets: ['token', 'npmrc'],
  });
});

it('knows the other escape', () => {
  expect(dockerfileFacts('# escape=`\nFROM a `\n  AS b\nFROM c\\\nFROM d AS e').stages).toEqual(['b', 'e']);
});

it('is not stopped by what is no Dockerfile', () => {
  expect(dockerfileFacts('')).toEqual({ stages: [], images: [], args: [], secrets: [] });
  expect(dockerfileFacts('\u0000\\')).toEqual({ stages: [], images: [], args: [], secrets: [] });
});
