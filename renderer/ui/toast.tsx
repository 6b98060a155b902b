import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from './button.tsx';
import styles from './toast.module.css';
import { visibleText } from './visible-text.ts';

interface Details {
  readonly details: string;
}
export type ToastManager = ReturnType<typeof Base.createToastManager<Details>>;
export const createToastManager = (): ToastManager => Base.createToastManager<Details>();

function List(): ReactElement {
  const { toasts } = Base.useToastManager<Details>();
  return (
    <Base.Portal>
      <Base.Viewport className={styles.viewport}>
        {toasts.map((toast) => (
          <Base.Root key={toast.id} toast={toast} className={styles.toast}>
            <div className={styles.line}>
              {toast.type === 'error' ? <CircleAlert /> : <CircleCheck />}
              <div>
                <Base.Title className={styles.title} />
                {toast.data && toast.data.details !== '' && (
                  <details className={styles.details}>
                    <summary>{t.details}</summary>
                    <pre>{visibleText(toast.data.details)}</pre>
                  </details>
                )}
              </div>
              <Base.Close render={<IconButton label={t.dismiss} small children={<X />} />} />
            </div>
          </Base.Root>
        ))}
      </Base.Viewport>
    </Base.Portal>
  );
}

/** Where failures of actions are told: one sentence, the engine's own text behind Details. */
export const Toasts = ({ manager }: { readonly manager: ToastManager }): ReactElement => (
  <Base.Provider toastManager={manager} limit={4}>
    <List />
  </Base.Provider>
);
