const POPUPS = '[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';
/** What a person is in the middle of while it is open. */
const OPEN = `:is(${POPUPS}):not([data-closed])`;

let last: Element | null = null;
document.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element) last = target;
});

/**
 * For what takes the focus only when it is ready: tells then whether it may. Not from where somebody went
 * meanwhile, since the keys typed there, and a menu that closes without the focus, would be lost.
 */
export function claimFocus(): (element: Element) => boolean {
  // Nothing has it while a menu goes that had it, which gives it back to its opener right after.
  const before = document.activeElement === document.body ? last : document.activeElement;
  // A menu or dialog that opened it gives the focus back to its opener, which is nobody's going elsewhere.
  const leaves = before?.closest(POPUPS) != null;
  return (element) => {
    const now = document.activeElement;
    if (!now || now === document.body) return true;
    const open = now.closest(OPEN);
    // An opener keeps the focus for a moment after its menu is open; its tooltip counts for nothing.
    if ((open && !open.contains(element)) || now.matches('[aria-haspopup][aria-expanded="true"]')) return false;
    return now === before || leaves || before?.isConnected === false;
  };
}
