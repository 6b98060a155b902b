import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { BuildView } from '../../../runtime/api/types/build.ts';
import { useEngine } from '../../stores/services.tsx';
import { exactTime, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './facts.module.css';
import { familiar } from './view-model.ts';

const words = t.builds.facts;

/** What went in and what came of it. */
export function Facts({ view }: { readonly view: BuildView }): ReactElement {
  const here = useEngine((state) => state.images.has(view.image));
  const args = Object.entries(view.buildArgs);
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      words.image,
      view.image === '' ? (
        '–'
      ) : here ? (
        <Link to={`/images/${view.image}`} className={styles.link ?? ''}>
          {shortId(view.image)}
        </Link>
      ) : (
        shortId(view.image)
      ),
    ],
    [words.tags, view.tags.length === 0 ? '–' : view.tags.map(familiar).join('\n')],
    [words.context, view.contextName || words.sent],
    [words.dockerfile, view.dockerfileName],
    [words.target, view.target || '–'],
    [words.arguments, args.length === 0 ? '–' : args.map(([name, value]) => `${name}=${value}`).join('\n')],
    [words.started, exactTime(view.startedAt)],
    [words.finished, view.finishedAt === 0 ? '–' : exactTime(view.finishedAt)],
    [words.id, view.id],
  ];
  return (
    <dl className={styles.list} tabIndex={0}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? visibleText(value) : value}</dd>
        </div>
      ))}
    </dl>
  );
}
