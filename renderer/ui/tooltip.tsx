import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Keys } from './keys.tsx';
import styles from './tooltip.module.css';

export const TooltipProvider = ({ children }: { readonly children: ReactNode }): ReactElement => <Base.Provider delay={500}>{children}</Base.Provider>;

/** Adds words to a control that is an icon, or the exact form of something shortened. */
export function Tooltip({ text, keys, children }: { readonly text: ReactNode; readonly keys?: string; readonly children: ReactElement }): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles.popup}>
            <span>{text}</span>
            {keys !== undefined && <Keys of={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
