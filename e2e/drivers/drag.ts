import type { CDPSession, Locator, Page } from '@playwright/test';
import type { Dropped } from './app-driver.ts';

interface DragData {
  readonly items: { mimeType: string; data: string }[];
  readonly dragOperationsMask: number;
}

/** A drag with the button held down, by raw input: Playwright's own mouse would keep what is dragged to itself. */
interface Drag extends AsyncDisposable {
  /** What Chromium itself would drag. */
  readonly data: () => DragData | null;
  /** Moves on until there is something. */
  until<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]>;
}

const TRIES = 200;
/** Of dragOperationsMask. */
const COPY = 1;

/** Disposing drops it nowhere and releases the button. `pressed`: what has to be there before it is moved, as a hand takes its time. */
export async function beginDrag(page: Page, from: Locator, pressed?: (session: CDPSession) => Promise<unknown>): Promise<Drag> {
  // Seen, and at rest: what is selected or not any more moves what is below its bar.
  await from.click({ trial: true });
  const box = await from.boundingBox();
  if (!box) throw new Error('nothing to drag: it is not seen');
  const session = await page.context().newCDPSession(page);
  let data: DragData | null = null;
  session.on('Input.dragIntercepted', (event) => {
    data = event.data;
  });
  await session.send('Input.setInterceptDrags', { enabled: true });
  const [x, y] = [box.x + 24, box.y + box.height / 2];
  const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', by: number) =>
    session.send('Input.dispatchMouseEvent', { type, x: x + by, y, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1 });
  const waiting = pressed?.(session);
  await mouse('mousePressed', 0);
  await waiting;
  return {
    data: () => data,
    async until(look) {
      for (let step = 0; step < TRIES; step++) {
        // There and back again: it stays on the page, as a real pointer would outside of it.
        await mouse('mouseMoved', 12 + (step % 8) * 4);
        const found = await look();
        if (found.length > 0) return found;
        await page.waitForTimeout(25);
      }
      throw new Error('nothing was dragged');
    },
    async [Symbol.asyncDispose]() {
      // A drag that nobody ends keeps every other from its beginning.
      if (data !== null) await session.send('Input.dispatchDragEvent', { type: 'dragCancel', x, y, data });
      await mouse('mouseReleased', 0);
      await session.send('Input.setInterceptDrags', { enabled: false });
      await session.detach();
    },
  };
}

/** The page has been told the address that a drag would carry. */
async function addressCame(session: CDPSession): Promise<void> {
  const came = new Promise<void>((resolve) => {
    session.on('Network.webSocketFrameReceived', ({ response }) => response.payloadData.includes('"/downloads/') && resolve());
  });
  await session.send('Network.enable');
  await came;
}

/** What Chromium would give to the program that something is dropped on, fetched from the address as that does. */
export async function dragOutOfBrowser(page: Page, from: Locator): Promise<Dropped> {
  await using drag = await beginDrag(page, from, addressCame);
  const [data] = await drag.until(() => Promise.resolve([drag.data()].filter((taken) => taken !== null)));
  const given = data?.items.find(({ mimeType }) => mimeType === 'downloadurl')?.data ?? '';
  const [, name, url] = /^application\/octet-stream:([^:]+):(http:\/\/127\.0\.0\.1:\d+\/downloads\/[\w-]{43})$/.exec(given) ?? [];
  if (!name || !url || data?.dragOperationsMask !== COPY) throw new Error(`no copy of a file: ${JSON.stringify(data)}`);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return { name, content: Buffer.from(await answer.arrayBuffer()), others: [] };
}

/** Drops files and folders of this machine on `target`, as a file manager would; `seen`: what the page shows while they are over it. */
export async function dropOn(target: Locator, files: readonly string[], seen: () => Promise<void>): Promise<void> {
  const page = target.page();
  const box = await target.boundingBox();
  if (!box) throw new Error('nothing to drop on: it is not seen');
  const session = await page.context().newCDPSession(page);
  const event = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data: { items: [], files: [...files], dragOperationsMask: COPY },
    });
  await event('dragEnter');
  await event('dragOver');
  await seen();
  // Once more, for the drop to be of what the page has answered.
  await event('dragOver');
  await event('drop');
  await session.detach();
}
