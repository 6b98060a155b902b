import { FileUp } from 'lucide-react';
import { type FormEvent, type ReactElement, useId, useRef, useState } from 'react';
import { useEngine, useServices } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { cloneVolume, importVolume } from './actions.ts';
import { nameProblem } from './form.ts';
import styles from './volumes.module.css';

const words = t.volumes;

/** `data-copy`, or the first with a number that is free. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const base = `${name.slice(0, 240)}-copy`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

export function CloneDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const volumes = useEngine((state) => state.volumes);
  const [to, setTo] = useState(() => freeName(name, volumes));
  const problem = to === '' ? 'empty' : nameProblem(to, volumes);
  return (
    <FormDialog
      title={words.cloneTitle(name)}
      action={words.clone}
      onClose={onClose}
      onTry={() => problem === null}
      onSend={() => {
        onClose();
        cloneVolume(services, name, to);
      }}
    >
      <p>{words.cloneText}</p>
      <NameField value={to} problem={problem} onChange={setTo} />
    </FormDialog>
  );
}

export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const volumes = useEngine((state) => state.volumes);
  const [archive, setArchive] = useState<File | null>(null);
  const [name, setName] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const problem = name === '' ? 'empty' : nameProblem(name, volumes);
  const formId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null || !archive) return;
    onClose();
    importVolume(services, name, archive);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.importTitle}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" form={formId} disabled={problem !== null || !archive}>
            {words.import}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={submit}>
        <p>{words.importText}</p>
        <div className={styles.group}>
          <span className={styles.legend}>{words.archive}</span>
          <Button className={styles.add} onClick={() => input.current?.click()}>
            <FileUp />
            {words.chooseArchive}
          </Button>
          <span className={styles.hint}>{archive ? `${archive.name} · ${joined(diskSize(archive.size))}` : words.noArchive}</span>
          <input
            ref={input}
            type="file"
            hidden
            accept=".tar,.gz,.tgz,.zst"
            aria-label={words.chooser}
            onChange={(event) => {
              const file = event.target.files?.[0] ?? null;
              setArchive(file);
              const proposed = (file?.name ?? '').replace(/(\.tar)?(\.gz|\.tgz|\.zst|\.tar)$/, '').replace(/[^\w.-]/g, '-');
              if (name === '' && nameProblem(proposed, volumes) === null) setName(proposed);
            }}
          />
        </div>
        <NameField value={name} problem={name === '' ? null : problem} onChange={setName} />
      </form>
    </Dialog>
  );
}

const NameField = ({
  value,
  problem,
  onChange,
}: {
  readonly value: string;
  readonly problem: keyof typeof words.problems | null;
  readonly onChange: (value: string) => void;
}): ReactElement => <TextField label={words.name} value={value} mono error={problem === null ? undefined : words.problems[problem]} onChange={onChange} />;
