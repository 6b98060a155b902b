import type { DownloadRequest } from '../../electron/ipc/contract/downloads.ts';
import type { Transport } from '../engine/transport.ts';

/**
 * Saves something as a file of the user's, the way their browser does: it asks where, shows progress and can be stopped there.
 * Settles when that has begun. @throws RequestError when what is asked for is not there.
 */
export async function startDownload(transport: Transport, download: DownloadRequest): Promise<void> {
  const { url, name } = await transport.request('download.prepare', { download });
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
