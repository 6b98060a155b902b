import type { App, WebContents } from 'electron';

/** Keeps every window at one zoom, from its first paint on. */
export class Zoom {
  readonly #pages = new Set<WebContents>();
  #factor: number;

  constructor(app: App, factor: number) {
    this.#factor = factor;
    app.on('web-contents-created', (_event, contents) => {
      this.#pages.add(contents);
      contents.on('dom-ready', () => contents.setZoomFactor(this.#factor));
      contents.once('destroyed', () => void this.#pages.delete(contents));
    });
  }

  set(factor: number): void {
    if (factor === this.#factor) return;
    this.#factor = factor;
    for (const page of this.#pages) page.setZoomFactor(factor);
  }
}
