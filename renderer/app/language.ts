import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useServices } from '../stores/services.tsx';
import { LANGUAGE_KEY, language, languageFor } from '../strings/languages.ts';

/** Tells the page's language to screen readers, and loads the page anew in the one that was chosen, once that is kept. */
export function useLanguage(): void {
  const { settings } = useServices();
  const chosen = useStore(settings, (state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language;
    if (chosen === 'system') localStorage.removeItem(LANGUAGE_KEY);
    else localStorage.setItem(LANGUAGE_KEY, chosen);
    if (languageFor(chosen === 'system' ? null : chosen) === language) return;
    let gone = false;
    void settings.settled().then(() => !gone && location.reload());
    return () => {
      gone = true;
    };
  }, [settings, chosen]);
}
