import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../../../ui/tokens.css';
import '../../../ui/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createToastManager, Toasts } from '../../../ui/toast.tsx';
import { TooltipProvider } from '../../../ui/tooltip.tsx';
import { RowHeightContext } from '../../../ui/virtual-table.tsx';
import { Buttons, Choices, TextFields } from './controls.tsx';
import { Charts, Tables } from './data.tsx';
import { Floating } from './floating.tsx';
import styles from './section.module.css';
import { Colours, Places, States } from './shown.tsx';

/** Every component in every state, in the theme and density of the address: `?living&theme=contrast-dark&density=compact`. */
export function mountLiving(root: Element, query: URLSearchParams): void {
  const compact = query.get('density') === 'compact';
  document.documentElement.dataset.theme = query.get('theme') ?? 'light';
  document.documentElement.dataset.density = compact ? 'compact' : 'comfortable';
  const toasts = createToastManager();
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <TooltipProvider>
          <RowHeightContext value={compact ? 28 : 32}>
            <main className={styles.page} tabIndex={0}>
              <Colours />
              <Buttons />
              <TextFields />
              <Choices />
              <States />
              <Floating toasts={toasts} />
              <Tables />
              <Charts />
              <Places />
            </main>
            <Toasts manager={toasts} />
          </RowHeightContext>
        </TooltipProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
