import { useEffect } from 'react';

const CONTROLS = 'button, a, summary, [role="menuitem"], [role="option"], [role="row"]';
const LAYERS = ['dialog', 'alertdialog', 'menu', 'listbox'].map((role) => `[role="${role}"][data-open]`).join();
/** Keys that go from one element to the next while they are held. */
const MOVES = /^(Arrow|Page|Home|End|Tab)/;

interface Press {
  readonly control: Element | null;
  readonly name: string;
  readonly layers: number;
}

const layers = (): number => document.querySelectorAll(LAYERS).length;

function pressOf(target: EventTarget | null): Press {
  const control = target instanceof Element ? target.closest(CONTROLS) : null;
  return { control, name: control?.getAttribute('aria-label') ?? control?.textContent ?? '', layers: layers() };
}

/** Whether the second click of a double click would do something else than the first: what was under the pointer has become another thing. */
function isOther(first: Press, next: Press): boolean {
  if (first.layers !== next.layers) return true;
  if (first.control === next.control) return first.name !== next.name && first.control?.getAttribute('role') !== 'row';
  return first.control !== null && first.control.parentElement === next.control?.parentElement && next.control.getAttribute('role') !== 'row';
}

/**
 * A press does what it was meant for, and that once. The repeats of a held key and the second click of a double click do not press what
 * has come into its place meanwhile: the button of the dialog that opened, what was below the one that closed, Stop where Start was.
 */
export function useOnePress(): void {
  useEffect(() => {
    let first: Press = { control: null, name: '', layers: 0 };
    let held: EventTarget | null = null;
    const drop = (event: Event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const click = (event: MouseEvent) => {
      const press = pressOf(event.target);
      if (event.detail > 1 && isOther(first, press)) drop(event);
      if (event.detail > 0) first = press;
    };
    const keyDown = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (!event.repeat) held = target;
      else if (MOVES.test(key)) return;
      else if (target !== held) drop(event);
      else if (key === 'Enter' && target instanceof Element && target.matches('button, a, input')) event.preventDefault();
    };
    window.addEventListener('click', click, true);
    window.addEventListener('keydown', keyDown, true);
    return () => {
      window.removeEventListener('click', click, true);
      window.removeEventListener('keydown', keyDown, true);
    };
  }, []);
}
