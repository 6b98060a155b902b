import { type RefObject, useInsertionEffect, useRef } from 'react';

/**
 * What has the focus when something opens, and gets it back: read before a field in it takes the focus by itself. True: it is gone, and Base
 * UI chooses. Where somebody else has taken the focus before what was opened is closed, or with that, who has it keeps it.
 */
export function useFocusBack(open: boolean, popup: RefObject<HTMLElement | null>): () => boolean {
  const opener = useRef<Element>(null);
  useInsertionEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return () => {
    const isTaken = () => document.activeElement !== null && document.activeElement !== document.body && !popup.current?.contains(document.activeElement);
    const element = opener.current;
    if (isTaken()) return false;
    if (!(element instanceof HTMLElement) || !element.isConnected || element === document.body) return true;
    // What takes the place of a dialog in the same change takes the focus after this.
    queueMicrotask(() => {
      if (!isTaken()) element.focus({ preventScroll: true });
    });
    return false;
  };
}
