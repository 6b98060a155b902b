import { EngineError } from '../base/errors.ts';
import type { ContainerFiles } from '../container/container-files.ts';
import { RootFiles } from '../store/trees/root-files.ts';
import { TreeService } from '../store/trees/tree-service.ts';
import { createFakeSyscalls } from './fake-syscalls.ts';

const refused = (): Promise<never> => Promise.reject(new EngineError('Unsupported', 'files are not pretended here'));

/** A container's files for tests that need none of them. */
export function fakeFiles(answers: Partial<ContainerFiles> = {}): ContainerFiles {
  const browsed = new RootFiles({ trees: new TreeService(createFakeSyscalls()), open: refused });
  return { stat: refused, read: refused, write: refused, export: refused, commit: refused, changes: refused, browsed, ...answers };
}
