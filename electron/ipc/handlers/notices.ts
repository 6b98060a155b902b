import type { Watch } from '../../notifications/watch.ts';
import type { Backend } from '../backend.ts';
import type { Notice } from '../contract/notices.ts';

export function noticeStreams(watch: Watch): Pick<Backend['streams'], 'notices'> {
  return {
    async notices(_params, stream) {
      const waiting: Notice[] = [];
      let wake: () => void = () => undefined;
      stream.signal.addEventListener('abort', () => wake(), { once: true });
      using _watching = watch.use();
      using _added = watch.notices.onAdded((notice) => {
        waiting.push(notice);
        wake();
      });
      await stream.send({ snapshot: watch.notices.list() });
      while (!stream.signal.aborted) {
        const notice = waiting.shift();
        if (notice) await stream.send({ added: notice });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
