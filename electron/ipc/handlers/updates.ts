import type { Updates } from '../../updates/updates.ts';
import type { Backend } from '../backend.ts';
import type { UpdateState } from '../contract/updates.ts';
import { ShellError } from '../failure.ts';

type Requests = Pick<
  Backend['requests'],
  'update.check' | 'update.download' | 'update.cancel' | 'update.install' | 'update.skip' | 'update.unskip' | 'update.later'
>;

/** A shell without windows is updated by who installed it. */
const NEVER: UpdateState = {
  way: 'browser',
  version: '',
  phase: 'idle',
  checkedAt: 0,
  release: null,
  received: 0,
  rate: 0,
  failure: null,
  isQuiet: false,
  isSkipped: false,
};

/** Without `updates`, as in a browser, each of them is refused. */
export function updateRequests(updates: Updates | undefined): Requests {
  const by = (act: (updates: Updates) => unknown) => async () => {
    if (!updates) throw new ShellError('Slipway in a browser does not update itself.', 501);
    await act(updates);
    return null;
  };
  return {
    'update.check': by((one) => one.check()),
    'update.download': by((one) => void one.download()),
    'update.cancel': by((one) => one.cancel()),
    'update.install': by((one) => one.install()),
    'update.skip': by((one) => one.skip()),
    'update.unskip': by((one) => one.unskip()),
    'update.later': by((one) => one.later()),
  };
}

export function updateStreams(updates: Updates | undefined): Pick<Backend['streams'], 'update'> {
  return {
    async update(_params, stream) {
      const closed = Promise.withResolvers<void>();
      stream.signal.addEventListener('abort', () => closed.resolve(), { once: true });
      const send = () => void stream.send(updates?.state ?? NEVER).catch(() => undefined);
      const unsubscribe = updates?.subscribe(send);
      send();
      await closed.promise.finally(unsubscribe);
    },
  };
}
