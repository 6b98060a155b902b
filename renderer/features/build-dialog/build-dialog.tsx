import { Copy } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { tellFailure, useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import styles from './build-dialog.module.css';
import { type BuildForm, checkForm, dockerCommand, EMPTY_FORM, type FormErrors } from './form.ts';
import { PairTable, SecretTable } from './tables.tsx';
import { useCompletions, useFacts } from './use-folder.ts';

const words = t.buildDialog;
const NO_ERRORS: FormErrors = {};

/** Open while the interface says so; each opening begins with an empty form. */
export function BuildDialog(): ReactElement | null {
  const open = useUiState((state) => state.build);
  return open ? <OpenBuildDialog /> : null;
}

function OpenBuildDialog(): ReactElement {
  const { ui, tasks, transport, toasts } = useServices();
  const [, navigate] = useLocation();
  const hasChooser = useEngine((state) => state.status?.shell === 'app');
  const [form, setForm] = useState<BuildForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const facts = useFacts(form.context, form.dockerfile);
  const folders = useCompletions(form.context, false);
  const checked = checkForm(form, facts);
  // What is typed and wrong is said at once; what is still empty only when it is asked for.
  const errors = checked.errors === null ? NO_ERRORS : tried ? checked.errors : typedErrors(checked.errors, form);
  const command = dockerCommand(form, facts);
  const change = (part: Partial<BuildForm>) => setForm((held) => ({ ...held, ...part }));
  const close = () => ui.setState({ build: false });
  const choose = async (kind: 'directory' | 'file') => {
    try {
      const title = kind === 'file' ? words.chooseDockerfile : words.chooseContext;
      const { path } = await transport.request('path.choose', { kind, title, start: form.context });
      if (path === null) return;
      const inside = form.context !== '' && path.startsWith(`${form.context.replace(/\/+$/, '')}/`);
      if (kind === 'directory') change({ context: path });
      else change({ dockerfile: inside ? path.slice(form.context.replace(/\/+$/, '').length + 1) : path });
    } catch (error) {
      tellFailure(toasts, words.chooseContext, error);
    }
  };
  const send = async () => {
    if (checked.errors) return;
    await tasks.run(checked.task);
    close();
    navigate('/builds');
  };

  return (
    <FormDialog
      wide
      onClose={close}
      title={words.title}
      action={words.submit}
      busyAction={words.starting}
      failed={words.failed}
      onTry={() => {
        setTried(true);
        return checked.errors === null;
      }}
      onSend={send}
    >
      <div className={hasChooser ? styles.withButton : undefined}>
        <SuggestField
          label={words.context}
          placeholder={words.contextPlaceholder}
          value={form.context}
          items={folders}
          error={errors['context']}
          hint={words.contextHint}
          autoFocus
          onChange={(context) => change({ context })}
        />
        {hasChooser && <Button onClick={() => void choose('directory')}>{words.choose}</Button>}
      </div>
      <div className={styles.two}>
        <div className={hasChooser ? styles.withButton : undefined}>
          <SuggestField
            label={words.dockerfile}
            placeholder={words.dockerfilePlaceholder}
            value={form.dockerfile}
            items={facts?.others ?? []}
            error={errors['dockerfile']}
            onChange={(dockerfile) => change({ dockerfile })}
          />
          {hasChooser && <Button onClick={() => void choose('file')}>{words.choose}</Button>}
        </div>
        <SuggestField
          label={words.target}
          placeholder={words.targetPlaceholder}
          value={form.target}
          items={facts?.stages ?? []}
          error={errors['target']}
          onChange={(target) => change({ target })}
        />
      </div>
      <TextField
        label={words.tags}
        optional
        mono
        placeholder={words.tagsPlaceholder}
        hint={words.tagsHint}
        value={form.tags}
        error={errors['tags']}
        onChange={(tags) => change({ tags })}
      />
      <PairTable
        field="args"
        label={words.args}
        add={words.addArg}
        rows={form.args}
        found={facts?.args ?? []}
        errors={errors}
        onChange={(args) => change({ args })}
      />
      <SecretTable rows={form.secrets} found={facts?.secrets ?? []} errors={errors} onChange={(secrets) => change({ secrets })} />
      <PairTable
        field="contexts"
        label={words.contexts}
        valueLabel={words.contextPlace}
        hint={words.contextsHint}
        add={words.addContext}
        rows={form.contexts}
        found={[]}
        errors={errors}
        onChange={(contexts) => change({ contexts })}
      />
      <PairTable
        field="labels"
        label={words.labels}
        add={words.addLabel}
        rows={form.labels}
        found={[]}
        errors={errors}
        onChange={(labels) => change({ labels })}
      />
      <div className={styles.two}>
        <TextField
          label={words.platform}
          optional
          placeholder={words.platformPlaceholder}
          value={form.platform}
          error={errors['platform']}
          onChange={(platform) => change({ platform })}
        />
        <div className={styles.group}>
          <span className={styles.legend}>{words.network}</span>
          <div>
            <Segmented
              label={words.network}
              value={form.network}
              segments={(['default', 'none', 'host'] as const).map((value) => ({ value, label: words.networks[value] }))}
              onChange={(network) => change({ network: network as BuildForm['network'] })}
            />
          </div>
        </div>
      </div>
      <div className={styles.options}>
        <LabelledCheckbox checked={form.noCache} label={words.noCache} onChange={(noCache) => change({ noCache })}>
          {words.noCache}
        </LabelledCheckbox>
        <LabelledCheckbox checked={form.pull} label={words.pull} onChange={(pull) => change({ pull })}>
          {words.pull}
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
    </FormDialog>
  );
}

function typedErrors(errors: FormErrors, form: BuildForm): FormErrors {
  const empty = new Set([...(form.context === '' ? ['context'] : []), ...(form.dockerfile === '' ? ['dockerfile'] : [])]);
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !empty.has(field) && !field.includes('.')));
}
