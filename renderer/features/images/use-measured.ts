import { useEffect, useRef } from 'react';
import { useServices } from '../../stores/services.tsx';

/** A measurement asks for all images at once, so changes in quick succession share one. */
const REST_MS = 2000;

/** Keeps the sizes that images have in common measured while the list is shown. */
export function useMeasured(images: ReadonlyMap<string, unknown>): void {
  const { imageFacts } = useServices();
  const first = useRef(true);
  useEffect(() => {
    if (images.size === 0) return;
    const timer = setTimeout(() => void imageFacts.measure(), first.current ? 0 : REST_MS);
    first.current = false;
    return () => clearTimeout(timer);
  }, [imageFacts, images]);
}
