import { Copy, FileQuestion, SearchX } from 'lucide-react';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { findClass, ToolRow } from '../../ui/tool-row.tsx';
import type { DetailsTabProps } from './details-tab.ts';
import { type Fact, filteredFacts, inspectSummary } from './inspect-summary.ts';
import styles from './inspect-tab.module.css';
import { useRead } from './use-read.ts';

const words = t.containerTabs.about;
const once = (): null => null;

/** What people look for, in sections; and everything, as a tree. */
export function InspectTab({ row }: DetailsTabProps): ReactElement {
  const ui = useUi();
  const json = useUiState((state) => state.inspectJson);
  return (
    <>
      <ToolRow>
        <Segmented
          label={words.view}
          value={json ? 'json' : 'summary'}
          segments={[
            { value: 'summary', label: words.summary },
            { value: 'json', label: words.json },
          ]}
          onChange={(view) => ui.setState({ inspectJson: view === 'json' })}
        />
      </ToolRow>
      {json ? <Everything row={row} /> : <Summary row={row} />}
    </>
  );
}

function Everything({ row }: Pick<DetailsTabProps, 'row'>): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const read = useCallback(() => transport.request('container.inspect', { id }), [transport, id]);
  return <InspectView read={read} revision={row} />;
}

function Summary({ row }: Pick<DetailsTabProps, 'row'>): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const known = useEngine((state) => state.networks);
  const [filter, setFilter] = useState('');
  const read = useCallback(async () => (await transport.request('container.config', { id })).inspect, [transport, id]);
  const result = useRead(read, row, once);
  const inspect = result.state === 'done' ? result.value : null;
  const sections = useMemo(() => {
    const ids = new Map([...known.values()].map((network) => [network.name, network.id]));
    return inspect
      ? filteredFacts(
          inspectSummary(inspect, (name) => ids.get(name)),
          filter,
        )
      : [];
  }, [inspect, known, filter]);
  if (result.state === 'failed') return <EmptyState alert icon={<FileQuestion />} title={t.inspect.failed} text={result.error} />;
  if (!inspect) return <EmptyState title={t.loading} />;
  return (
    <>
      <ToolRow>
        <SearchField className={findClass} command="details.find" label={words.filter} value={filter} onChange={setFilter} />
      </ToolRow>
      {sections.length === 0 ? (
        <EmptyState icon={<SearchX />} title={words.none} />
      ) : (
        <div className={styles.summary} role="region" aria-label={words.summary} tabIndex={0}>
          {sections.map(({ title, facts }) => (
            <section key={title} className={styles.section}>
              <h3 className={styles.title}>{title}</h3>
              <dl className={styles.facts}>
                {facts.map((fact) => (
                  <Line key={fact.name} fact={fact} />
                ))}
              </dl>
            </section>
          ))}
        </div>
      )}
    </>
  );
}

const Line = ({ fact: { name, value, link } }: { readonly fact: Fact }): ReactElement => (
  <div className={styles.fact}>
    <dt title={name}>{name}</dt>
    <dd>
      {/* A network without addresses leads to itself all the same. */}
      <span className={styles.value}>{link === undefined ? value : <Link href={link}>{value === '' ? name : value}</Link>}</span>
      <IconButton small label={words.copy(name)} className={styles.copy} onClick={() => void navigator.clipboard.writeText(value)}>
        <Copy />
      </IconButton>
    </dd>
  </div>
);
