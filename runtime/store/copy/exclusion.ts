import { Dockerignore } from '../../formats/dockerfile/dockerignore.ts';

/** `--exclude` of COPY and ADD, whose patterns are those of a .dockerignore, for paths below a source. Throws InvalidArgument for one that is malformed. */
export function exclusionOf(patterns: readonly string[]): Dockerignore | undefined {
  return patterns.length === 0 ? undefined : new Dockerignore(patterns);
}
