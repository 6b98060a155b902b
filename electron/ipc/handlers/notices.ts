import type { Watch } from '../../notifications/watch.ts';
import type { Recovery } from '../../replacing/recovery.ts';
import type { Backend } from '../backend.ts';
import type { NoticeChange, NoticeResults } from '../contract/notices.ts';

export function noticeRequests({ notices }: Watch, recovery: Recovery): Pick<Backend['requests'], keyof NoticeResults> {
  return {
    'notice.see'() {
      notices.see();
      return Promise.resolve(null);
    },
    'notice.forget'({ ids }) {
      notices.forget(ids);
      return Promise.resolve(null);
    },
    async 'notice.bringBack'({ container }) {
      await recovery.bringBack(container);
      return null;
    },
  };
}

export function noticeStreams(watch: Watch): Pick<Backend['streams'], 'notices'> {
  return {
    async notices(_params, stream) {
      const waiting: NoticeChange[] = [];
      let wake: () => void = () => undefined;
      stream.signal.addEventListener('abort', () => wake(), { once: true });
      using _watching = watch.use();
      using _changed = watch.notices.onChange((changes) => {
        waiting.push(...changes);
        wake();
      });
      await stream.send({ snapshot: watch.notices.list() });
      while (!stream.signal.aborted) {
        const changes = waiting.splice(0);
        if (changes.length > 0) await stream.send({ changes });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
