import { spawn } from 'node:child_process';
import { EngineError } from '../base/errors.ts';

export type HelperAction = 'get' | 'store' | 'erase' | 'list';

/** A person may have to unlock a key ring. */
const TIMEOUT_MS = 120_000;
const MAX_ANSWER = 1024 * 1024;
/** It becomes part of a program's name. */
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/**
 * Asks `docker-credential-<name>` (github.com/docker/docker-credential-helpers): `input` is a server's name, or JSON to be stored. Throws
 * NotFound when the helper has nothing for it, Unavailable when it is not installed, Internal with its own words when it fails.
 */
export function askCredentialHelper(name: string, action: HelperAction, input: string, signal?: AbortSignal): Promise<string> {
  if (!NAME.test(name)) return Promise.reject(new EngineError('InvalidArgument', `invalid credential helper ${JSON.stringify(name.slice(0, 100))}`));
  const program = `docker-credential-${name}`;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, [action], { stdio: ['pipe', 'pipe', 'pipe'], timeout: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) });
  let answer = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    answer = `${answer}${piece}`.slice(0, MAX_ANSWER);
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint = `${complaint}${piece}`.slice(0, MAX_ANSWER);
  });
  child.once('error', (cause: NodeJS.ErrnoException) => {
    reject(
      cause.code === 'ENOENT'
        ? new EngineError('Unavailable', `the credential helper ${program} is not installed`, { cause })
        : new EngineError('Internal', `${program}: ${cause.message}`, { cause }),
    );
  });
  child.once('close', (code, ended) => {
    if (code === 0) resolve(answer);
    // Helpers complain on their standard output.
    else if (answer.includes('credentials not found')) reject(new EngineError('NotFound', `${program} has no credentials for it`));
    else
      reject(
        new EngineError(
          'Internal',
          `${program} ${action} ${ended === null ? `failed with ${code}` : `was ended by ${ended}`}: ${(answer || complaint).trim().slice(0, 500)}`,
        ),
      );
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return promise;
}
