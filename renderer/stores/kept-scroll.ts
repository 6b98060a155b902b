import { type RefCallback, useCallback } from 'react';
import { useUi } from './services.tsx';

/** What somebody does to scroll: from then on nothing else moves the area. */
const BY_HAND = ['wheel', 'keydown', 'pointerdown', 'touchstart'] as const;

/**
 * For an area that scrolls: it begins where the one of this name was left, on this visit or an earlier one, as soon as there is enough in it.
 * @param led - The address leads to something in it, which is shown instead.
 */
export function useKeptScroll(name: string, led = false): RefCallback<HTMLElement> {
  const ui = useUi();
  return useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      const kept = led ? 0 : (ui.getState().scrolls[name] ?? 0);
      const away = new AbortController();
      const { signal } = away;
      const growth = new MutationObserver(() => reach());
      const reach = (): void => {
        element.scrollTop = kept;
        if (element.scrollTop >= kept) growth.disconnect();
      };
      if (kept > 0) {
        growth.observe(element, { childList: true, subtree: true });
        reach();
        for (const kind of BY_HAND) element.addEventListener(kind, () => growth.disconnect(), { signal, passive: true });
      }
      element.addEventListener('scrollend', () => ui.setScroll(name, Math.round(element.scrollTop)), { signal });
      return () => {
        growth.disconnect();
        away.abort();
      };
    },
    [ui, name, led],
  );
}
