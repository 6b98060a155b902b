import { useEffect } from 'react';
import { focusMain } from '../ui/focus-main.ts';

/**
 * When what has the focus goes away (a row's button, a screen that is left, a dialog whose opener is gone), the page would be left without
 * one, and keys without a meaning: the list that is shown takes it. Whoever puts it elsewhere in the same frame is let alone.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let last: Element | null = null;
    let asked = 0;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof Element) last = target;
    };
    const isLost = () => last?.isConnected === false && (document.activeElement ?? document.body) === document.body;
    // The place had nothing better yet: a list that comes later is.
    const isHeldByPlace = () => document.activeElement?.localName === 'main';
    const check = () => {
      asked = 0;
      if (isLost() || isHeldByPlace()) focusMain();
    };
    const observer = new MutationObserver(() => {
      if (asked === 0 && (isLost() || isHeldByPlace())) asked = requestAnimationFrame(check);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      cancelAnimationFrame(asked);
    };
  }, []);
}
