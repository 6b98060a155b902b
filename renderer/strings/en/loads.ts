import { listed } from '../format.ts';

export const loads = {
  label: 'Image archives being loaded',
  waiting: 'Waiting',
  sending: 'Sending',
  progressOf: (current: string, total: string) => `${current} of ${total}`,
  done: (names: readonly string[]) => (names.length === 0 ? 'Loaded' : `Loaded ${listed(names)}`),
  failed: 'Not loaded',
  canceled: 'Canceled; nothing was kept',
  cancel: (name: string) => `Cancel loading ${name}`,
  progress: (name: string) => `Loading ${name}`,
  run: 'Run',
};
