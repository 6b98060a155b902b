import { expect, it } from 'vitest';
import type { StreamContext } from '../backend.ts';
import type { AppCommandInputs, AppCommandOutputs, MenuCommand } from '../contract/app-commands.ts';
import { appCommandStreams } from './app-commands.ts';

const RUN: MenuCommand = { id: 'container.run', title: 'Run a container', keys: 'Mod+Shift+R', menu: 'file' };

function opened(send: (value: AppCommandOutputs['app.commands']) => Promise<void>, said: readonly AppCommandInputs['app.commands'][] = []) {
  const controller = new AbortController();
  return { controller, stream: { signal: controller.signal, send, inputs: said } as unknown as StreamContext<'app.commands'> };
}

it('shows the commands of the page for as long as it lives, and asks it for what was chosen', async () => {
  const log: unknown[] = [];
  const { controller, stream } = opened(
    (value) => {
      log.push(value);
      return Promise.resolve();
    },
    [{ took: 1 }],
  );
  let choose: (asked: AppCommandOutputs['app.commands']) => void = () => undefined;
  const streams = appCommandStreams({
    attach: (commands, send) => {
      log.push(commands.map(({ id }) => id));
      choose = send;
      return { took: (number) => log.push(`took ${number}`), detach: () => log.push('detached') };
    },
  });
  const running = streams['app.commands']({ commands: [RUN] }, stream);
  choose({ number: 1, asked: { command: 'container.run' } });
  await new Promise(setImmediate);
  controller.abort();
  await running;
  expect(log).toEqual([['container.run'], { number: 1, asked: { command: 'container.run' } }, 'took 1', 'detached']);
});

it('lets go of a page that cannot be reached', async () => {
  const { stream } = opened(() => Promise.reject(new Error('closed')));
  let detached = false;
  const running = appCommandStreams({
    attach: (_, send) => {
      queueMicrotask(() => send({ number: 1, asked: { link: { verb: 'show', place: 'images' } } }));
      const detach = () => {
        detached = true;
      };
      return { took: () => undefined, detach };
    },
  })['app.commands']({ commands: [] }, stream);
  await running;
  expect(detached).toBe(true);
});

it('waits in a browser, which has no menus', async () => {
  const { controller, stream } = opened(() => Promise.resolve());
  const running = appCommandStreams(undefined)['app.commands']({ commands: [RUN] }, stream);
  controller.abort();
  await expect(running).resolves.toBeUndefined();
});
