import { EngineError } from '../../base/errors.ts';
import type { BuildSecrets } from '../executor.ts';

const LOOPBACK = /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/;
const LIMIT = 16 * 1024;

/** Whether nobody on the way to a server could read a login, and the address brings none of its own. */
export function mayHaveLogin(url: URL): boolean {
  return url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
}

/** A secret that goes into a header. Throws InvalidArgument for one that can be no login. */
export function loginSecret(secrets: Pick<BuildSecrets, 'secret'>, id: string): string | undefined {
  const bytes = secrets.secret(id);
  if (bytes === undefined) return undefined;
  const text = Buffer.from(bytes).toString('utf8').trim();
  // A line break would begin another header.
  if (text === '' || text.length > LIMIT || /\p{Cc}/u.test(text)) throw new EngineError('InvalidArgument', `secret ${id}: not a login`);
  return text;
}
