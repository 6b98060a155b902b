/**
 * A menu or list moves the focus into itself a frame after it is open: a key pressed before that would find its opener and mean something else
 * there. This moves it with the entry that is marked, at once.
 */
export function focusAtOnce(popup: HTMLElement | null): (() => void) | undefined {
  if (!popup) return undefined;
  const observer = new MutationObserver(() => {
    const isIn = document.activeElement?.closest('[role="menu"], [role="listbox"]') != null;
    if (!isIn && popup.hasAttribute('data-open')) popup.querySelector<HTMLElement>('[data-highlighted]')?.focus({ preventScroll: true });
  });
  observer.observe(popup, { attributeFilter: ['data-highlighted'], subtree: true });
  return () => observer.disconnect();
}
