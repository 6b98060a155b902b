import { mount } from '../../app/mount.tsx';
import { type GalleryOptions, galleryTransport } from '../gallery-engine.ts';
import { withFaults } from './faults.ts';
import { mountLiving } from './living/mount.tsx';

/** `?objects=300&engine=failed&long=1&flat&hold=feed&refuse=disk.usage`: the whole app on an engine that exists only in this page. */
const query = new URLSearchParams(location.search);
const namesIn = (key: string): readonly string[] => query.get(key)?.split(',') ?? [];
const root = document.getElementById('root');
if (root && query.has('living')) mountLiving(root, query);
else if (root) {
  const transport = galleryTransport({
    objects: Number(query.get('objects') ?? 12),
    engine: (query.get('engine') ?? 'running') as GalleryOptions['engine'],
    longNames: query.has('long'),
    projects: !query.has('flat'),
    update: query.get('update') ?? '',
    ...(query.has('lines') && { lines: Number(query.get('lines')) }),
  });
  // What is shown is to stay as it is: nothing is looked for by itself.
  localStorage.setItem('slipway.image-checks.1', JSON.stringify({ checkedAt: Date.now() }));
  mount(root, withFaults(transport, { held: namesIn('hold'), refused: namesIn('refuse'), lapsed: namesIn('lapse'), late: namesIn('late') }));
}
