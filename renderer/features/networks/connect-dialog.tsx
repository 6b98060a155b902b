import { type ReactElement, useState } from 'react';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useServices } from '../../stores/services.tsx';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { type ConnectErrors, type ConnectForm, checkConnectForm, connectable, EMPTY_CONNECT } from './connect-form.ts';
import styles from './form.module.css';

const words = t.networks.connectForm;

export function ConnectDialog({ network, onClose }: { readonly network: NetworkRow; readonly onClose: () => void }): ReactElement {
  const { transport } = useServices();
  const containers = useEngine((state) => state.containers);
  const [form, setForm] = useState<ConnectForm>(EMPTY_CONNECT);
  const [tried, setTried] = useState(false);
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

  const send = async () => {
    if (checked.errors) return;
    await transport.request('network.connect', checked.request);
    onClose();
  };

  return (
    <FormDialog
      onClose={onClose}
      title={t.networks.connectTo(network.name)}
      action={words.submit}
      busyAction={words.connecting}
      failed={words.failed}
      onTry={() => {
        setTried(true);
        return checked.errors === null;
      }}
      onSend={send}
    >
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
      {!network.builtIn && network.driver !== 'ipvlan' && <TextField label={words.mac} optional mono placeholder={words.chosen} {...text('mac')} />}
    </FormDialog>
  );
}
