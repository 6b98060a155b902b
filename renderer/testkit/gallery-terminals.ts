import type { TerminalRow, TerminalTarget } from '../../electron/ipc/contract/terminals.ts';
import type { Answers, FakeStream, Openers } from './fake-transport.ts';

const PROMPTS = { exec: 'root@3f2a1b:/# ', main: '> ', debug: 'debug:web /# ', host: 'user@machine:~$ ' } as const;
const LISTING =
  '\x1b[1;34mbin\x1b[0m  \x1b[1;34mboot\x1b[0m  \x1b[1;34mdev\x1b[0m  \x1b[1;32mdocker-entrypoint.sh\x1b[0m  \x1b[1;34metc\x1b[0m  \x1b[1;36mlib\x1b[0m  \x1b[30;42mtmp\x1b[0m';

interface Held {
  row: TerminalRow;
  output: string;
  readonly viewers: Set<FakeStream<'terminal'>>;
}

/** Terminals that say again what is typed; `exit` ends one, and `print TEXT` prints JSON text, escape sequences and all. */
export function galleryTerminals(): { readonly answers: Answers; readonly openers: Openers } {
  const sessions = new Map<string, Held>();
  const followers = new Set<FakeStream<'terminals'>>();
  const encoder = new TextEncoder();
  let count = 0;

  const tell = () => {
    for (const stream of followers) stream.push({ sessions: [...sessions.values()].map(({ row }) => row) });
  };
  const say = (held: Held, text: string) => {
    held.output += text;
    for (const viewer of held.viewers) viewer.push(encoder.encode(text));
  };
  const change = (held: Held, part: Partial<TerminalRow>) => {
    held.row = { ...held.row, ...part };
    tell();
  };
  const take = (held: Held, line: string) => {
    if (line.trim() === 'exit') return change(held, { state: 'ended', exitCode: 0 });
    const printed = /^print (.*)$/.exec(line.trim())?.[1];
    say(held, `${printed === undefined ? '' : (JSON.parse(`"${printed}"`) as string)}${PROMPTS[held.row.target.kind]}`);
  };
  const start = (target: TerminalTarget): Held => {
    const id = `session-${++count}`;
    const prompt = PROMPTS[target.kind];
    const held: Held = {
      row: { id, target, state: 'running', exitCode: null, error: '', detached: false },
      output: `${prompt}ls --color\r\n${LISTING}\r\n${prompt}`,
      viewers: new Set(),
    };
    sessions.set(id, held);
    return held;
  };

  return {
    answers: {
      'toolbox.make': async () => {
        await new Promise((resolve) => setTimeout(resolve, 600));
        return { id: 'sha256:toolbox', reference: 'slipway/toolbox:latest', size: 46_000_000, created: true, programs: ['busybox', 'httpd', 'sh'] };
      },
      'container.shells': ({ id }) => ({
        shells: id.startsWith('f') ? [] : ['/bin/bash', '/bin/sh'],
        users: ['root', 'app', 'www-data', 'nobody'],
        user: '',
        workingDir: '/srv/app',
        tty: true,
      }),
      'terminal.open': ({ target }) => {
        const { row } = start(target);
        queueMicrotask(tell);
        return { session: row.id };
      },
      'terminal.close': ({ session }) => {
        const held = sessions.get(session);
        sessions.delete(session);
        for (const viewer of held?.viewers ?? []) viewer.end(null);
        tell();
        return null;
      },
      'terminal.restart': ({ session }) => {
        const held = sessions.get(session);
        if (held) {
          change(held, { state: 'running', exitCode: null });
          say(held, `\r\n${PROMPTS[held.row.target.kind]}`);
        }
        return null;
      },
      'terminal.detach': ({ session }) => {
        const held = sessions.get(session);
        if (held) change(held, { detached: true });
        return { opened: true };
      },
      'terminal.recall': ({ session }) => {
        const held = sessions.get(session);
        if (held) change(held, { detached: false });
        return null;
      },
    },
    openers: {
      terminals: (stream) => {
        followers.add(stream);
        queueMicrotask(tell);
        return () => void followers.delete(stream);
      },
      terminal: (stream) => {
        const held = sessions.get(stream.params.session);
        if (!held) return undefined;
        queueMicrotask(() => {
          stream.push({ replay: true });
          stream.push(encoder.encode(held.output));
          stream.push({ replay: false });
          held.viewers.add(stream);
        });
        let seen = 0;
        let line = '';
        const timer = setInterval(() => {
          for (; seen < stream.received.length; seen++) {
            const value = stream.received[seen];
            if (!(value instanceof Uint8Array)) continue;
            for (const key of new TextDecoder().decode(value)) {
              if (key !== '\r') {
                line += key;
                say(held, key);
                continue;
              }
              say(held, '\r\n');
              take(held, line);
              line = '';
            }
          }
        }, 30);
        return () => {
          clearInterval(timer);
          held.viewers.delete(stream);
        };
      },
    },
  };
}
