import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Transport } from '../engine/transport.ts';
import { keepObjects } from '../stores/last-objects.ts';
import { createServices } from '../stores/services.tsx';
import { App } from './app.tsx';

/** The name of this file in the build, which carries a digest of what is in it. */
const BUILD = new URL(import.meta.url).pathname;

/** Builds what lives as long as the window and paints the app into `root`. */
export function mount(root: Element, transport: Transport): void {
  const services = createServices(transport, localStorage, BUILD);
  createRoot(root).render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  );
  const stopMetrics = services.metrics.start();
  const stopTasks = services.tasks.start();
  const stopUpdates = services.updates.start();
  const stopFacts = services.imageFacts.start();
  const stopNotices = services.notices.start();
  const keep = () => {
    const state = services.engine.getState();
    if (state.link !== 'loading') keepObjects(localStorage, BUILD, state);
  };
  document.addEventListener('visibilitychange', () => document.hidden && keep());
  addEventListener('focus', () => void services.settings.refresh());
  addEventListener('pagehide', () => {
    keep();
    services.engine.dispose();
    stopMetrics();
    stopTasks();
    stopUpdates();
    stopFacts();
    stopNotices();
  });
}
