/** Puts the focus where keys mean most in what is shown: its list, else its text, else the place itself, from where Tab goes on. */
export function focusMain(): void {
  const main = document.querySelector('main');
  const target =
    main?.querySelector<HTMLElement>('[role="grid"], [role="treegrid"]') ?? main?.querySelector<HTMLElement>('[role="region"][tabindex="0"]') ?? main;
  target?.focus();
}

/** The same in the next frame, by which the place that is gone to is there. Whoever has put the focus into it or into a dialog by then is let alone. */
export function focusMainNext(): void {
  const before = document.activeElement;
  requestAnimationFrame(() => {
    const now = document.activeElement;
    if (now === before || now?.localName === 'main' || !now?.closest('main, [role="dialog"]')) focusMain();
  });
}

/** From a field that searches in what is shown: to that, else to the tab that both are in. */
export function focusSearched(field: Element): void {
  const panel = field.closest<HTMLElement>('[role="tabpanel"]');
  // Details of several things have no tabs.
  const details = panel ?? field.closest('section');
  const text = details?.querySelector<HTMLElement>('[role="log"], [role="tree"], [role="region"][tabindex="0"]') ?? panel;
  if (text) text.focus();
  else focusMain();
}
