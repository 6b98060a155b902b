import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useServices } from '../stores/services.tsx';
import { useMedia } from '../ui/media.ts';

/** Puts the theme and the density on the root element, where the tokens look for them. */
export function useTheme(): void {
  const { settings } = useServices();
  const theme = useStore(settings, (state) => state.theme);
  const dark = useMedia('(prefers-color-scheme: dark)');
  useEffect(() => {
    document.documentElement.dataset.theme = theme === 'system' ? (dark ? 'dark' : 'light') : theme;
  }, [theme, dark]);
  const density = useStore(settings, (state) => state.density);
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
}
