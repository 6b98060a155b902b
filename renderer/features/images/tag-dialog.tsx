import { type ReactElement, useState } from 'react';
import { fullName, partsOf, referenceProblem, registryOf } from '../../stores/image-reference.ts';
import { tellFailure, useEngine, useRegistries, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import styles from './pull-dialog.module.css';
import { imageTitle } from './view-model.ts';

const tools = t.imageTools;

/** Giving names, taking them away, and sending images to where their names say; on whatever screen that was wanted. */
export function ImageNameDialogs(): ReactElement | null {
  const { ui } = useServices();
  const asking = useUiState((state) => state.asking);
  const [id = '', name = ''] = asking?.ids ?? [];
  const row = useEngine((state) => state.images.get(id));
  if (!asking || !row) return null;
  const close = () => ui.setState({ asking: null });
  if (asking.command === 'image.tag') return <TagDialog id={id} title={imageTitle(row)} tags={row.tags} onClose={close} />;
  if (asking.command === 'image.push') return <PushDialog tags={row.tags} onClose={close} />;
  if (asking.command === 'image.untag') return <UntagDialog name={name} isLast={row.tags.length === 1} onClose={close} />;
  return null;
}

interface NamesProps {
  readonly tags: readonly string[];
  readonly onClose: () => void;
}

function TagDialog({ id, title, tags, onClose }: NamesProps & { readonly id: string; readonly title: string }): ReactElement {
  const { transport } = useServices();
  const images = useEngine((state) => state.images);
  const registries = useRegistries((state) => state.list?.registries);
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const text = name.trim();
  const problem = referenceProblem(text);
  const wrong = problem !== null ? t.pull.problems[problem] : partsOf(text).digest !== undefined ? t.pull.problems.withDigest : undefined;
  const shown = wrong !== undefined && (tried || (problem !== 'empty' && problem !== 'tag' && !/[./:_-]$/.test(text))) ? wrong : undefined;
  const holder = wrong === undefined ? [...images.values()].find((row) => row.id !== id && row.tags.includes(fullName(text))) : undefined;
  const last = (tags[0] ?? 'app:1').split('/').at(-1) ?? '';
  const suggestions = [
    ...tags.map((tag) => `${partsOf(tag).name}:`),
    ...(registries ?? []).filter(({ host }) => host !== 'docker.io').map(({ host }) => `${host}/${last}`),
  ];
  const send = async () => {
    await transport.request('image.tag', { id, reference: text });
    onClose();
  };
  return (
    <FormDialog
      title={tools.tag.of(title)}
      action={tools.tag.save}
      failed={tools.tag.failed}
      onClose={onClose}
      onTry={() => {
        setTried(true);
        return wrong === undefined;
      }}
      onSend={send}
    >
      <SuggestField
        label={tools.tag.field}
        value={name}
        onChange={setName}
        items={[...new Set(suggestions)]}
        placeholder="registry.example.com/team/app:1.0"
        error={shown}
        hint={holder ? tools.tag.moves(imageTitle(holder)) : tools.tag.hint}
        autoFocus
      />
    </FormDialog>
  );
}

function PushDialog({ tags, onClose }: NamesProps): ReactElement {
  const { tasks, toasts } = useServices();
  const [name, setName] = useState(tags[0] ?? '');
  const push = () => {
    onClose();
    tasks.run({ kind: 'image.push', reference: name }).catch((error: unknown) => tellFailure(toasts, tools.push.failed, error));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={tools.push.title}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          {name !== '' && (
            <Button look="primary" autoFocus onClick={push}>
              {tools.push.of(name)}
            </Button>
          )}
        </>
      }
    >
      {name === '' ? (
        <p>{tools.push.none}</p>
      ) : (
        <div className={styles.form}>
          {tags.length > 1 && (
            <div className={styles.platform}>
              <span aria-hidden="true">{tools.push.which}</span>
              <Select label={tools.push.which} value={name} options={tags.map((tag) => ({ value: tag, label: tag }))} onChange={setName} />
            </div>
          )}
          <p className={styles.done}>{name}</p>
          <p className={styles.hint}>{tools.push.to(registryOf(name))}</p>
        </div>
      )}
    </Dialog>
  );
}

function UntagDialog({ name, isLast, onClose }: { readonly name: string; readonly isLast: boolean; readonly onClose: () => void }): ReactElement {
  const { transport, toasts } = useServices();
  const untag = async () => {
    const tell = (error: unknown) => tellFailure(toasts, tools.tag.removed(name), error);
    await transport.request('image.remove', { ids: [name], force: false }).then(({ results }) => {
      for (const { failure } of results) if (failure) tell(new Error(failure.message));
    }, tell);
  };
  return (
    <ConfirmDialog
      open
      title={tools.tag.removeTitle(name)}
      objects={[name]}
      consequence={isLast ? tools.tag.removeLast : tools.tag.removeText}
      action={tools.tag.removeShort}
      onConfirm={() => void untag()}
      onClose={onClose}
    />
  );
}
