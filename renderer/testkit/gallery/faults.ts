import { RequestError } from '../../engine/transport.ts';
import { FakeTransport } from '../fake-transport.ts';

const REFUSAL = 'database disk image is malformed (11)';

/** The same engine, but requests and streams named in `held` are never answered, and requests in `refused` fail. */
export function withFaults(transport: FakeTransport, held: readonly string[], refused: readonly string[]): FakeTransport {
  const answers: Record<string, unknown> = { ...transport.answers };
  const openers: Record<string, unknown> = { ...transport.openers };
  for (const name of held) {
    answers[name] = () => new Promise(() => undefined);
    openers[name] = () => undefined;
  }
  for (const name of refused) answers[name] = () => Promise.reject(new RequestError(REFUSAL, 500));
  return new FakeTransport(answers, openers);
}
