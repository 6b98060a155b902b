import type { WebContents, WebFrameMain } from 'electron';

export interface Sender {
  readonly sender: WebContents;
  readonly senderFrame: WebFrameMain | null;
}

/** Whether a message comes from the top frame of `page`, and that frame shows the program's own page. */
export function isTrustedSender(event: Sender, page: WebContents, origin: string): boolean {
  const frame = event.senderFrame;
  return event.sender === page && frame !== null && frame.parent === null && originOf(frame.url) === origin;
}

/** Scheme and host, also for schemes whose origin the URL standard does not give. */
export function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return '';
  }
}
