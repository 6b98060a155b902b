import { posix } from 'node:path';
import type { Dockerfile, LintWarning } from '../ast.ts';
import { Dockerignore } from '../dockerignore.ts';
import { copyOfIgnored } from './plan-rules.ts';

/** CopyIgnoredFile: sources in the context that its .dockerignore leaves out; of a source with variables nothing is said. */
export function copiesOfIgnored({ stages, checks }: Dockerfile, patterns: readonly string[]): LintWarning[] {
  if (patterns.length === 0) return [];
  const ignore = new Dockerignore(patterns);
  return stages.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      if (instruction.kind !== 'ADD' && (instruction.kind !== 'COPY' || instruction.from !== undefined)) return [];
      const { kind, copy, range } = instruction;
      return copy.sources
        .filter((source) => typeof source === 'string')
        .filter((source) => !source.includes('$') && !/^[a-z]+:\/\//i.test(source) && isIgnored(ignore, source))
        .flatMap((source) => copyOfIgnored(checks, kind, source, range));
    }),
  );
}

/** The context itself never is. */
function isIgnored(ignore: Dockerignore, source: string): boolean {
  const path = posix.join('/', source).slice(1);
  return path !== '' && ignore.excludes(path);
}
