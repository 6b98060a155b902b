import type { EngineClient } from '../../engine/http-client.ts';
import { attachProcess } from '../../terminals/attach-process.ts';
import { debugProcess } from '../../terminals/debug-process.ts';
import { execProcess } from '../../terminals/exec-process.ts';
import { hostProcess } from '../../terminals/host-process.ts';
import type { StartTerminal } from '../../terminals/terminal-process.ts';
import type { TerminalSessions } from '../../terminals/terminal-sessions.ts';
import type { Backend } from '../backend.ts';
import type { TerminalTarget } from '../contract/terminals.ts';

/** Opens a window that shows one session. */
export type OpenTerminalWindow = (session: string) => void;

type Requests = 'terminal.open' | 'terminal.close' | 'terminal.restart' | 'terminal.detach' | 'terminal.recall';

export function terminalRequests(engine: EngineClient, sessions: TerminalSessions, openWindow?: OpenTerminalWindow): Pick<Backend['requests'], Requests> {
  return {
    'terminal.open': ({ target, ...size }) => Promise.resolve().then(() => ({ session: sessions.open(target, starter(engine, target), size).id })),
    async 'terminal.close'({ session }) {
      await sessions.close(session);
      return null;
    },
    'terminal.restart': ({ session }) => attempt(() => sessions.get(session).restart()),
    'terminal.detach': ({ session }) => attempt(() => openWindow?.(sessions.get(session).id)).then(() => ({ opened: openWindow !== undefined })),
    'terminal.recall': ({ session }) => attempt(() => sessions.get(session).recall()),
  };
}

/** A session that is not there rejects, as every failure of a request does. */
const attempt = (work: () => void): Promise<null> =>
  new Promise((resolve) => {
    work();
    resolve(null);
  });

export function terminalStreams(sessions: TerminalSessions): Pick<Backend['streams'], 'terminal' | 'terminals'> {
  return {
    async terminals(_params, stream) {
      const closed = Promise.withResolvers<void>();
      stream.signal.addEventListener('abort', () => closed.resolve());
      let due = true;
      let sending = false;
      // A page that is behind gets the newest state, not each one between.
      const send = async () => {
        if (sending) return;
        sending = true;
        while (due && !stream.signal.aborted) {
          due = false;
          await stream.send({ sessions: sessions.rows }).catch(() => undefined);
        }
        sending = false;
      };
      const unsubscribe = sessions.subscribe(() => {
        due = true;
        void send();
      });
      void send();
      await closed.promise.finally(unsubscribe);
    },
    terminal: async ({ session, ...params }, stream) => sessions.get(session).view(stream, params),
  };
}

function starter(engine: EngineClient, target: TerminalTarget): StartTerminal {
  switch (target.kind) {
    case 'exec':
      return execProcess(engine, target);
    case 'main':
      return attachProcess(engine, target.id);
    case 'debug':
      return debugProcess(engine, target);
    case 'host':
      return hostProcess(engine.socketPath);
  }
}
