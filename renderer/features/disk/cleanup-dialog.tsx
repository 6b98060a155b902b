import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { diskSize, thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { cx } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import styles from './cleanup.module.css';
import { bytesBesideImages, type Candidate, CHOICES, type Choice, candidatesOf, cleanupOf, LOSES_DATA, SAFE } from './cleanup.ts';

const words = t.disk.cleanup;
const LISTED = 500;

/** Bytes that are free when all of these are gone, as the engine counts layers; null: not known yet. */
function useReclaimable(ids: readonly string[]): number | null {
  const { transport } = useServices();
  const [answer, setAnswer] = useState<{ readonly of: string; readonly bytes: number } | null>(null);
  const wanted = ids.join(' ');
  useEffect(() => {
    if (wanted === '') return;
    let stale = false;
    transport.request('image.reclaimable', { ids: wanted.split(' ') }).then(
      ({ bytes }) => !stale && setAnswer({ of: wanted, bytes }),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport, wanted]);
  if (wanted === '') return 0;
  return answer?.of === wanted ? answer.bytes : null;
}

/** What could go, with its bytes, before anything goes. */
export function CleanupDialog({ usage, onClose }: { readonly usage: DiskUsage; readonly onClose: () => void }): ReactElement {
  const { tasks, toasts } = useServices();
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const [chosen, setChosen] = useState<ReadonlySet<Choice>>(SAFE);
  const used = new Set([...containers.values()].flatMap((row) => row.networks));
  const candidates = candidatesOf(
    usage,
    [...networks.values()].filter(({ builtIn, name }) => !builtIn && !used.has(name)),
  );
  const task = cleanupOf(candidates, chosen);
  const idsOf = (choice: Choice) => candidates[choice].map(({ id }) => id);
  const imageBytes: Partial<Record<Choice, number | null>> = { untagged: useReclaimable(idsOf('untagged')), images: useReclaimable(idsOf('images')) };
  const chosenImages = useReclaimable(task?.images ?? []);
  const bytesOf = (choice: Choice): number | null =>
    choice in imageBytes ? (imageBytes[choice] ?? null) : candidates[choice].reduce((sum, { bytes }) => sum + bytes, 0);
  const total = chosenImages === null ? null : chosenImages + bytesBesideImages(candidates, chosen);
  const objects = CHOICES.filter((choice) => chosen.has(choice)).reduce((sum, choice) => sum + candidates[choice].length, 0);
  const choose = (choice: Choice, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(choice);
    else next.delete(choice);
    setChosen(next);
  };
  const start = () => {
    if (!task) return;
    onClose();
    tasks.run(task).catch((error: unknown) => tellFailure(toasts, words.failed, error));
  };
  return (
    <Dialog
      wide
      open
      onClose={onClose}
      title={words.title}
      footer={
        <>
          <span className={styles.total} role="status">
            {task === null ? words.freesNothing : total === null ? words.unknown : words.frees(total)}
          </span>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="danger" disabled={task === null} onClick={start}>
            {words.action(objects)}
          </Button>
        </>
      }
    >
      <p className={styles.text}>{words.text}</p>
      <div className={styles.list}>
        {CHOICES.map((choice) => (
          <ChoiceRow
            key={choice}
            choice={choice}
            objects={candidates[choice]}
            bytes={bytesOf(choice)}
            checked={chosen.has(choice) && candidates[choice].length > 0}
            onChange={(on) => choose(choice, on)}
          />
        ))}
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly choice: Choice;
  readonly objects: readonly Candidate[];
  /** Null: being counted. */
  readonly bytes: number | null;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}

function ChoiceRow({ choice, objects, bytes, checked, onChange }: ChoiceProps): ReactElement {
  const [open, setOpen] = useState(false);
  const label = words.choices[choice];
  const none = objects.length === 0;
  const largest = [...objects].sort((a, b) => b.bytes - a.bytes).slice(0, LISTED);
  return (
    <div className={styles.row}>
      <div className={cx(styles.line, none && styles.none)}>
        <div className={styles.label}>
          {none ? (
            label
          ) : (
            <LabelledCheckbox checked={checked} label={label} onChange={onChange}>
              {label} <span className={cx(styles.note, LOSES_DATA.has(choice) && choice !== 'containers' && styles.loses)}>{words.notes[choice]}</span>
            </LabelledCheckbox>
          )}
        </div>
        <span className={styles.count}>{none ? words.none : thousands(objects.length)}</span>
        <span className={styles.bytes}>{none || choice === 'networks' ? '' : bytes === null ? '…' : <Quantity of={diskSize(bytes)} />}</span>
        <IconButton small label={words.show(label)} aria-expanded={open} disabled={none} onClick={() => setOpen(!open)}>
          {open ? <ChevronDown /> : <ChevronRight />}
        </IconButton>
      </div>
      {open && (
        <ul className={styles.objects} tabIndex={0} aria-label={label}>
          {largest.map((object) => (
            <li key={object.id}>
              <MiddleText text={object.name} className={styles.object} />
              {choice !== 'networks' && <Quantity of={diskSize(object.bytes)} />}
            </li>
          ))}
          {objects.length > LISTED && <li>{t.networkMap.more(objects.length - LISTED)}</li>}
        </ul>
      )}
    </div>
  );
}
