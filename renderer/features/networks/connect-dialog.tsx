import { type FormEvent, type ReactElement, useId, useState } from 'react';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useServices } from '../../stores/services.tsx';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { type ConnectErrors, type ConnectForm, checkConnectForm, connectable, EMPTY_CONNECT } from './connect-form.ts';
import styles from './form.module.css';

const words = t.networks.connectForm;

export function ConnectDialog({ network, onClose }: { readonly network: NetworkRow; readonly onClose: () => void }): ReactElement {
  const { transport } = useServices();
  const formId = useId();
  const containers = useEngine((state) => state.containers);
  const [form, setForm] = useState<ConnectForm>(EMPTY_CONNECT);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const checked = checkConnectForm(form, network, containers);
  const errors: ConnectErrors = checked.errors ?? {};
  const names = connectable(network, containers.values())
    .map(({ name }) => name)
    .sort(byName);
  const subnets = (sign: RegExp) => network.subnets.flatMap(({ subnet }) => (sign.test(subnet) ? [subnet] : []));
  const hint = network.ownSubnets ? words.fixedHint(subnets(/\./)) : words.noFixed;
  const text = (field: keyof ConnectForm) => ({
    value: form[field],
    // A name that is still being typed is not wrong yet.
    error: tried || (field !== 'container' && form[field] !== '') ? errors[field] : undefined,
    onChange: (value: string) => setForm((held) => ({ ...held, [field]: value })),
  });

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
      await transport.request('network.connect', checked.request);
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t.networks.connectTo(network.name)}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            {busy ? words.connecting : words.submit}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {failure !== '' && (
          <div className={styles.failure} role="alert">
            <strong>{words.failed}</strong>
            {failure}
          </div>
        )}
        <SuggestField label={words.container} placeholder={words.containerPlaceholder} items={names} autoFocus {...text('container')} />
        {!network.builtIn && (
          <TextField label={words.aliases} optional mono placeholder={words.aliasesPlaceholder} hint={words.aliasesHint} {...text('aliases')} />
        )}
        {!network.builtIn && (
          <div className={network.ipv6 ? styles.two : undefined}>
            <TextField label={words.ipv4} optional mono disabled={!network.ownSubnets} placeholder={words.chosen} hint={hint} {...text('ipv4')} />
            {network.ipv6 && (
              <TextField
                label={words.ipv6}
                optional
                mono
                disabled={!network.ownSubnets}
                placeholder={words.chosen}
                hint={network.ownSubnets ? words.fixedHint(subnets(/:/)) : ''}
                {...text('ipv6')}
              />
            )}
          </div>
        )}
      </form>
    </Dialog>
  );
}
