import { type FormEvent, type ReactElement, type ReactNode, useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { t } from '../strings/t.ts';
import { Button } from './button.tsx';
import { Dialog, type DialogProps } from './dialog.tsx';
import styles from './form.module.css';

interface FormDialogProps extends Pick<DialogProps, 'onClose' | 'title' | 'wide' | 'below' | 'children'> {
  readonly action: string;
  /** What the button says while the form is being sent, where that takes long enough to be read. */
  readonly busyAction?: string;
  readonly look?: 'primary' | 'danger';
  /** Stands above what the other side said against it, which it may depend on; left out by what cannot be refused. */
  readonly failed?: string | ((why: string) => string);
  /** Stands before the buttons. */
  readonly footer?: ReactNode;
  /** Asked at each try, before anything is sent: whether all that is filled in is right. What is not shows itself as invalid from then on. */
  readonly onTry: () => boolean;
  /** Sends it and closes the dialog. What it throws is shown, and the form can be sent again. */
  readonly onSend: () => Promise<void> | void;
}

/** A dialog to fill in: a try with something wrong leads to the first wrong field, and one that failed keeps what was typed. */
export function FormDialog({
  action,
  busyAction = action,
  look = 'primary',
  failed = '',
  footer,
  onTry,
  onSend,
  children,
  ...dialog
}: FormDialogProps): ReactElement {
  const formId = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // What is wrong shows itself at once: the next key is meant for it.
    const isRight = flushSync(onTry);
    if (!isRight) return event.currentTarget.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    if (busy) return;
    setBusy(true);
    setFailure('');
    try {
      await onSend();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      {...dialog}
      open
      footer={
        <>
          {footer}
          <Button onClick={dialog.onClose}>{t.cancel}</Button>
          <Button look={look} type="submit" form={formId} disabled={busy}>
            {busy ? busyAction : action}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {failure !== '' && (
          <div className={styles.failure} role="alert" ref={(element) => element?.scrollIntoView({ block: 'end' })}>
            <strong>{typeof failed === 'string' ? failed : failed(failure)}</strong>
            {failure}
          </div>
        )}
        {children}
      </form>
    </Dialog>
  );
}
