import { EngineError } from '../base/errors.ts';
import type { ContainerFiles } from '../container/container-files.ts';

const refused = (): Promise<never> => Promise.reject(new EngineError('Unsupported', 'files are not pretended here'));

/** A container's files for tests that need none of them. */
export function fakeFiles(answers: Partial<ContainerFiles> = {}): ContainerFiles {
  return { stat: refused, read: refused, write: refused, export: refused, commit: refused, changes: refused, ...answers };
}
