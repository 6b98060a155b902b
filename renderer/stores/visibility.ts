/** Tells whether anybody can see the window; a page that is hidden follows nothing. */
export interface Visibility {
  visible(): boolean;
  subscribe(listener: () => void): () => void;
}

export const documentVisibility: Visibility = {
  visible: () => !document.hidden,
  subscribe(listener) {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
};
