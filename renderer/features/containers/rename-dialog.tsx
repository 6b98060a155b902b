import { type ReactElement, useState } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { nameError } from './names.ts';

/** For a container whose row cannot be seen, where it would be renamed otherwise. */
export function RenameDialog({ row, onClose }: { readonly row: ContainerRow; readonly onClose: () => void }): ReactElement {
  const { transport } = useServices();
  const containers = useEngine((state) => state.containers);
  const [before] = useState(row.name);
  const [name, setName] = useState(before);
  const error = name.trim() === before ? null : nameError(name.trim(), row.id, containers);
  const send = async () => {
    if (name.trim() !== before) await transport.request('container.rename', { id: row.id, name: name.trim() });
    onClose();
  };
  return (
    <FormDialog
      title={t.verbs.one.rename(row.name)}
      action={t.verbs.title.rename}
      failed={t.verbs.failed.rename(row.name)}
      onClose={onClose}
      onTry={() => error === null}
      onSend={send}
    >
      <TextField
        label={t.verbs.renameLabel(row.name)}
        mono
        value={name}
        error={error ?? undefined}
        onChange={setName}
        onFocus={(event) => event.target.select()}
      />
    </FormDialog>
  );
}
