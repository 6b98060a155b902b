import { EngineError, isKind } from '../../base/errors.ts';
import type { Dockerfile, SourceRange } from '../../formats/dockerfile/ast.ts';
import { pictureOf } from '../../formats/dockerfile/picture.ts';

/** The error with the place in the Dockerfile: details `file`, `line`, `column` and `picture`, for whoever shows it. An error that has a place keeps it. */
export function withSource(error: EngineError, dockerfile: Pick<Dockerfile, 'text'>, name: string, range: SourceRange): EngineError {
  if (error.details['picture'] !== undefined) return error;
  // A range may end at the start of a line, which is not meant then.
  const lastLine = Math.max(range.start.line, range.end.column <= 1 ? range.end.line - 1 : range.end.line);
  const picture = pictureOf(dockerfile.text, name, { firstLine: range.start.line, lastLine });
  const place = { file: name, line: range.start.line, column: range.start.column, picture };
  return new EngineError(error.kind, error.message, { cause: error, details: { ...error.details, ...place } });
}

/** Runs what an instruction means; its errors get the instruction's place. */
export function atSource<T>(dockerfile: Pick<Dockerfile, 'text'>, name: string, range: SourceRange, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof EngineError && !isKind(error, 'Canceled') ? withSource(error, dockerfile, name, range) : error;
  }
}

/** As atSource. */
export async function atSourceLater<T>(dockerfile: Pick<Dockerfile, 'text'>, name: string, range: SourceRange, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EngineError && !isKind(error, 'Canceled') ? withSource(error, dockerfile, name, range) : error;
  }
}
