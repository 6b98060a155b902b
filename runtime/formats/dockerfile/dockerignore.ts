import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import { PathPattern } from './path-pattern.ts';

const MAX_LENGTH = 1024 * 1024;
const MAX_PATTERNS = 10_000;

/** The patterns of a .dockerignore, exceptions with a `!` in front; comments and empty lines are gone. Throws InvalidArgument for a text without end. */
export function parseDockerignore(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new EngineError('InvalidArgument', `.dockerignore: more than ${MAX_LENGTH} characters`);
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = isException ? line.slice(1).trim() : line;
      // Absolute paths mean the context.
      const cleaned = pattern === '' ? '' : cleanPath(pattern).replace(/^\/(?=.)/, '');
      return (isException ? '!' : '') + cleaned;
    });
}

/**
 * Which paths a list of patterns leaves out, by the rules of Docker: the last pattern that matches a path or a directory above it decides,
 * `!` makes an exception, `*` and `?` stop at slashes, `**` does not. Throws InvalidArgument for a pattern that is malformed.
 * It is our own because npm's translate patterns into regular expressions that a hostile file makes take for ever, and cannot say whether
 * a directory that is left out must be entered.
 */
export class Dockerignore {
  readonly hasExceptions: boolean;
  readonly #patterns: readonly { readonly isException: boolean; readonly pattern: PathPattern }[];

  constructor(patterns: readonly string[]) {
    if (patterns.length > MAX_PATTERNS) throw new EngineError('InvalidArgument', `.dockerignore: more than ${MAX_PATTERNS} patterns`);
    this.#patterns = patterns
      .map((pattern) => pattern.trim())
      .filter((pattern) => pattern !== '')
      .map((pattern) => {
        const isException = pattern.startsWith('!');
        const bare = isException ? pattern.slice(1) : pattern;
        if (bare === '') throw new EngineError('InvalidArgument', 'illegal exclusion pattern: "!"');
        return { isException, pattern: new PathPattern(cleanPath(bare)) };
      });
    this.hasExceptions = this.#patterns.some(({ isException }) => isException);
  }

  /** Whether a file or directory is left out; `path` without a slash in front. */
  excludes(path: string): boolean {
    let isExcluded = false;
    for (const { isException, pattern } of this.#patterns) {
      if (isException === isExcluded && pattern.matchesPathOrParent(path)) isExcluded = !isException;
    }
    return isExcluded;
  }

  /** Whether something below a directory that is left out may be kept all the same. */
  mayKeepBelow(directory: string): boolean {
    return this.#patterns.some(({ isException, pattern }) => isException && pattern.mayMatchBelow(directory));
  }
}

/** As Go's `filepath.Clean`. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
