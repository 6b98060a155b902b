import { mount } from '../../app/mount.tsx';
import { type GalleryOptions, galleryTransport } from '../gallery-engine.ts';

/** `?objects=300&engine=failed&long=1&flat`: the whole app on an engine that exists only in this page. */
const query = new URLSearchParams(location.search);
const root = document.getElementById('root');
if (root) {
  mount(
    root,
    galleryTransport({
      objects: Number(query.get('objects') ?? 12),
      engine: (query.get('engine') ?? 'running') as GalleryOptions['engine'],
      longNames: query.has('long'),
      projects: !query.has('flat'),
      ...(query.has('lines') && { lines: Number(query.get('lines')) }),
    }),
  );
}
