import { EngineError } from '../../base/errors.ts';

/** Who a process runs as, by the container's own passwd and group files. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, the primary one first. */
  readonly groups: readonly number[];
  readonly home: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}
interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const MAX_ID = 2 ** 31 - 1;
const NUMERIC = /^[0-9]+$/;

/**
 * Docker's reading of `user[:group]`, each a name or a number. A number is an id and never a name (CVE-2016-3697).
 * Without a group the user's own from passwd and all that list it are taken. Throws InvalidArgument in Docker's words.
 */
export function resolveUser(spec: string, groupAdd: readonly string[], passwdText: string, groupText: string): ResolvedUser {
  const colon = spec.indexOf(':');
  const userPart = colon < 0 ? spec : spec.slice(0, colon);
  const groupPart = colon < 0 ? '' : spec.slice(colon + 1);
  const groups = parseGroup(groupText);
  const user = findUser(userPart, parsePasswd(passwdText));
  const gid = groupPart === '' ? user.gid : findGroup(groupPart, groups, `unable to find group ${groupPart}: no matching entries in group file`);
  const listed = groupPart === '' && user.name !== '' ? groups.filter(({ members }) => members.includes(user.name)).map((group) => group.gid) : [];
  const added = groupAdd.map((name) => findGroup(name, groups, `Unable to find group ${name}`));
  return { uid: user.uid, gid, groups: [...new Set([gid, ...listed, ...added])], home: user.home || '/' };
}

function findUser(text: string, entries: readonly PasswdEntry[]): PasswdEntry {
  if (text === '' || NUMERIC.test(text)) {
    const uid = text === '' ? 0 : idOf(text);
    return entries.find((entry) => entry.uid === uid) ?? { name: '', uid, gid: 0, home: '/' };
  }
  const found = entries.find((entry) => entry.name === text);
  if (found === undefined) throw new EngineError('InvalidArgument', `unable to find user ${text}: no matching entries in passwd file`);
  return found;
}

function findGroup(text: string, groups: readonly GroupEntry[], missing: string): number {
  if (NUMERIC.test(text)) return idOf(text);
  const found = groups.find((group) => group.name === text);
  if (found === undefined) throw new EngineError('InvalidArgument', missing);
  return found.gid;
}

function idOf(text: string): number {
  const id = Number(text);
  if (id > MAX_ID) throw new EngineError('InvalidArgument', `uids and gids must be in range 0-${MAX_ID}`);
  return id;
}

function parsePasswd(text: string): PasswdEntry[] {
  return rows(text).flatMap(([name = '', , uid = '', gid = '', , home = '']) =>
    isId(uid) && isId(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home }] : [],
  );
}

function parseGroup(text: string): GroupEntry[] {
  return rows(text).flatMap(([name = '', , gid = '', members = '']) =>
    isId(gid) ? [{ name, gid: Number(gid), members: members.split(',').map((member) => member.trim()) }] : [],
  );
}

function isId(text: string): boolean {
  return NUMERIC.test(text) && Number(text) <= MAX_ID;
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
