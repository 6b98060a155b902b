import { type ReactElement, useState } from 'react';
import { t } from '../../strings/t.ts';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { type HealthFields, type PortRow, type RunForm, usedEnv, usedLabels, usedMounts, usedNetworks, usedPorts, usedSecrets } from './form.ts';
import styles from './run-dialog.module.css';
import { Section } from './section.tsx';
import { EnvTable, LabelTable, MountTable, NetworkTable, PortTable, SecretTable, type TableProps } from './tables.tsx';

const words = t.run;
const more = t.runForm;

type TextName = 'name' | 'entrypoint' | 'user' | 'workingDir' | 'hostname' | 'memory' | 'cpus' | 'pids' | 'retries' | 'capAdd' | 'capDrop';

/** What a text field of the form takes. */
const text = ({ form, errors, onChange }: TableProps, field: TextName) => ({
  value: form[field],
  onChange: (value: string) => onChange({ [field]: value }),
  error: errors[field],
});

type SectionId = keyof typeof more.sections;

/** Fields whose errors belong to a section. */
const FIELDS: Readonly<Record<SectionId, RegExp>> = {
  ports: /^ports\./,
  env: /^(?:env|secrets)\./,
  mounts: /^mounts\./,
  network: /^network|^hostname/,
  limits: /^(?:memory|cpus|pids|restart|retries)$/,
  process: /^(?:entrypoint|user|workingDir)$/,
  health: /^health\./,
  security: /^(?:cap|devices)/,
  labels: /^labels\./,
};

const counted = (number: number): string => (number === 0 ? '' : more.set(number));
const listed = (...parts: readonly (string | false)[]): string => parts.filter(Boolean).join(', ');

function summaryOf(id: SectionId, form: RunForm): string {
  switch (id) {
    case 'ports':
      return usedPorts(form)
        .map(({ host, container }) => `${host === '' ? more.ports.any : host}:${container}`)
        .join(', ');
    case 'env':
      return counted(usedEnv(form).length + usedSecrets(form).length);
    case 'mounts':
      return usedMounts(form)
        .map(({ target }) => target)
        .join(', ');
    case 'network':
      return form.networkMode === 'networks' ? listed(...usedNetworks(form).map(({ network }) => network), form.hostname) : more.networkModes[form.networkMode];
    case 'limits':
      return listed(
        form.memory !== '' && `${words.memory} ${form.memory}`,
        form.cpus !== '' && `${words.cpus} ${form.cpus}`,
        form.pids !== '' && `${words.pids} ${form.pids}`,
        form.restart !== 'no' && `${more.restart}: ${more.restartNames[form.restart]}`,
      );
    case 'process':
      return listed(form.entrypoint, form.user, form.workingDir, form.tty && '-t', form.openStdin && '-i', form.init && '--init', form.autoRemove && '--rm');
    case 'health':
      return form.health.mode === 'command' ? form.health.command : form.health.mode === 'none' ? more.healthModes.none : '';
    case 'security':
      return listed(form.privileged && '--privileged', form.readonlyRoot && '--read-only', form.capAdd, form.capDrop, form.devices.replaceAll('\n', ' '));
    case 'labels':
      return counted(usedLabels(form).length);
  }
}

const OPEN_AT_FIRST: readonly SectionId[] = ['ports', 'env', 'mounts'];

export function Sections({ suggested, ...props }: TableProps & { readonly suggested: readonly Omit<PortRow, 'key'>[] }): ReactElement {
  const { form, errors } = props;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set(OPEN_AT_FIRST));
  const contents: Readonly<Record<SectionId, ReactElement>> = {
    ports: <PortTable suggested={suggested} {...props} />,
    env: (
      <>
        <EnvTable {...props} />
        <SecretTable {...props} />
      </>
    ),
    mounts: <MountTable {...props} />,
    network: <Network {...props} />,
    limits: <Limits {...props} />,
    process: <Process {...props} />,
    health: <Health {...props} />,
    security: <Security {...props} />,
    labels: <LabelTable {...props} />,
  };
  return (
    <div>
      {(Object.keys(contents) as SectionId[]).map((id) => {
        const failed = Object.keys(errors).some((field) => FIELDS[id].test(field));
        return (
          <Section
            key={id}
            title={more.sections[id]}
            summary={summaryOf(id, form) || (id === 'process' || id === 'health' ? more.nothingSet : '')}
            failed={failed}
            // What is wrong is never out of sight.
            open={failed || opened.has(id)}
            onOpen={(open) =>
              setOpened((held) => {
                const next = new Set(held);
                if (open) next.add(id);
                else next.delete(id);
                return next;
              })
            }
          >
            {contents[id]}
          </Section>
        );
      })}
    </div>
  );
}

function Network(props: TableProps): ReactElement {
  const { form, errors, onChange } = props;
  const modes = (['networks', 'host', 'none', ...(form.networkMode === 'other' ? (['other'] as const) : [])] as const).map((value) => ({
    value,
    label: more.networkModes[value],
  }));
  return (
    <>
      <div>
        <Segmented
          label={words.network}
          value={form.networkMode}
          segments={modes}
          onChange={(mode) => onChange({ networkMode: mode as RunForm['networkMode'] })}
        />
      </div>
      {errors.networkMode !== undefined && (
        <p role="alert" className={styles.rowError}>
          {errors.networkMode}
        </p>
      )}
      {form.networkMode === 'networks' && form.networks.length === 0 && <p className={styles.hint}>{more.networkHint}</p>}
      {form.networkMode === 'networks' && <NetworkTable {...props} />}
      <TextField label={more.hostname} optional placeholder={more.hostnamePlaceholder} {...text(props, 'hostname')} />
    </>
  );
}

function Limits(props: TableProps): ReactElement {
  const { form, errors, onChange } = props;
  const restarts = (['no', 'always', 'unless-stopped', 'on-failure'] as const).map((value) => ({ value, label: more.restartNames[value] }));
  return (
    <>
      <div className={styles.three}>
        <TextField label={words.memory} optional placeholder={words.noLimit} hint={words.memoryPlaceholder} {...text(props, 'memory')} />
        <TextField label={words.cpus} optional placeholder={words.noLimit} hint="0.5, 2" {...text(props, 'cpus')} />
        <TextField label={words.pids} optional placeholder={words.noLimit} hint="100" {...text(props, 'pids')} />
      </div>
      <div className={styles.group}>
        <span className={styles.legend}>{more.restart}</span>
        <div className={styles.options}>
          <Segmented
            label={more.restart}
            value={form.restart}
            segments={restarts}
            onChange={(restart) => onChange({ restart: restart as RunForm['restart'] })}
          />
        </div>
        {errors.restart !== undefined && (
          <p role="alert" className={styles.rowError}>
            {errors.restart}
          </p>
        )}
      </div>
      {form.restart === 'on-failure' && <TextField label={more.retriesLabel} optional placeholder={more.unlimited} {...text(props, 'retries')} />}
    </>
  );
}

function Process(props: TableProps): ReactElement {
  const { form, onChange } = props;
  const flag = (field: 'tty' | 'openStdin' | 'autoRemove' | 'init', label: string) => (
    <LabelledCheckbox checked={form[field]} label={label} onChange={(on) => onChange({ [field]: on })}>
      {label}
    </LabelledCheckbox>
  );
  return (
    <>
      <div className={styles.three}>
        <TextField label={words.entrypoint} optional mono placeholder={words.entrypointPlaceholder} {...text(props, 'entrypoint')} />
        <TextField label={words.user} optional placeholder={words.userPlaceholder} {...text(props, 'user')} />
        <TextField label={words.workingDir} optional placeholder={words.workingDirPlaceholder} {...text(props, 'workingDir')} />
      </div>
      <div className={styles.options}>
        {flag('tty', words.tty)}
        {flag('openStdin', words.interactive)}
        {flag('autoRemove', words.autoRemove)}
        {flag('init', more.init)}
      </div>
    </>
  );
}

function Health({ form, errors, onChange }: TableProps): ReactElement {
  const { health } = form;
  const set = (change: Partial<HealthFields>) => onChange({ health: { ...health, ...change } });
  const field = (name: 'command' | 'interval' | 'timeout' | 'startPeriod' | 'retries') => ({
    value: health[name],
    onChange: (value: string) => set({ [name]: value }),
    error: errors[`health.${name}`],
  });
  return (
    <>
      <div>
        <Segmented
          label={more.healthMode}
          value={health.mode}
          segments={(['image', 'none', 'command'] as const).map((value) => ({ value, label: more.healthModes[value] }))}
          onChange={(mode) => set({ mode: mode as HealthFields['mode'] })}
        />
      </div>
      {health.mode === 'command' && (
        <>
          <TextField label={more.healthCommand} mono placeholder={more.examples.health} {...field('command')} />
          <div className={styles.four}>
            <TextField label={more.interval} optional placeholder="30s" {...field('interval')} />
            <TextField label={more.timeout} optional placeholder="30s" {...field('timeout')} />
            <TextField label={more.startPeriod} optional placeholder="0s" {...field('startPeriod')} />
            <TextField label={more.retries} optional placeholder="3" {...field('retries')} />
          </div>
        </>
      )}
    </>
  );
}

function Security(props: TableProps): ReactElement {
  const { form, errors, onChange } = props;
  return (
    <>
      <div className={styles.two}>
        <TextField label={more.capAdd} optional mono placeholder={more.examples.capAdd} {...text(props, 'capAdd')} />
        <TextField label={more.capDrop} optional mono placeholder={more.examples.capDrop} {...text(props, 'capDrop')} />
      </div>
      <TextArea
        label={more.devices}
        optional
        mono
        rows={2}
        placeholder={more.examples.device}
        value={form.devices}
        error={errors.devices}
        onChange={(devices) => onChange({ devices })}
      />
      <div className={styles.options}>
        <LabelledCheckbox checked={form.readonlyRoot} label={more.readonlyRoot} onChange={(readonlyRoot) => onChange({ readonlyRoot })}>
          {more.readonlyRoot}
        </LabelledCheckbox>
        <LabelledCheckbox checked={form.privileged} label={more.privileged} onChange={(privileged) => onChange({ privileged })}>
          {more.privileged}
        </LabelledCheckbox>
      </div>
      {form.privileged && <p className={styles.hint}>{more.privilegedNote}</p>}
    </>
  );
}
