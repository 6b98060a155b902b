import { expect, it } from 'vitest';
import { parseDockerfile } from '../parse.ts';
import { undefinedVariables } from './undefined.ts';

const scope = { env: new Map([['HOME', '/root']]), args: new Set(['ASKED']) };

it.each<[string, string[]]>([
  ['COPY $A ${B} $HOME $ASKED/', ['A', 'B']],
  ['COPY --chown=$A --exclude=$B x y', ['A', 'B']],
  ['COPY $A $A /', ['A']],
  ['COPY <<E /\n$A\nE', ['A']],
  ["COPY <<'E' /\n$A\nE", []],
  ['ADD $A /', ['A']],
  ['ENV X=$A', ['A']],
  ["ENV X='$A' Y=\\$A", []],
  ['ENV X=${A:-x} Y=${B:+x} Z=${C-}', []],
  ['LABEL $A=x', ['A']],
  ['ARG X=$A', ['A']],
  ['EXPOSE $A', ['A']],
  ['RUN echo $A', []],
  ['RUN --mount=type=cache,target=$A x', ['A']],
  ['CMD echo $A', []],
  ['USER $A', ['A']],
  ['WORKDIR $A', ['A']],
  ['STOPSIGNAL $A', ['A']],
  ['VOLUME $A', ['A']],
  ['WORKDIR ${A', []],
])('%s', (text, names) => {
  const file = parseDockerfile(`FROM a\n${text}`, { fileName: 'Dockerfile' });
  const [instruction] = file.stages[0]?.instructions ?? [];
  if (instruction === undefined) throw new Error('the instruction is missing');
  expect(undefinedVariables(file, instruction, scope).map(({ rule, detail }) => `${rule} ${detail}`)).toEqual(
    names.map((name) => `UndefinedVar Usage of undefined variable '$${name}'`),
  );
});
