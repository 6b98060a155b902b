/** Puts the focus where keys mean most in what is shown: its list, else its text, else the place itself, from where Tab goes on. */
export function focusMain(): void {
  const main = document.querySelector('main');
  const target =
    main?.querySelector<HTMLElement>('[role="grid"], [role="treegrid"]') ?? main?.querySelector<HTMLElement>('[role="region"][tabindex="0"]') ?? main;
  target?.focus();
}
