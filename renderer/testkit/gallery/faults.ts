import { RequestError } from '../../engine/transport.ts';
import { FakeTransport } from '../fake-transport.ts';

const REFUSAL = 'database disk image is malformed (11)';

interface Faults {
  /** Requests and streams that are never answered. */
  readonly held: readonly string[];
  /** Requests and streams that fail. */
  readonly refused: readonly string[];
  /** Requests that are answered once and fail from then on. */
  readonly lapsed: readonly string[];
  /** Requests whose answers wait from the window's event `hold-answers` on until `release-answers`. */
  readonly late: readonly string[];
}

/** The same engine with faults. */
export function withFaults(transport: FakeTransport, { held, refused, lapsed, late }: Faults): FakeTransport {
  const answers: Record<string, unknown> = { ...transport.answers };
  const openers: Record<string, unknown> = { ...transport.openers };
  for (const name of held) {
    answers[name] = () => new Promise(() => undefined);
    openers[name] = () => undefined;
  }
  for (const name of refused) {
    answers[name] = () => Promise.reject(new RequestError(REFUSAL, 500));
    openers[name] = (stream: { end(error: RequestError): void }) => {
      // A stream that has not been handed over yet cannot end.
      queueMicrotask(() => stream.end(new RequestError(REFUSAL, 500)));
      return undefined;
    };
  }
  for (const name of lapsed) {
    const first = answers[name] as (params: unknown) => unknown;
    let asked = false;
    answers[name] = (params: unknown) => {
      if (asked) return Promise.reject(new RequestError(REFUSAL, 500));
      asked = true;
      return first(params);
    };
  }
  let gate: Promise<unknown> = Promise.resolve();
  window.addEventListener('hold-answers', () => {
    gate = new Promise((resolve) => window.addEventListener('release-answers', resolve, { once: true }));
  });
  for (const name of late) {
    const own = answers[name] as (params: unknown) => unknown;
    answers[name] = async (params: unknown) => {
      await gate;
      return own(params);
    };
  }
  return new FakeTransport(answers, openers);
}
