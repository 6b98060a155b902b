import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Transport } from '../engine/transport.ts';
import { createServices } from '../stores/services.tsx';
import { App } from './app.tsx';

/** Builds what lives as long as the window and paints the app into `root`. */
export function mount(root: Element, transport: Transport): void {
  const services = createServices(transport, localStorage);
  createRoot(root).render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  );
  const stopMetrics = services.metrics.start();
  const stopTasks = services.tasks.start();
  addEventListener('pagehide', () => {
    services.engine.dispose();
    stopMetrics();
    stopTasks();
  });
}
