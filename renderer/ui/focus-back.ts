import { useInsertionEffect, useRef } from 'react';

/** What has the focus when something opens, and gets it back: read before a field in it takes the focus by itself. True: let Base UI choose. */
export function useFocusBack(open: boolean): () => HTMLElement | true {
  const opener = useRef<Element>(null);
  useInsertionEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return () => {
    const element = opener.current;
    return element instanceof HTMLElement && element.isConnected && element !== document.body ? element : true;
  };
}
