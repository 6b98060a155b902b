import { useEffect } from 'react';
import { useStore } from 'zustand';
import { allSent, isSending } from '../stores/sending.ts';
import { useServices } from '../stores/services.tsx';
import { LANGUAGE_KEY, language, languageFor } from '../strings/languages.ts';
import { t } from '../strings/t.ts';

/** Tells the page's language to screen readers, and loads the page anew in the one that was chosen, once that is kept and nothing is being sent. */
export function useLanguage(): void {
  const { settings, toasts } = useServices();
  const chosen = useStore(settings, (state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language;
    if (chosen === 'system') localStorage.removeItem(LANGUAGE_KEY);
    else localStorage.setItem(LANGUAGE_KEY, chosen);
    if (languageFor(chosen === 'system' ? null : chosen) === language) return;
    let gone = false;
    // What the page sends would be cut off, and has to be chosen again by hand.
    if (isSending()) toasts.add({ title: t.shell.languageLater, timeout: 8000 });
    void Promise.all([settings.settled(), allSent()]).then(() => !gone && location.reload());
    return () => {
      gone = true;
    };
  }, [settings, toasts, chosen]);
}
