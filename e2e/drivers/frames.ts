import type { Page } from '@playwright/test';

/** No frame begins until it is released. */
export async function holdFrames(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const [request, cancel] = [window.requestAnimationFrame.bind(window), window.cancelAnimationFrame.bind(window)];
    const held = new Map<number, FrameRequestCallback>();
    // Higher than any real one comes to be.
    let number = 1e9;
    window.requestAnimationFrame = (run) => {
      held.set(++number, run);
      return number;
    };
    window.cancelAnimationFrame = (id) => void (held.delete(id) || cancel(id));
    Object.assign(window, {
      releaseFrames: () => {
        window.requestAnimationFrame = request;
        for (const id of held.keys()) {
          request((time) => {
            const run = held.get(id);
            held.delete(id);
            run?.(time);
          });
        }
      },
    });
  });
  return () => page.evaluate(() => (window as unknown as { releaseFrames: () => void }).releaseFrames());
}
