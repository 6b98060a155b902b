import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { runSpec } from '../../stores/run-spec/from-inspect.ts';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { checkForm, type FormErrors } from './check.ts';
import { emptyForm, type RunForm } from './form.ts';
import { formOf } from './from-body.ts';
import { Preview } from './preview.tsx';
import styles from './run-dialog.module.css';
import { Sections } from './sections.tsx';
import { useExposed, useHeldPorts } from './use-ports.ts';

const words = t.run;
const more = t.runForm;
const NO_ERRORS: FormErrors = {};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Open while the interface holds a preset; each opening begins with an empty form, or with that of a container to be duplicated. */
export function RunDialog(): ReactElement | null {
  const run = useUiState((state) => state.run);
  if (!run) return null;
  return run.from === undefined ? <NewDialog image={run.image} /> : <DuplicateDialog key={run.from} id={run.from} />;
}

function NewDialog({ image }: { readonly image: string }): ReactElement {
  const images = useEngine((state) => state.images);
  const [first] = useState(() => {
    const tags = [...images.values()].flatMap((row) => row.tags);
    return emptyForm(image || (tags.length === 1 ? (tags[0] ?? '') : ''));
  });
  return <OpenDialog first={first} title={words.title} old={null} />;
}

/** Another name of the same kind that nobody has: `web-2`. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/-\d+$/, '');
  for (let number = 2; ; number++) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}

function DuplicateDialog({ id }: { readonly id: string }): ReactElement {
  const { transport, engine, ui } = useServices();
  const [read, setRead] = useState<{ readonly form: RunForm; readonly name: string } | { readonly error: string } | null>(null);
  useEffect(() => {
    let stale = false;
    transport.request('container.config', { id }).then(
      ({ inspect, image }) => {
        if (stale) return;
        const spec = runSpec(inspect, image);
        const taken = new Set([...engine.getState().containers.values()].map(({ name }) => name));
        setRead({ form: formOf(spec, freeName(spec.name, taken)), name: spec.name });
      },
      (error: unknown) => !stale && setRead({ error: messageOf(error) }),
    );
    return () => {
      stale = true;
    };
  }, [transport, engine, id]);
  if (read && 'form' in read) return <OpenDialog first={read.form} title={more.titleDuplicate(read.name)} old={{ id, name: read.name }} />;
  return (
    <Dialog wide open reading onClose={() => ui.setState({ run: null })} title={t.verbs.title.duplicate}>
      {read ? <EmptyState alert title={more.readFailed} text={read.error} /> : <EmptyState title={more.reading} />}
    </Dialog>
  );
}

interface OpenProps {
  readonly first: RunForm;
  readonly title: string;
  /** The container that it is made after. */
  readonly old: { readonly id: string; readonly name: string } | null;
}

function OpenDialog({ first, title, old }: OpenProps): ReactElement {
  const { ui, transport, toasts } = useServices();
  const [, navigate] = useLocation();
  const images = useEngine((state) => state.images);
  const containers = useEngine((state) => state.containers);
  const tags = useMemo(() => [...images.values()].flatMap((row) => row.tags).sort(), [images]);
  const [form, setForm] = useState(first);
  const [replacing, setReplacing] = useState(false);
  const [start, setStart] = useState(true);
  const [tried, setTried] = useState(false);
  const replaced = replacing && old ? old : null;
  const takenNames = useMemo(
    () => new Set([...containers.values()].filter(({ id }) => id !== replaced?.id).map(({ name }) => name)),
    [containers, replaced?.id],
  );
  const heldPorts = useHeldPorts(form, replaced?.id ?? null);
  const suggested = useExposed(form.image);
  const checked = checkForm(form, { takenNames, heldPorts });
  // Until the first try only what has been written is judged: an empty field is not wrong yet.
  const errors = checked.errors ? (tried ? checked.errors : written(checked.errors, form)) : NO_ERRORS;
  const change = (part: Partial<RunForm>) => setForm((held) => ({ ...held, ...part }));
  const close = () => ui.setState({ run: null });

  const send = async () => {
    if (checked.errors) return;
    const { id, warnings } = await transport.request('container.run', { name: form.name, body: checked.body, start, replace: replaced?.id ?? '' });
    close();
    if (warnings.length > 0) toasts.add({ title: words.warnings, data: { details: warnings.join('\n') } });
    navigate(`/containers/${id}`);
  };

  return (
    <FormDialog
      wide
      onClose={close}
      title={title}
      below={<Preview form={form} />}
      look={replaced ? 'danger' : 'primary'}
      action={replaced ? more.submitReplace(replaced.name) : words.submit}
      busyAction={words.running}
      failed={words.failed}
      footer={
        <span className={styles.footStart}>
          <LabelledCheckbox checked={!start} label={more.create} onChange={(on) => setStart(!on)}>
            {more.create}
          </LabelledCheckbox>
        </span>
      }
      onTry={() => {
        setTried(true);
        return checked.errors === null;
      }}
      onSend={send}
    >
      <div className={styles.two}>
        <SuggestField
          label={words.image}
          placeholder={words.imagePlaceholder}
          value={form.image}
          items={tags}
          error={errors.image}
          autoFocus={first.image === ''}
          onChange={(image) => change({ image })}
        />
        <TextField
          label={words.name}
          optional
          placeholder={words.namePlaceholder}
          autoFocus={first.image !== ''}
          value={form.name}
          error={errors.name}
          onChange={(name) => change({ name })}
        />
      </div>
      <TextField
        label={words.command}
        optional
        mono
        placeholder={words.commandPlaceholder}
        value={form.command}
        error={errors.command}
        onChange={(command) => change({ command })}
      />
      {old && (
        <div className={styles.group}>
          <LabelledCheckbox
            checked={replacing}
            label={more.replace(old.name)}
            onChange={(on) => {
              setReplacing(on);
              change({ name: on ? old.name : first.name });
            }}
          >
            {more.replace(old.name)}
          </LabelledCheckbox>
          {replacing && <p className={styles.hint}>{more.replaceNote(old.name)}</p>}
        </div>
      )}
      <Sections form={form} errors={errors} suggested={suggested} onChange={change} />
    </FormDialog>
  );
}

/** Fields that are empty at first and have something in them now. */
function written(errors: FormErrors, form: RunForm): FormErrors {
  return Object.fromEntries(
    Object.entries(errors).filter(([field]) => field !== 'image' && (field !== 'health.command' || form.health.command !== '') && !isNewRow(field, form)),
  );
}

/** A row of which only one half is written yet. */
function isNewRow(field: string, form: RunForm): boolean {
  const [table, key] = field.split('.');
  if (table === 'mounts') return form.mounts.some((row) => row.key === Number(key) && row.target === '');
  if (table === 'ports') return form.ports.some((row) => row.key === Number(key) && row.container === '');
  if (table === 'secrets') return form.secrets.some((row) => row.key === Number(key) && (row.name === '' || row.source === ''));
  return false;
}
