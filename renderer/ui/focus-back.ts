import { type RefObject, useInsertionEffect, useRef } from 'react';

/**
 * What has the focus when something opens, and gets it back: read before a field in it takes the focus by itself. True: let Base UI choose.
 * False: what was opened has lost the focus before it closed, and who has it now keeps it.
 */
export function useFocusBack(open: boolean, popup: RefObject<HTMLElement | null>): () => HTMLElement | boolean {
  const opener = useRef<Element>(null);
  useInsertionEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return () => {
    const now = document.activeElement;
    if (now && now !== document.body && !popup.current?.contains(now)) return false;
    const element = opener.current;
    return element instanceof HTMLElement && element.isConnected && element !== document.body ? element : true;
  };
}
