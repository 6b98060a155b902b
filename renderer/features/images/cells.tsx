import { EllipsisVertical, Play } from 'lucide-react';
import type { ReactElement } from 'react';
import { updatedNames } from '../../stores/image-facts.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useImageFacts, useServices } from '../../stores/services.tsx';
import { diskSize, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import styles from './cells.module.css';
import { imageReference, imageTitle, splitReference } from './view-model.ts';

/** Further names in the list; the rest is in the details. */
const SHOWN_TAGS = 2;

interface CellProps {
  readonly id: string;
}

const useRow = (id: string) => useEngine((state) => state.images.get(id));

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const updated = useImageFacts(({ remote }) => row !== undefined && updatedNames(row, remote).length > 0);
  if (!row) return null;
  const [first, ...others] = row.tags;
  if (first === undefined) return <span className={styles.untagged}>{t.images.untagged}</span>;
  const { repository, tag } = splitReference(first);
  const shown = others.slice(0, SHOWN_TAGS);
  return (
    <span className={styles.name} title={row.tags.join('\n')}>
      <MiddleText
        text={`${repository}${tag}`}
        className={styles.repository}
        part={(text, from) => {
          const begin = Math.max(0, repository.length - from);
          return (
            <>
              {text.slice(0, begin)}
              {begin < text.length && <span className={styles.tag}>{text.slice(begin)}</span>}
            </>
          );
        }}
      />
      {updated && (
        <span className={styles.update} title={t.imageTools.update.text}>
          {t.imageTools.update.badge}
        </span>
      )}
      {shown.map((name) => (
        <span key={name} className={styles.chip}>
          {splitReference(name).repository === repository ? splitReference(name).tag : name}
        </span>
      ))}
      {others.length > shown.length && <span className={styles.more}>{t.imageTools.moreTags(others.length - shown.length)}</span>}
    </span>
  );
}

const IdCell = ({ id }: CellProps): ReactElement => (
  <span className={styles.id} title={id}>
    {shortId(id)}
  </span>
);

function SizeCell({ id }: CellProps): ReactElement {
  const size = useEngine((state) => state.images.get(id)?.size ?? 0);
  return <Quantity of={diskSize(size)} />;
}

function UniqueCell({ id }: CellProps): ReactElement {
  const row = useRow(id);
  const shared = useImageFacts((state) => state.shared?.[id]);
  if (!row || shared === undefined) return <span className={styles.faint}>–</span>;
  return (
    <span title={t.imageTools.uniqueText}>
      <Quantity of={diskSize(Math.max(0, row.size - shared))} />
    </span>
  );
}

function CreatedCell({ id }: CellProps): ReactElement {
  const created = useEngine((state) => state.images.get(id)?.createdAt ?? 0);
  if (created <= 0) return <span className={styles.faint}>–</span>;
  return <RelativeTime time={created} className={styles.dim} />;
}

function UsedByCell({ id }: CellProps): ReactElement {
  const usedBy = useEngine((state) => state.images.get(id)?.usedBy);
  const containers = useEngine((state) => state.containers);
  if (!usedBy || usedBy.length === 0) return <span className={styles.faint}>–</span>;
  const names = usedBy.map((user) => containers.get(user)?.name ?? shortId(user));
  return (
    <span className={styles.dim} title={names.slice(0, 20).join('\n')}>
      {t.images.usedBy(usedBy.length)}
    </span>
  );
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const services = useServices();
  const context = useCommandContext();
  const row = useRow(id);
  if (!row) return null;
  return (
    <RowActions>
      <IconButton
        small
        tabIndex={-1}
        label={t.images.runOne(imageTitle(row))}
        command="image.run"
        onClick={() => services.ui.setState({ run: { image: imageReference(row) } })}
      >
        <Play fill="currentColor" />
      </IconButton>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(imageTitle(row))}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'images', [id])}
      />
    </RowActions>
  );
}

const words = t.images.columns;
export const COLUMNS: readonly Column[] = [
  { id: 'tags', label: words.tags, width: 200, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'id', label: words.id, width: 128, sortable: true, dispensable: 3, Cell: IdCell },
  { id: 'usedBy', label: words.usedBy, width: 128, sortable: true, dispensable: 2, Cell: UsedByCell },
  { id: 'unique', label: t.imageTools.unique, width: 96, align: 'end', sortable: true, dispensable: 5, Cell: UniqueCell },
  { id: 'size', label: words.size, width: 96, align: 'end', sortable: true, dispensable: 1, Cell: SizeCell },
  { id: 'created', label: words.created, width: 112, align: 'end', sortable: true, dispensable: 4, Cell: CreatedCell },
  { id: 'actions', label: words.actions, labelHidden: true, lazy: true, width: 68, dispensable: 0, Cell: ActionsCell },
];
