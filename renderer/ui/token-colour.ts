let probe: HTMLElement | null = null;

/** The colour that a token is now, as a canvas takes it. Resolved in the page: a canvas does not know what the system's own colours are. */
export function tokenColour(name: string): string {
  if (!probe?.isConnected) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.documentElement.append(probe);
  }
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}
