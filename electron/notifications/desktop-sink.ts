import { Notification } from 'electron';
import type { NoticeSink } from './notifier.ts';

/** So many may be on the screen; the oldest goes. Those that are held here also keep their click. */
const MAX_SHOWN = 16;

/** Shows notices as the system's notifications; a click calls `open` with the place in the app. */
export function desktopSink(open: (path: string) => void): NoticeSink & Disposable {
  const shown = new Set<Notification>();
  return {
    show({ title, body, path }) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      shown.add(notification);
      const [oldest] = shown;
      if (oldest && shown.size > MAX_SHOWN) {
        shown.delete(oldest);
        oldest.close();
      }
      notification.on('click', () => open(path));
      notification.on('close', () => void shown.delete(notification));
      notification.show();
    },
    [Symbol.dispose]() {
      for (const notification of shown) notification.close();
      shown.clear();
    },
  };
}
