import type { Page } from '@playwright/test';

/** No terminal that is opened meanwhile is ready until then: it measures its cell with the real font. */
export async function holdFonts(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const real = document.fonts.load.bind(document.fonts);
    const { promise, resolve } = Promise.withResolvers<void>();
    document.fonts.load = async (...font) => {
      await promise;
      return real(...font);
    };
    Object.assign(window, { releaseFonts: resolve });
  });
  return () => page.evaluate(() => (window as unknown as { releaseFonts: () => void }).releaseFonts());
}
