import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import { useServices } from '../stores/services.tsx';
import { useMedia } from '../ui/media.ts';

/**
 * The tokens that a choice means on a system with these wishes; who wants more contrast there, gets it in light and dark. Where the system
 * forces its colours, what lies under them is as light or dark as they are.
 */
export function shownTheme(
  theme: Settings['theme'],
  { dark, contrast, forced = false }: { readonly dark: boolean; readonly contrast: boolean; readonly forced?: boolean },
): Exclude<Settings['theme'], 'system'> {
  if (forced) return dark ? 'contrast-dark' : 'contrast-light';
  const base = theme === 'system' ? (dark ? 'dark' : 'light') : theme;
  return contrast && (base === 'light' || base === 'dark') ? `contrast-${base}` : base;
}

/** Electron zooms the window by itself, so that everything in it counts in the same pixels. */
const ZOOMED_BY_SHELL = 'slipway' in globalThis;

/** Puts theme, density and zoom on the root element, where the tokens look for them. */
export function useLooks(): { readonly zoom: number; readonly rowHeight: number } {
  const { settings } = useServices();
  const theme = useStore(settings, (state) => state.theme);
  const density = useStore(settings, (state) => state.density);
  const chosen = useStore(settings, (state) => state.zoom);
  const zoom = ZOOMED_BY_SHELL ? 1 : chosen;
  const dark = useMedia('(prefers-color-scheme: dark)');
  const contrast = useMedia('(prefers-contrast: more)');
  const forced = useMedia('(forced-colors: active)');
  useEffect(() => {
    const { dataset, style } = document.documentElement;
    dataset.theme = shownTheme(theme, { dark, contrast, forced });
    dataset.density = density;
    style.setProperty('--zoom', String(zoom));
  }, [theme, dark, contrast, forced, density, zoom]);
  return { zoom, rowHeight: density === 'compact' ? 28 : 32 };
}
