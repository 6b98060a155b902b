import { SearchX } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useKeptScroll } from '../../stores/kept-scroll.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/field.tsx';
import { filterClass, Page, PageBar } from '../../ui/page.tsx';
import { Appearance, Images, Notifications, Startup } from './app-sections.tsx';
import { DockerSection } from './docker-section.tsx';
import { EngineSection } from './engine-section.tsx';
import { matching, placeOf, SECTION_IDS, SECTIONS, type Section } from './entries.ts';
import { ResourcesSection } from './resources-section.tsx';
import { ShownContext } from './row.tsx';
import styles from './settings.module.css';
import { ShortcutsSection } from './shortcuts-section.tsx';
import { UpdatesSection } from './updates-section.tsx';

const words = t.settings;
const CONTENT: Readonly<Record<Section, () => ReactElement>> = {
  appearance: Appearance,
  notifications: Notifications,
  startup: Startup,
  updates: UpdatesSection,
  images: Images,
  engine: EngineSection,
  resources: ResourcesSection,
  docker: DockerSection,
  shortcuts: ShortcutsSection,
};

/** All settings by section, saved as they are changed. With a search: what fits of all sections. */
export function SettingsPage({ id }: { readonly id: string | null }): ReactElement {
  const [query, setQuery] = useState('');
  const shown = useMemo(() => matching(query), [query]);
  const { section, entry } = placeOf(id);
  const scroll = useKeptScroll(`settings.${section}`, entry !== null);
  const sections = shown ? SECTION_IDS.filter((one) => SECTIONS[one].some((setting) => shown.has(setting))) : [section];
  return (
    <Page>
      <PageBar title={words.title}>
        <SearchField className={filterClass} label={words.search} command="list.filter" value={query} onChange={setQuery} />
      </PageBar>
      <div className={styles.body}>
        <nav className={styles.sections} aria-label={words.sectionList}>
          {SECTION_IDS.map((one) => (
            <Link
              key={one}
              to={`/settings/${one}`}
              className={styles.link ?? ''}
              aria-current={!shown && one === section ? 'page' : undefined}
              onClick={() => setQuery('')}
            >
              {words.sections[one]}
            </Link>
          ))}
        </nav>
        <div ref={scroll} className={styles.content} role="region" aria-label={words.title} tabIndex={0}>
          {sections.length === 0 && <EmptyState icon={<SearchX />} title={words.none} text={words.noneText} />}
          <ShownContext value={{ shown, named: entry }}>
            {sections.map((one) => {
              const Content = CONTENT[one];
              return (
                <section key={one} className={styles.section} aria-label={words.sections[one]}>
                  <h2>{words.sections[one]}</h2>
                  <Content />
                </section>
              );
            })}
          </ShownContext>
        </div>
      </div>
    </Page>
  );
}
