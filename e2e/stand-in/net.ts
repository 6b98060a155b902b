import { EventEmitter } from 'node:events';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';

/** Electron's own updater, which the one for packages tells that the app is about to end. */
export const autoUpdater = new EventEmitter();

/** Requests of the main process, by Node in the place of Chromium. */
export const net = {
  request(options: RequestOptions & { readonly session?: unknown }): ClientRequest {
    const { session: _, ...rest } = options;
    const sent = request(rest);
    // What Chromium tells of a request that is given up.
    const abort = sent.destroy.bind(sent);
    sent.abort = () => {
      abort();
      sent.emit('abort');
    };
    sent.on('response', (response: IncomingMessage) => response.on('aborted', () => sent.emit('aborted')));
    return sent;
  },
};
