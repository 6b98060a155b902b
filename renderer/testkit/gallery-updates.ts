import type { UpdateState } from '../../electron/ipc/contract/updates.ts';
import type { FakeStream, FakeTransport } from './fake-transport.ts';

const NOTES = `Faster starts, and a quieter log.

- Logs: search takes half as long.
- Networks: the map keeps its zoom.
- <b>Markup</b> <img src=x onerror=alert(1)> and [links](https://example.com) are shown as they were written.

Known: terminals of containers that were paused show nothing until they go on.`;
const FOUND: UpdateState['release'] = { version: '0.2.0', notes: NOTES, date: Date.UTC(2026, 10, 12, 9), size: 104_857_600 };
const STATE: UpdateState = {
  way: 'self',
  version: '0.1.0',
  phase: 'idle',
  checkedAt: 0,
  release: null,
  received: 0,
  rate: 0,
  failure: null,
  isQuiet: false,
  isSkipped: false,
};
const SHOWN: Readonly<Record<string, Partial<UpdateState>>> = {
  available: { phase: 'available', release: FOUND, checkedAt: Date.now() - 180_000 },
  downloading: { phase: 'downloading', release: FOUND, checkedAt: Date.now() - 180_000, received: 44_000_000, rate: 6_400_000 },
  ready: { phase: 'ready', release: FOUND, checkedAt: Date.now() - 180_000 },
  failed: { failure: { kind: 'digest', detail: 'sha512 checksum mismatch, expected 3q2+7w==, got AAAA==' }, checkedAt: Date.now() - 86_400_000 },
  browser: { way: 'browser', version: '' },
  packages: { way: 'packages' },
};

/** A shell that knows of a newer version: `update=available`, `downloading`, `ready`, `failed`; or does not update itself: `browser`, `packages`. */
export function galleryUpdates(shown: string): Pick<FakeTransport, 'answers' | 'openers'> {
  let state: UpdateState = { ...STATE, ...SHOWN[shown] };
  let page: FakeStream<'update'> | null = null;
  const set = (part: Partial<UpdateState>) => {
    state = { ...state, ...part };
    page?.push(state);
    return null;
  };
  return {
    answers: {
      'update.check': () => set({ phase: 'available', release: FOUND, checkedAt: Date.now(), failure: null }),
      'update.download': () => set({ phase: 'downloading', received: 44_000_000, rate: 6_400_000 }),
      'update.cancel': () => set({ phase: 'available', received: 0, rate: 0 }),
      'update.install': () => set({ failure: { kind: 'place', detail: "EACCES: permission denied, access '/opt/Slipway.AppImage'" } }),
      'update.skip': () => set({ isSkipped: true, isQuiet: true }),
      'update.unskip': () => set({ isSkipped: false, isQuiet: false }),
      'update.later': () => set({ isQuiet: true }),
    },
    openers: {
      update: (stream) => {
        page = stream;
        queueMicrotask(() => stream.push(state));
        return undefined;
      },
    },
  };
}
