import type { Page } from '@playwright/test';

/** No frame begins until it is released. */
export async function holdFrames(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const real = window.requestAnimationFrame.bind(window);
    const held: FrameRequestCallback[] = [];
    window.requestAnimationFrame = (run) => held.push(run);
    Object.assign(window, {
      releaseFrames: () => {
        window.requestAnimationFrame = real;
        for (const run of held) real(run);
      },
    });
  });
  return () => page.evaluate(() => (window as unknown as { releaseFrames: () => void }).releaseFrames());
}
