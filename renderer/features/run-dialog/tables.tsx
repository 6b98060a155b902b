import { Plus } from 'lucide-react';
import { type ClipboardEvent, type ReactElement, useState } from 'react';
import { useEngine } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { BareInput, TextArea } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import type { FormErrors } from './check.ts';
import { dotEnvText, parseDotEnv } from './dot-env.ts';
import { type EnvRow, type LabelRow, type MountRow, type NetworkRow, nextKey, type PortRow, type RunForm, type SecretRow } from './form.ts';
import { Rows } from './rows.tsx';
import styles from './run-dialog.module.css';

const words = t.run;
const more = t.runForm;

export interface TableProps {
  readonly form: RunForm;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<RunForm>) => void;
}

const options = (names: Readonly<Record<string, string>>) => Object.entries(names).map(([value, label]) => ({ value, label }));

/** As a table, or as the lines of a `.env` file. */
export function EnvTable({ form, errors, onChange }: TableProps): ReactElement {
  const [raw, setRaw] = useState<string | null>(null);
  const { env } = form;
  const numbered = (rows: readonly Omit<EnvRow, 'key'>[], from: number) => rows.map((row, index) => ({ ...row, key: from + index }));
  const paste = (event: ClipboardEvent, row: EnvRow) => {
    const text = event.clipboardData.getData('text');
    const added = text.includes('\n') || text.includes('=') ? parseDotEnv(text) : null;
    if (!added) return;
    event.preventDefault();
    const kept = env.filter(({ key, name, value }) => key !== row.key || name !== '' || value !== '');
    onChange({ env: [...kept, ...numbered(added, nextKey(env))] });
  };
  const write = (text: string) => {
    setRaw(text);
    const rows = text.trim() === '' ? [] : parseDotEnv(text);
    if (rows) onChange({ env: numbered(rows, 1) });
  };
  const wrong = raw !== null && raw.trim() !== '' && parseDotEnv(raw) === null;
  return (
    <>
      <div>
        <Segmented
          label={words.env}
          value={raw === null ? 'table' : 'raw'}
          segments={[
            { value: 'table', label: more.table },
            { value: 'raw', label: more.raw },
          ]}
          onChange={(value) => setRaw(value === 'raw' ? dotEnvText(env) : null)}
        />
      </div>
      {raw === null ? (
        <Rows<EnvRow>
          label={words.env}
          field="env"
          rows={env}
          errors={errors}
          add={words.addEnv}
          fresh={{ name: '', value: '' }}
          layout={styles.envRow}
          nameOf={({ name }) => name}
          hint={words.envHint}
          onChange={(rows) => onChange({ env: rows })}
        >
          {(row, set, invalid) => (
            <>
              <BareInput
                label={words.envName}
                placeholder={words.envName}
                autoFocus={row.name === ''}
                value={row.name}
                invalid={invalid}
                onPaste={(event) => paste(event, row)}
                onChange={(name) => set({ name })}
              />
              <BareInput label={words.envValue} placeholder={words.envValue} value={row.value} onChange={(value) => set({ value })} />
            </>
          )}
        </Rows>
      ) : (
        <TextArea label={more.rawLabel} rows={6} mono value={raw} hint={more.rawHint} error={wrong ? more.rawHint : undefined} onChange={write} />
      )}
    </>
  );
}

export const PortTable = ({ form, errors, onChange, suggested }: TableProps & { readonly suggested: readonly Omit<PortRow, 'key'>[] }): ReactElement => {
  const open = suggested.filter(({ container, protocol }) => !form.ports.some((row) => row.container === container && row.protocol === protocol));
  return (
    <>
      <Rows<PortRow>
        label={more.sections.ports}
        field="ports"
        rows={form.ports}
        errors={errors}
        add={more.ports.add}
        fresh={{ host: '', container: '', protocol: 'tcp' }}
        layout={styles.portRow}
        nameOf={({ host, container }) => `${host}:${container}`}
        onChange={(ports) => onChange({ ports })}
      >
        {(row, set, invalid) => (
          <>
            <BareInput
              label={more.ports.host}
              placeholder={`${more.ports.host} (${more.ports.any})`}
              autoFocus={row.container === ''}
              value={row.host}
              invalid={invalid}
              onChange={(host) => set({ host })}
            />
            <BareInput
              label={more.ports.container}
              placeholder={more.ports.container}
              value={row.container}
              invalid={invalid}
              onChange={(container) => set({ container })}
            />
            <Select
              label={more.ports.protocol}
              value={row.protocol}
              options={options({ tcp: 'TCP', udp: 'UDP' })}
              onChange={(protocol) => set({ protocol: protocol === 'udp' ? 'udp' : 'tcp' })}
            />
          </>
        )}
      </Rows>
      {open.length > 0 && (
        <div className={styles.suggest}>
          <Button small onClick={() => onChange({ ports: [...form.ports, ...open.map((row, index) => ({ ...row, key: nextKey(form.ports) + index }))] })}>
            <Plus />
            {more.ports.suggest(open.map(({ container, protocol }) => (protocol === 'udp' ? `${container}/udp` : container)).join(', '))}
          </Button>
          <span className={styles.hint}>{more.ports.suggestNote}</span>
        </div>
      )}
    </>
  );
};

const SOURCE_WORDS = { bind: words.mountSource, volume: more.volumeName, tmpfs: more.tmpfsSize } as const;

export const MountTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <Rows<MountRow>
    label={words.mounts}
    field="mounts"
    rows={form.mounts}
    errors={errors}
    add={words.addMount}
    fresh={{ kind: 'volume', source: '', target: '', readonly: false }}
    layout={styles.mountRow}
    nameOf={({ target }) => target}
    onChange={(mounts) => onChange({ mounts })}
  >
    {(row, set, invalid) => (
      <>
        <Select
          label={more.mountKind}
          value={row.kind}
          options={options(more.mountKinds)}
          onChange={(kind) => set({ kind: kind === 'bind' || kind === 'tmpfs' ? kind : 'volume' })}
        />
        <BareInput
          label={SOURCE_WORDS[row.kind]}
          placeholder={SOURCE_WORDS[row.kind]}
          autoFocus={row.source === ''}
          value={row.source}
          invalid={invalid}
          onChange={(source) => set({ source })}
        />
        <BareInput label={words.mountTarget} placeholder={words.mountTarget} value={row.target} invalid={invalid} onChange={(target) => set({ target })} />
        <LabelledCheckbox checked={row.readonly} label={words.mountReadonly} onChange={(readonly) => set({ readonly })}>
          {words.mountReadonly}
        </LabelledCheckbox>
      </>
    )}
  </Rows>
);

export function NetworkTable({ form, errors, onChange }: TableProps): ReactElement {
  const networks = useEngine((state) => state.networks);
  const known = [...networks.values()].filter(({ name }) => name !== 'host' && name !== 'none').map(({ name }) => name);
  return (
    <Rows<NetworkRow>
      label={more.sections.network}
      field="networks"
      rows={form.networks}
      errors={errors}
      add={more.addNetwork}
      fresh={{ network: known.find((name) => !form.networks.some(({ network }) => network === name)) ?? 'bridge', aliases: '' }}
      layout={styles.networkRow}
      nameOf={({ network }) => network}
      onChange={(rows) => onChange({ networks: rows })}
    >
      {(row, set) => (
        <>
          <Select
            label={more.networkName}
            value={row.network}
            options={[...new Set([...known, row.network])].map((value) => ({ value, label: value }))}
            onChange={(network) => set({ network })}
          />
          <BareInput label={more.aliases} placeholder={more.aliases} value={row.aliases} onChange={(aliases) => set({ aliases })} />
        </>
      )}
    </Rows>
  );
}

export const LabelTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <Rows<LabelRow>
    label={more.sections.labels}
    field="labels"
    rows={form.labels}
    errors={errors}
    add={more.addLabel}
    fresh={{ name: '', value: '' }}
    layout={styles.envRow}
    nameOf={({ name }) => name}
    onChange={(labels) => onChange({ labels })}
  >
    {(row, set, invalid) => (
      <>
        <BareInput
          label={more.labelName}
          placeholder={more.labelName}
          autoFocus={row.name === ''}
          value={row.name}
          invalid={invalid}
          onChange={(name) => set({ name })}
        />
        <BareInput label={more.labelValue} placeholder={more.labelValue} value={row.value} onChange={(value) => set({ value })} />
      </>
    )}
  </Rows>
);

export const SecretTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <Rows<SecretRow>
    label={more.addSecret}
    field="secrets"
    rows={form.secrets}
    errors={errors}
    add={more.addSecret}
    fresh={{ kind: 'file', name: '', source: '' }}
    layout={styles.secretRow}
    nameOf={({ name }) => name}
    hint={more.secretHint}
    onChange={(secrets) => onChange({ secrets })}
  >
    {(row, set, invalid) => (
      <>
        <Select
          label={more.secretKind}
          value={row.kind}
          options={options(more.secretKinds)}
          onChange={(kind) => set({ kind: kind === 'env' ? 'env' : 'file' })}
        />
        <BareInput
          label={more.secretName}
          placeholder={more.secretName}
          autoFocus={row.name === ''}
          value={row.name}
          invalid={invalid}
          onChange={(name) => set({ name })}
        />
        <BareInput
          label={row.kind === 'file' ? more.secretFile : more.secretValue}
          placeholder={row.kind === 'file' ? more.secretFile : more.secretValue}
          type={row.kind === 'file' ? 'text' : 'password'}
          value={row.source}
          invalid={invalid}
          onChange={(source) => set({ source })}
        />
      </>
    )}
  </Rows>
);
