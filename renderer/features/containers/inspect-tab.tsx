import { Copy, FileQuestion, SearchX } from 'lucide-react';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { findClass, ToolRow } from '../../ui/tool-row.tsx';
import { visibleName, visibleText } from '../../ui/visible-text.ts';
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
  const choice = (
    <Segmented
      label={words.view}
      value={json ? 'json' : 'summary'}
      segments={[
        { value: 'summary', label: words.summary },
        { value: 'json', label: words.json },
      ]}
      onChange={(view) => ui.setState({ inspectJson: view === 'json' })}
    />
  );
  return json ? <Everything row={row} choice={choice} /> : <Summary row={row} choice={choice} />;
}

interface ViewProps extends Pick<DetailsTabProps, 'row'> {
  readonly choice: ReactElement;
}

function Everything({ row, choice }: ViewProps): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const read = useCallback(() => transport.request('container.inspect', { id }), [transport, id]);
  return <InspectView read={read} revision={row} lead={choice} />;
}

function Summary({ row, choice }: ViewProps): ReactElement {
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
  if (!inspect) {
    return (
      <>
        <ToolRow>{choice}</ToolRow>
        {result.state === 'failed' ? (
          <EmptyState alert icon={<FileQuestion />} title={t.inspect.failed} text={result.error} />
        ) : (
          <EmptyState title={t.loading} />
        )}
      </>
    );
  }
  return (
    <>
      <ToolRow>
        {choice}
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

/** Copied as it is. */
const Line = ({ fact: { name, value, link, said } }: { readonly fact: Fact }): ReactElement => (
  <div className={styles.fact}>
    <dt title={visibleName(name)}>{visibleName(name)}</dt>
    <dd>
      {/* A network without addresses leads to itself all the same. */}
      <span className={cx(styles.value, said && styles.said)}>
        {link === undefined ? visibleText(value) : <Link href={link}>{value === '' ? name : value}</Link>}
      </span>
      <IconButton small label={words.copy(visibleName(name))} className={styles.copy} onClick={() => void navigator.clipboard.writeText(value)}>
        <Copy />
      </IconButton>
    </dd>
  </div>
);
