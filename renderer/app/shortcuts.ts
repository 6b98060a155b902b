import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useUi } from '../stores/services.tsx';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable], .xterm') !== null;

/** Keys that work on every screen. Those of a list or of a log belong to the list and the log. */
export function useShortcuts(): void {
  const ui = useUi();
  const [, navigate] = useLocation();
  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key === '`') ui.setState(({ terminalOpen }) => ({ terminalOpen: !terminalOpen }));
      else if (isTyping(event.target) && !(command && event.key === 'k' && !(event.target as HTMLElement).closest('.xterm'))) return;
      else if (command && event.key === 'k') ui.setState({ overlay: 'palette' });
      else if (command && event.key === '1') navigate('/containers');
      else if (command && event.key === '2') navigate('/images');
      else if (event.key === '?') ui.setState({ overlay: 'shortcuts' });
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, [ui, navigate]);
}
