/** What a person is in the middle of while it is open. */
const OPEN = ':is([role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]):not([data-closed])';

/**
 * For what takes the focus only when it is ready: tells then whether it may. Not from where somebody went
 * meanwhile, since the keys typed there, and a menu that closes without the focus, would be lost.
 */
export function claimFocus(): (element: Element) => boolean {
  const before = document.activeElement;
  // A menu or dialog that opened it gives the focus back to its opener, which is nobody's going elsewhere.
  const leaves = before?.closest('[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]') != null;
  return (element) => {
    const now = document.activeElement;
    if (!now || now === document.body) return true;
    const open = now.closest(OPEN);
    // An opener keeps the focus for a moment after its menu is open.
    if ((open && !open.contains(element)) || now.hasAttribute('data-popup-open')) return false;
    return now === before || leaves || before?.isConnected !== true;
  };
}
