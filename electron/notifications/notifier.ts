import type { Notice, NoticeKind } from '../ipc/contract/notices.ts';
import type { Language } from '../words/words.ts';
import type { Watch } from './watch.ts';
import { noticeText } from './words.ts';

/** Where notifications are shown; the desktop is one. */
export interface NoticeSink {
  /** `path`: the place in the app that shows what it is about. */
  show(notification: { readonly title: string; readonly body: string; readonly path: string; readonly notice: Notice }): void;
}

export interface NotifierOptions {
  readonly watch: Watch;
  readonly sink: NoticeSink;
  /** Which kinds the user wants. Asked each time, so that a switch counts at once. */
  readonly wants: (kind: NoticeKind) => boolean;
  /** Whether the user looks at the window, which shows all this by itself. */
  readonly isFocused: () => boolean;
  readonly language: () => Language;
}

/** Shows what happens while nobody looks. Watches until it is disposed. */
export function startNotifier({ watch, sink, wants, isFocused, language }: NotifierOptions): Disposable {
  const stack = new DisposableStack();
  stack.use(watch.use());
  stack.use(
    watch.notices.onAdded((notice) => {
      if (isFocused() || !wants(notice.kind)) return;
      sink.show({ ...noticeText(notice, language()), path: pathOf(notice), notice });
    }),
  );
  return stack;
}

function pathOf({ kind, objectId }: Notice): string {
  const [noun = ''] = kind.split('.');
  if (noun === 'update') return '/settings/updates';
  const place = { container: 'containers', build: 'builds', image: 'images' }[noun] ?? 'activity';
  return objectId === '' ? `/${place}` : `/${place}/${objectId}`;
}
