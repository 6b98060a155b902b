import { makeBusyboxArchive } from './image-archives.ts';

/** `node runtime/testkit/make-busybox-archive.ts OUT.tar [NAME:TAG]`: an image to try the app with. */
const [path, name = 'busybox:latest'] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: make-busybox-archive.ts OUT.tar [NAME:TAG]');
await makeBusyboxArchive(path, name);
