import { ChevronDown, ChevronRight, Eraser } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useUi, useUiState } from '../../stores/services.tsx';
import { diskSize, joined, percent, thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import styles from './page.module.css';
import type { Category, CategoryId, DiskObject } from './view-model.ts';

const words = t.disk;
/** Of a category; the rest is told as a sum. */
const SHOWN = 50;
/** Logs that one request empties, the largest. */
const MOST_EMPTIED = 1000;

interface Props {
  readonly categories: readonly Category[];
  readonly own: number;
  readonly onPoint: (id: CategoryId | null) => void;
}

/** Categories and, below those that are open, their largest objects. */
export function UsageTable({ categories, own, onPoint }: Props): ReactElement {
  const ui = useUi();
  const open = useUiState((state) => state.diskOpen);
  const toggle = (id: CategoryId) => ui.setState({ diskOpen: open.includes(id) ? open.filter((one) => one !== id) : [...open, id] });
  const heads = words.columns;
  return (
    <table className={styles.table} aria-label={words.table}>
      <thead>
        <tr>
          <th scope="col">{heads.name}</th>
          <th scope="col" className={cx(styles.number, styles.narrow)}>
            {heads.number}
          </th>
          <th scope="col" className={styles.number}>
            {heads.unused}
          </th>
          <th scope="col" className={cx(styles.number, styles.narrow)}>
            {heads.share}
          </th>
          <th scope="col" className={styles.number}>
            {heads.size}
          </th>
        </tr>
      </thead>
      {categories.map((category) => (
        <Rows key={category.id} category={category} own={own} open={open.includes(category.id)} onToggle={() => toggle(category.id)} onPoint={onPoint} />
      ))}
    </table>
  );
}

const shareText = (bytes: number, own: number): string => (own > 0 ? joined(percent((bytes / own) * 100)) : '');

interface RowsProps {
  readonly category: Category;
  readonly own: number;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onPoint: Props['onPoint'];
}

function Rows({ category, own, open, onToggle, onPoint }: RowsProps): ReactElement {
  const { id, bytes, unused, objects } = category;
  const name = words.categories[id];
  const shown = objects.slice(0, SHOWN);
  const rest = objects.slice(SHOWN);
  const empty = (label: string, ids: readonly string[]) => (id === 'logs' && ids.length > 0 ? <EmptyLogs label={label} ids={ids} /> : null);
  return (
    <tbody onPointerEnter={() => onPoint(id)} onPointerLeave={() => onPoint(null)}>
      <tr className={styles.group}>
        <th scope="row">
          <button
            type="button"
            className={styles.groupName}
            aria-expanded={open}
            aria-label={name}
            title={words.expand(name)}
            disabled={objects.length === 0}
            onClick={onToggle}
          >
            {open ? <ChevronDown /> : <ChevronRight />}
            <i className={styles.swatch} data-of={id} />
            {name}
          </button>
          {empty(
            t.logs.emptyAll,
            objects.slice(0, MOST_EMPTIED).map(({ key }) => key),
          )}
        </th>
        <td className={cx(styles.number, styles.dim)}>
          {id === 'other' ? '' : thousands(objects.filter(({ path, key }) => path !== '' || key !== 'shared').length)}
        </td>
        <td className={cx(styles.number, styles.dim)}>
          {unused === null || unused === 0 ? <span className={styles.faint}>–</span> : <Quantity of={diskSize(unused)} />}
        </td>
        <td className={cx(styles.number, styles.dim)}>{shareText(bytes, own)}</td>
        <td className={styles.number}>
          <Quantity of={diskSize(bytes)} />
        </td>
      </tr>
      {open && shown.map((object) => <ObjectRow key={object.key} object={object} own={own} end={empty(t.logs.emptyOf(object.name), [object.key])} />)}
      {open && rest.length > 0 && (
        <tr className={styles.object}>
          <th scope="row" colSpan={5} className={styles.faint}>
            {words.more(
              rest.length,
              rest.reduce((sum, object) => sum + object.bytes, 0),
            )}
          </th>
        </tr>
      )}
    </tbody>
  );
}

/** Logs are the one thing here that can go while its container stays. */
function EmptyLogs({ label, ids }: { readonly label: string; readonly ids: readonly string[] }): ReactElement {
  const ui = useUi();
  return (
    <span className={styles.act}>
      <IconButton small label={label} onClick={() => ui.setState({ asking: { command: 'container.empty-log', ids } })}>
        <Eraser />
      </IconButton>
    </span>
  );
}

function ObjectRow({ object, own, end }: { readonly object: DiskObject; readonly own: number; readonly end: ReactElement | null }): ReactElement {
  const [, navigate] = useLocation();
  return (
    <tr className={styles.object}>
      <th scope="row" colSpan={3}>
        <span className={styles.named}>
          {object.path === '' ? (
            <MiddleText text={object.name} />
          ) : (
            <button type="button" className={styles.name} onClick={() => navigate(object.path)}>
              <MiddleText text={object.name} />
            </button>
          )}
          {object.note !== '' && <span className={styles.note}>{object.note}</span>}
          {end}
        </span>
      </th>
      <td className={cx(styles.number, styles.faint)}>{shareText(object.bytes, own)}</td>
      <td className={styles.number}>
        <Quantity of={diskSize(object.bytes)} />
      </td>
    </tr>
  );
}
