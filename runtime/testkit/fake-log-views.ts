import { EngineError } from '../base/errors.ts';
import type { LogViews } from '../container/logs/view/log-views.ts';

/** No container has a log. */
export function fakeLogViews(): LogViews {
  const refused = (): EngineError => new EngineError('Unsupported', 'configured logging driver does not support reading');
  return {
    lines: () => Promise.reject(refused()),
    search: () => {
      throw refused();
    },
    follow: () => {
      throw refused();
    },
  };
}
