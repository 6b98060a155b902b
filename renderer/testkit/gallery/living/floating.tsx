import { type ReactElement, useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { ColumnChooser } from '../../../ui/column-chooser.tsx';
import { ConfirmDialog, Dialog } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import type { Column } from '../../../ui/table-layout.ts';
import type { ToastManager } from '../../../ui/toast.tsx';
import { Row, Section } from './section.tsx';

const nothing = () => undefined;
const COLUMNS: readonly Column[] = ['Name', 'State', 'CPU', 'Memory', 'Ports'].map((label, index) => ({
  id: label,
  label,
  width: 100,
  header: index === 0,
  dispensable: index,
  optional: index === 4,
  Cell: () => null,
}));

/** What floats above a screen; each is opened by its button. */
export function Floating({ toasts }: { readonly toasts: ToastManager }): ReactElement {
  const [open, setOpen] = useState('');
  const [name, setName] = useState('web');
  const close = () => setOpen('');
  return (
    <Section title="Floating">
      <Row>
        <Button onClick={() => setOpen('form')}>Open a form</Button>
        <Button onClick={() => setOpen('confirm')}>Ask before a loss</Button>
        <Button
          onClick={() => {
            toasts.add({ title: 'The image was pulled', timeout: 0, data: { details: '' } });
            toasts.add({ title: 'web was not removed', type: 'error', timeout: 0, data: { details: 'conflict: container is running: stop it first' } });
          }}
        >
          Show toasts
        </Button>
        <ColumnChooser columns={COLUMNS} choice={{ order: null, shown: null }} onChoice={nothing} />
      </Row>
      <Dialog
        open={open === 'form'}
        onClose={close}
        title="Rename web"
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary">Rename</Button>
          </>
        }
      >
        <TextField label="New name" value={name} onChange={setName} error={name === 'web' ? 'There is a container of this name.' : undefined} />
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        title="Remove 3 containers?"
        objects={['web', 'api', 'a-container-with-a-name-that-is-far-too-long-for-any-dialog-and-goes-on-and-on-until-it-wraps']}
        consequence="Their files and logs, 1.2 GB, are lost. This cannot be undone."
        action="Remove 3 containers"
        onConfirm={nothing}
        onClose={close}
      />
    </Section>
  );
}
