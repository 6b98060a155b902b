import { Fragment, type ReactElement } from 'react';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import { exactTime } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { cx } from '../../ui/class-names.ts';
import { visibleName } from '../../ui/visible-text.ts';
import styles from './details.module.css';
import { labelTexts } from './view-model.ts';

const words = t.networks.settings;
type Fact = readonly [string, readonly string[], 'mono'?];

function factsOf(network: NetworkRow): readonly Fact[] {
  const { subnets, options } = network;
  const reach: readonly Fact[] = network.driver === 'null' ? [] : [[words.reach, [network.internal ? words.inside : words.outside]]];
  return [
    [words.driver, [network.driver]],
    ...reach,
    [words.subnet, subnets.map(({ subnet }) => (network.ownSubnets ? subnet : `${subnet}  (${words.chosen})`)), 'mono'],
    [words.gateway, subnets.flatMap(({ gateway }) => (gateway === '' ? [] : [gateway])), 'mono'],
    [words.range, subnets.flatMap(({ range }) => (range === '' ? [] : [range])), 'mono'],
    [words.ipv6, [network.ipv6 ? words.on : words.off]],
    [words.options, Object.entries(options).map(([name, value]) => visibleName(`${name}=${value}`)), 'mono'],
    [words.labels, labelTexts(network), 'mono'],
    [words.created, [exactTime(network.createdAt)]],
    [words.id, [network.id], 'mono'],
  ];
}

/** What the network is, as it was created. */
export function Settings({ network }: { readonly network: NetworkRow }): ReactElement {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t.networks.tabs.settings}>
      <dl className={styles.facts}>
        {factsOf(network)
          .filter(([, values]) => values.length > 0)
          .map(([name, values, mono]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd className={cx(mono && styles.mono)}>
                {values.map((value) => (
                  <div key={value}>{value}</div>
                ))}
              </dd>
            </Fragment>
          ))}
      </dl>
    </div>
  );
}
