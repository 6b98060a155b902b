import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { t } from '../strings/t.ts';
import { Button, IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import styles from './dialog.module.css';
import { useFocusBack } from './focus-back.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly wide?: boolean;
  /** There is nothing to fill in: the dialog itself takes the focus, not its first button, and what it shows can be scrolled by keys. */
  readonly reading?: boolean;
  readonly footer?: ReactNode;
  /** Stays in sight between what is scrolled and the footer. */
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

const STOPS = ['input', 'textarea', 'button', '[tabindex="0"]'].map((one) => `${one}:not(:disabled, [hidden], [tabindex="-1"])`).join();

/** The first thing to fill in or to choose; never the button that closes, which would be the first in the order of Tab. */
function firstOf(popup: HTMLElement | null, body: HTMLElement | null): HTMLElement | boolean {
  if (popup?.contains(document.activeElement)) return false;
  return body?.querySelector<HTMLElement>(STOPS) ?? true;
}

export function Dialog({ open, onClose, title, wide = false, reading = false, footer, below, children }: DialogProps): ReactElement {
  const popup = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const back = useFocusBack(open, popup);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          ref={popup}
          initialFocus={reading ? popup : () => firstOf(popup.current, body.current)}
          finalFocus={back}
          className={cx(styles.popup, wide && styles.wide)}
        >
          <div className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <IconButton label={t.close} small onClick={onClose}>
              <X />
            </IconButton>
          </div>
          <div ref={body} className={styles.body} {...(reading && { role: 'group', 'aria-label': title, tabIndex: 0 })}>
            {children}
          </div>
          {below}
          {footer !== undefined && <div className={styles.footer}>{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  /** Everything that is touched, by name. */
  readonly objects: readonly string[];
  readonly consequence: string;
  readonly action: string;
  /** `primary`: nothing is lost, but it is more than a click should do. */
  readonly look?: 'danger' | 'primary';
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is lost: names the objects, and its button says what it does. */
export function ConfirmDialog({ open, title, objects, consequence, action, look = 'danger', onConfirm, onClose }: ConfirmProps): ReactElement {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button
            look={look}
            autoFocus
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      <p>{consequence}</p>
      <ul className={styles.objects} tabIndex={0}>
        {objects.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </Dialog>
  );
}
