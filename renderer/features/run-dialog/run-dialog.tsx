import { Copy } from 'lucide-react';
import { type FormEvent, type ReactElement, useId, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { RequestError } from '../../engine/transport.ts';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { checkForm, dockerCommand, emptyForm, type FormErrors, type RunForm } from './form.ts';
import styles from './run-dialog.module.css';
import { EnvTable, MountTable } from './tables.tsx';

const words = t.run;
const NO_ERRORS: FormErrors = {};

/** Open while the interface holds a preset; each opening begins with an empty form. */
export function RunDialog(): ReactElement | null {
  const run = useUiState((state) => state.run);
  return run ? <OpenRunDialog image={run.image} /> : null;
}

function OpenRunDialog({ image }: { readonly image: string }): ReactElement {
  const { ui, transport, toasts } = useServices();
  const [, navigate] = useLocation();
  const formId = useId();
  const images = useEngine((state) => state.images);
  const containers = useEngine((state) => state.containers);
  const tags = useMemo(() => [...images.values()].flatMap((row) => row.tags).sort(), [images]);
  const [form, setForm] = useState<RunForm>(() => emptyForm(image || (tags.length === 1 ? (tags[0] ?? '') : '')));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const names = useMemo(() => new Set([...containers.values()].map(({ name }) => name)), [containers]);
  const checked = checkForm(form, names);
  const errors = tried ? (checked.errors ?? NO_ERRORS) : NO_ERRORS;
  const command = dockerCommand(form);
  const change = (part: Partial<RunForm>) => setForm((held) => ({ ...held, ...part }));
  const text = (field: 'name' | 'command' | 'entrypoint' | 'user' | 'workingDir' | 'memory' | 'cpus' | 'pids') => ({
    value: form[field],
    onChange: (value: string) => change({ [field]: value }),
    error: errors[field],
  });
  const close = () => ui.setState({ run: null });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checked.errors) {
      const target = event.currentTarget as HTMLFormElement;
      requestAnimationFrame(() => target.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (busy) return;
    setBusy(true);
    setFailure('');
    try {
      const { id, warnings } = await transport.request('container.run', checked.request);
      close();
      if (warnings.length > 0) toasts.add({ title: words.warnings, data: { details: warnings.join('\n') } });
      navigate(`/containers/${id}`);
    } catch (error) {
      setFailure(error instanceof RequestError || error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      wide
      open
      onClose={close}
      title={words.title}
      footer={
        <>
          <Button onClick={close}>{t.cancel}</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            {busy ? words.running : words.submit}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {failure !== '' && (
          <div className={styles.failure} role="alert" ref={(element) => element?.scrollIntoView({ block: 'end' })}>
            <strong>{words.failed}</strong>
            {failure}
          </div>
        )}
        <div className={styles.two}>
          <SuggestField
            label={words.image}
            placeholder={words.imagePlaceholder}
            value={form.image}
            items={tags}
            error={errors.image}
            autoFocus={image === ''}
            onChange={(value) => change({ image: value })}
          />
          <TextField label={words.name} optional placeholder={words.namePlaceholder} autoFocus={image !== ''} {...text('name')} />
        </div>
        <TextField label={words.command} optional mono placeholder={words.commandPlaceholder} {...text('command')} />
        <EnvTable rows={form.env} errors={errors} onChange={(env) => change({ env })} />
        <MountTable rows={form.mounts} errors={errors} onChange={(mounts) => change({ mounts })} />
        <div className={styles.three}>
          <TextField label={words.memory} optional placeholder={words.noLimit} hint={words.memoryPlaceholder} {...text('memory')} />
          <TextField label={words.cpus} optional placeholder={words.noLimit} hint="0.5, 2" {...text('cpus')} />
          <TextField label={words.pids} optional placeholder={words.noLimit} hint="100" {...text('pids')} />
        </div>
        <div className={styles.three}>
          <TextField label={words.entrypoint} optional mono placeholder={words.entrypointPlaceholder} {...text('entrypoint')} />
          <TextField label={words.user} optional placeholder={words.userPlaceholder} {...text('user')} />
          <TextField label={words.workingDir} optional placeholder={words.workingDirPlaceholder} {...text('workingDir')} />
        </div>
        <div className={styles.group}>
          <span className={styles.legend}>{words.network}</span>
          <div>
            <Segmented
              label={words.network}
              value={form.network}
              segments={(['bridge', 'host', 'none'] as const).map((value) => ({ value, label: words.networks[value] }))}
              onChange={(network) => change({ network })}
            />
          </div>
        </div>
        <div className={styles.options}>
          <LabelledCheckbox checked={form.tty} label={words.tty} onChange={(tty) => change({ tty })}>
            {words.tty}
          </LabelledCheckbox>
          <LabelledCheckbox checked={form.openStdin} label={words.interactive} onChange={(openStdin) => change({ openStdin })}>
            {words.interactive}
          </LabelledCheckbox>
          <LabelledCheckbox checked={form.autoRemove} label={words.autoRemove} onChange={(autoRemove) => change({ autoRemove })}>
            {words.autoRemove}
          </LabelledCheckbox>
        </div>
        <div className={styles.group}>
          <span className={styles.legend}>{words.preview}</span>
          <div className={styles.preview}>
            <pre>{command}</pre>
            <IconButton small label={words.copyPreview} onClick={() => void navigator.clipboard.writeText(command)}>
              <Copy />
            </IconButton>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
