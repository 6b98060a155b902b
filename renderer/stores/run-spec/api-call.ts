import { quoteWord } from '../../ui/command-words.ts';
import type { RunSpec } from './from-inspect.ts';

/** The two calls that make and start the same container, for curl on the engine's socket. */
export function apiCall({ name, body }: RunSpec, socket: string): string {
  const query = name === '' ? '' : `?name=${encodeURIComponent(name)}`;
  const curl = `curl -sS --unix-socket ${quoteWord(socket)}`;
  const create = `${curl} -H 'Content-Type: application/json' -d ${quoteWord(JSON.stringify(body))} ${quoteWord(`http://localhost/containers/create${query}`)}`;
  // Without a name only the answer says what was made.
  return name === '' ? create : `${create} &&\n${curl} -X POST ${quoteWord(`http://localhost/containers/${encodeURIComponent(name)}/start`)}`;
}
