import { EngineError, isKind, messageOf } from '../../base/errors.ts';
import { resolveUser } from '../../container/spec/user.ts';

export interface NamedOwner {
  readonly uid: number;
  readonly gid: number;
  /** What the files know nothing of, for people to read; root's number stands for it. */
  readonly unknown: readonly string[];
}

/**
 * `--chown` as BuildKit reads it: a user by number is a group too where none is said, a user by name has the group of passwd, and a name
 * that the files do not have is root. Throws InvalidArgument in Docker's words for a number that is none.
 */
export function ownerOf(chown: string, passwd: string, group: string): NamedOwner {
  if (/^\d+$/.test(chown)) return { ...numbers(`${chown}:${chown}`, passwd, group), unknown: [] };
  const [user = '', ofGroup = ''] = chown.split(/:(.*)/s, 2);
  const known = found(user, passwd, group);
  const knownGroup = ofGroup === '' ? known : found(`0:${ofGroup}`, passwd, group);
  const unknown = [
    ...(known === undefined ? [`user ${JSON.stringify(user)}`] : []),
    ...(knownGroup === undefined && ofGroup !== '' ? [`group ${JSON.stringify(ofGroup)}`] : []),
  ];
  return { uid: known?.uid ?? 0, gid: knownGroup?.gid ?? 0, unknown };
}

function numbers(text: string, passwd: string, group: string): { readonly uid: number; readonly gid: number } {
  try {
    const { uid, gid } = resolveUser(text, [], passwd, group);
    return { uid, gid };
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    throw new EngineError('InvalidArgument', `unable to convert uid/gid chown string to host mapping: ${messageOf(error)}`, { cause: error });
  }
}

/** Undefined for a name that is nowhere. */
function found(text: string, passwd: string, group: string): { readonly uid: number; readonly gid: number } | undefined {
  try {
    return numbers(text, passwd, group);
  } catch (error) {
    if (isKind(error, 'InvalidArgument') && /: unable to find (?:user|group) /.test(messageOf(error))) return undefined;
    throw error;
  }
}
