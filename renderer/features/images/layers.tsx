import { FileQuestion } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useEffect, useState } from 'react';
import type { ImageLayersAnswer } from '../../../runtime/api/types/layers.ts';
import { useServices } from '../../stores/services.tsx';
import { diskSize, joined, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { movedIndex } from '../../ui/table-layout.ts';
import { findClass, ToolRow } from '../../ui/tool-row.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { stepWords } from './history.tsx';
import { LayerFiles } from './layer-files.tsx';
import styles from './layers.module.css';

const words = t.layers;
type Read = { readonly answer: ImageLayersAnswer } | { readonly error: string } | null;
type Layer = ImageLayersAnswer['layers'][number];

const stepText = ({ createdBy }: Layer): string => {
  const { word, text } = stepWords(createdBy);
  return visibleText([word, text].filter(Boolean).join(' ')) || words.unknownStep;
};

/** What each layer of an image did to its files, and which bytes of it nobody can see. */
export function Layers({ id }: { readonly id: string }): ReactElement {
  const { transport } = useServices();
  const [read, setRead] = useState<Read>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let stale = false;
    transport.request('image.layers', { id }).then(
      (answer) => !stale && setRead({ answer }),
      (error: unknown) => !stale && setRead({ error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      stale = true;
    };
  }, [transport, id, attempt]);
  if (!read) return <EmptyState title={words.reading} />;
  if ('error' in read) {
    const again = () => setAttempt((count) => count + 1);
    return <EmptyState alert icon={<FileQuestion />} title={words.failed} text={read.error} action={<Button onClick={again}>{t.retry}</Button>} />;
  }
  return <Explorer id={id} answer={read.answer} />;
}

function Explorer({ id, answer }: { readonly id: string; readonly answer: ImageLayersAnswer }): ReactElement {
  const [chosen, setChosen] = useState(answer.layers.length - 1);
  const [view, setView] = useState<'files' | 'wasted'>('files');
  const [changes, setChanges] = useState(true);
  const [find, setFind] = useState('');
  const layer = answer.layers[chosen];
  if (!layer) return <EmptyState title={words.nothing} />;
  return (
    <div className={styles.explorer}>
      <div className={styles.summary}>
        <span>{words.summary(joined(diskSize(answer.totalBytes)), answer.layers.length)}</span>
        <span>{words.efficiency(joined(percent(answer.efficiency * 100)))}</span>
        <span className={answer.wastedBytes > 0 ? styles.wasted : undefined}>{words.wasted(joined(diskSize(answer.wastedBytes)))}</span>
      </div>
      <div className={styles.areas}>
        <LayerList layers={answer.layers} chosen={chosen} onChoose={setChosen} />
        <div className={styles.content}>
          <ToolRow
            end={
              view === 'files' && (
                <LabelledCheckbox checked={changes} label={words.changesOnly} onChange={setChanges}>
                  {words.changesOnly}
                </LabelledCheckbox>
              )
            }
          >
            <Segmented
              label={words.list}
              value={view}
              segments={[
                { value: 'files', label: words.files },
                { value: 'wasted', label: words.wastedTitle },
              ]}
              onChange={(value) => setView(value === 'wasted' ? 'wasted' : 'files')}
            />
            {view === 'files' && <SearchField className={findClass} command="details.find" label={words.find} value={find} onChange={setFind} />}
          </ToolRow>
          {view === 'files' ? (
            <LayerFiles id={id} layer={layer.diffId} title={stepText(layer)} changes={changes} find={find} />
          ) : (
            <WastedList wasted={answer.wasted} />
          )}
        </div>
      </div>
    </div>
  );
}

function LayerList({
  layers,
  chosen,
  onChoose,
}: {
  readonly layers: readonly Layer[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}): ReactElement {
  const largest = Math.max(1, ...layers.map(({ size }) => size));
  const keyDown = (event: KeyboardEvent) => {
    const moved = movedIndex(event.key, chosen, layers.length, 10);
    if (moved === null) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(moved);
    document.getElementById(`layer-${moved}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div role="listbox" aria-label={words.list} tabIndex={0} aria-activedescendant={`layer-${chosen}`} className={styles.layers} onKeyDown={keyDown}>
      {layers.map((layer, index) => (
        <div
          key={layer.diffId + String(index)}
          id={`layer-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={styles.layer}
          onClick={() => onChoose(index)}
        >
          <span className={styles.step} title={stepText(layer)}>
            {stepText(layer)}
          </span>
          <span className={styles.layerSize}>
            <Quantity of={diskSize(layer.size)} />
          </span>
          <span className={styles.bar} aria-hidden="true">
            <span className={styles.share} style={{ inlineSize: `${Math.max(1, (layer.size / largest) * 100)}%` }} />
          </span>
          <span className={styles.changes}>{words.below(layer.added.files, layer.changed.files, layer.deleted.files)}</span>
          {layer.wastedBytes > 0 && <span className={styles.wasted}>{words.wasted(joined(diskSize(layer.wastedBytes)))}</span>}
        </div>
      ))}
    </div>
  );
}

function WastedList({ wasted }: { readonly wasted: ImageLayersAnswer['wasted'] }): ReactElement {
  if (wasted.length === 0) return <EmptyState title={words.noWaste} text={words.noWasteText} />;
  return (
    <div className={styles.wastedList} role="region" aria-label={words.wastedTitle} tabIndex={0}>
      <p className={styles.note}>{words.wastedText}</p>
      <ul>
        {wasted.map(({ path, bytes, times }) => (
          <li key={path} className={styles.wastedRow}>
            <span className={styles.fileName} title={path}>
              {path}
            </span>
            {times > 1 && <span className={styles.below}>{words.times(times)}</span>}
            <span className={styles.fileSize}>
              <Quantity of={diskSize(bytes)} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
