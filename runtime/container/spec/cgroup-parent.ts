import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';

const LONGEST = 1024;

/** Group beneath which a container's is made, from the hierarchies' roots; undefined: the engine's. Throws InvalidArgument. */
export function cgroupParentOf(asked: string | null | undefined): { readonly cgroupParent?: string } {
  if (!asked) return {};
  // The name of a group cannot hold a newline, and `..` ends at the root as in Docker.
  if (/[\0\n]/.test(asked) || asked.length > LONGEST) {
    throw new EngineError('InvalidArgument', `CgroupParent: ${JSON.stringify(asked.slice(0, 100))} is not the path of a group`);
  }
  const parent = posix.join('/', asked).replace(/(?<=.)\/+$/, '');
  if (parent.split('/').some((name) => name.length > 255)) throw new EngineError('InvalidArgument', 'CgroupParent: a name in it is longer than 255 characters');
  return { cgroupParent: parent };
}
