import { EngineError, isKind, messageOf } from '../../base/errors.ts';
import { resolveUser } from '../../container/spec/user.ts';

/**
 * `--chown` as BuildKit reads it: a user by number is a group too where none is said, a user by name has the group of passwd. Throws
 * InvalidArgument in Docker's words for a name that the files do not have.
 */
export function ownerOf(chown: string, passwd: string, group: string): { readonly uid: number; readonly gid: number } {
  const isNumberAlone = /^\d+$/.test(chown);
  try {
    const { uid, gid } = resolveUser(isNumberAlone ? `${chown}:${chown}` : chown, [], passwd, group);
    return { uid, gid };
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    throw new EngineError('InvalidArgument', `unable to convert uid/gid chown string to host mapping: ${messageOf(error)}`, { cause: error });
  }
}
