/** One name per line at most; a file with more is not one of users. */
const MAX_USERS = 200;
const BLOCK = 512;

/** Names of the users in the tar of one /etc/passwd, root first, then people, then what services run as. */
export function usersOf(tar: Buffer): readonly string[] {
  const rows = contentOf(tar)
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7 && /^[\w.][\w.$-]{0,63}$/.test(fields[0] ?? '') && /^\d+$/.test(fields[2] ?? ''))
    .map(([name = '', , uid]) => ({ name, uid: Number(uid) }));
  const rank = (uid: number) => (uid === 0 ? 0 : uid >= 1000 && uid < 60_000 ? 1 : 2);
  rows.sort((one, other) => rank(one.uid) - rank(other.uid) || one.uid - other.uid);
  return [...new Set(rows.map(({ name }) => name))].slice(0, MAX_USERS);
}

/** The content of the first regular file; empty for what is none. */
function contentOf(tar: Buffer): string {
  if (tar.length < BLOCK) return '';
  const type = tar[156];
  const size = Number.parseInt(tar.toString('latin1', 124, 136), 8);
  if ((type !== 0 && type !== 0x30) || !Number.isSafeInteger(size)) return '';
  return tar.toString('utf8', BLOCK, BLOCK + size);
}
