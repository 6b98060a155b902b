import { createContext, useContext, useSyncExternalStore } from 'react';

/** How much larger everything is than designed; queries about the window's size count in pixels of the design. */
export const ZoomContext = createContext(1);

/** Follows a media query. */
export function useMedia(query: string): boolean {
  const zoom = useContext(ZoomContext);
  const scaled = zoom === 1 ? query : query.replace(/(\d+)px/g, (_, pixels: string) => `${Math.round(Number(pixels) * zoom)}px`);
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(scaled);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(scaled).matches,
  );
}
