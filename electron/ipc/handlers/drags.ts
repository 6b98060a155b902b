import { prepareDownload } from '../../downloads/download.ts';
import type { DragFiles } from '../../downloads/drag-files.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { FileDownload } from '../contract/downloads.ts';
import { ShellError } from '../failure.ts';

/** Without `drags`, as in a browser, each of them is refused. */
function needed(drags: DragFiles | undefined): DragFiles {
  if (!drags) throw new ShellError('A browser drags files by itself.', 501);
  return drags;
}

/** A tar is what a browser needs; the system drags several files. */
function each(download: FileDownload): readonly FileDownload[] {
  if (download.kind === 'container.files') return download.paths.map((path) => ({ kind: 'container.file', id: download.id, path }));
  if (download.kind === 'volume.files') return download.paths.map((path) => ({ kind: 'volume.file', name: download.name, path }));
  return [download];
}

export function dragRequests(drags: DragFiles | undefined): Pick<Backend['requests'], 'drag.start'> {
  return {
    'drag.start': ({ id }) => {
      needed(drags).start(id);
      return Promise.resolve(null);
    },
  };
}

export function dragStreams(engine: EngineClient, drags: DragFiles | undefined): Pick<Backend['streams'], 'drag.fetch'> {
  return {
    async 'drag.fetch'({ download }, stream) {
      const prepared = await Promise.all(each(download).map((one) => prepareDownload(engine, one)));
      // A page that does not keep up is told less, and waited for by nobody.
      const tell = (written: number, size: number | null) => void stream.send({ written, size }).catch(() => undefined);
      await stream.send({ id: await needed(drags).fetch(prepared, stream.signal, tell) });
    },
  };
}
