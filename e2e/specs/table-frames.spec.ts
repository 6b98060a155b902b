import { expect, test } from '../fixtures/test.ts';
import { PageProbe } from '../pages/page-probe.ts';

const FRAMES = 180;

test('10,000 containers scroll at the rate of the display, in a list and in groups', { tag: '@alone' }, async ({ open }) => {
  for (const [what, query] of [
    ['flat', 'objects=10000&flat'],
    ['in groups', 'objects=10000'],
  ] as const) {
    const page = await open(query, '/containers');
    const probe = await PageProbe.install(page);
    await expect(page.getByRole('rowheader').first()).toBeVisible();
    const { frames, work, distance, nodesPerRow } = await probe.scroll('[role=grid], [role=treegrid]', FRAMES, 120);
    const at = (share: number) => (frames[Math.floor(FRAMES * share)] ?? Number.NaN).toFixed(1);
    console.info(
      `10,000 containers ${what}: a frame takes ${at(0.5)} ms (p95 ${at(0.95)}, 16.7 at 60 a second); the page works ${work.toFixed(1)} ms of it; ${nodesPerRow.toFixed(1)} elements a row`,
    );
    expect(distance, 'pixels scrolled').toBeGreaterThan(10_000);
    expect(await page.getByRole('rowheader').count(), 'rows that exist').toBeLessThan(80);
  }
});
