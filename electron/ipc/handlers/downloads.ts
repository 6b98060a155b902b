import { fileName } from '../../downloads/disposition.ts';
import { prepareDownload } from '../../downloads/download.ts';
import type { Tickets } from '../../downloads/tickets.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { SupportBundles } from '../../support/bundle.ts';
import type { Backend } from '../backend.ts';

export function downloadRequests(engine: EngineClient, tickets: Tickets, bundles: SupportBundles): Pick<Backend['requests'], 'download.prepare'> {
  return {
    async 'download.prepare'({ download }) {
      const prepared = download.kind === 'support.bundle' ? bundles.download(download.id) : await prepareDownload(engine, download);
      const name = fileName(prepared.name);
      return { url: tickets.issue({ ...prepared, name }), name };
    },
  };
}
