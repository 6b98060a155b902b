import { expect, it } from 'vitest';
import { type BuildForm, checkForm, dockerCommand, EMPTY_FORM, type Facts } from './form.ts';

const form = (part: Partial<BuildForm> = {}): BuildForm => ({ ...EMPTY_FORM, context: '/home/me/shop', ...part });
const found: Facts = { context: 'directory', dockerfile: true, stages: ['deps', 'Build'], args: [], secrets: [], others: [] };
const errors = (part: Partial<BuildForm>, facts: Facts = found) => checkForm(form(part), facts).errors ?? {};

it('asks for what stands in the fields', () => {
  const { task } = checkForm(
    form({
      context: ' /home/me/shop/ ',
      tags: 'shop:dev, reg.test:5000/shop:1 ',
      target: 'build',
      args: [
        { key: 1, name: 'A', value: '' },
        { key: 2, name: '', value: '' },
      ],
      secrets: [{ key: 1, id: 'token', from: 'env', value: 'TOKEN' }],
    }),
    found,
  );
  expect(task).toMatchObject({
    context: '/home/me/shop',
    dockerfile: 'Dockerfile',
    tags: ['shop:dev', 'reg.test:5000/shop:1'],
    target: 'build',
    args: [{ name: 'A', value: '' }],
    secrets: [{ id: 'token', from: 'env', value: 'TOKEN' }],
  });
});

it.each([
  [{ context: '' }, 'context', 'A folder or an address is needed.'],
  [{ context: 'shop' }, 'context', 'Write the whole path, from / on.'],
  [{ dockerfile: ' ' }, 'dockerfile', 'Name the Dockerfile.'],
  [{ tags: 'Shop' }, 'tags', 'Shop cannot be a name'],
  [{ tags: 'ok a@sha256:00' }, 'tags', 'a@sha256:00 cannot be a name'],
  [{ target: 'web' }, 'target', 'The Dockerfile has no stage web.'],
  [{ platform: 'amd64' }, 'platform', 'As linux/amd64'],
  [{ args: [{ key: 3, name: '', value: 'x' }] }, 'args.3', 'A name is needed.'],
  [{ args: [{ key: 3, name: 'A-B', value: 'x' }] }, 'args.3', 'Letters, digits'],
  [
    {
      labels: [
        { key: 1, name: 'a.b', value: '' },
        { key: 2, name: 'a.b', value: '' },
      ],
    },
    'labels.2',
    'a.b is there twice.',
  ],
  [{ secrets: [{ key: 1, id: 'x', from: 'file' as const, value: '' }] }, 'secrets.1', 'Say where it is.'],
  [{ contexts: [{ key: 1, name: 'x', value: '' }] }, 'contexts.1', 'Say where it is.'],
  [{ contexts: [{ key: 1, name: 'x', value: 'shop' }] }, 'contexts.1', 'A whole path from / on'],
  [{ contexts: [{ key: 1, name: 'x', value: 'oci-layout://shop' }] }, 'contexts.1', 'oci-layout:// with a whole path'],
  [{ contexts: [{ key: 1, name: 'context', value: '/x' }] }, 'contexts.1', 'cannot say context'],
  [{ contexts: [{ key: 1, name: '', value: '/x' }] }, 'contexts.1', 'A name is needed.'],
])('refuses %j', (part, field, text) => expect(errors(part)[field]).toContain(text));

it('says what is not there', () => {
  expect(errors({}, { ...found, context: 'missing', dockerfile: false })).toEqual({ context: 'There is no such folder.' });
  expect(errors({ dockerfile: 'Other' }, { ...found, dockerfile: false })).toEqual({ dockerfile: 'The folder has no Other.' });
  expect(errors({ context: 'https://example.test/x.git', target: 'any' }, null)).toEqual({});
});

it('writes the same as a command', () => {
  expect(dockerCommand(form({ tags: 'shop:dev' }), null)).toBe('docker build -t shop:dev /home/me/shop');
  expect(
    dockerCommand(
      form({
        dockerfile: 'Dockerfile.dev',
        noCache: true,
        network: 'none',
        args: [{ key: 1, name: 'GREETING', value: 'hello you' }],
        contexts: [
          { key: 1, name: 'files', value: '/home/me/files' },
          { key: 2, name: 'base', value: 'oci-layout:///home/me/images:v1' },
        ],
        secrets: [{ key: 1, id: 'token', from: 'file', value: '/run/token' }],
      }),
      null,
    ),
  ).toBe(
    "docker build -f /home/me/shop/Dockerfile.dev --build-arg 'GREETING=hello you' --build-context files=/home/me/files --build-context base=oci-layout:///home/me/images:v1 --secret id=token,src=/run/token --network none --no-cache /home/me/shop",
  );
});

it('leaves an argument alone that has a default and is left empty', () => {
  const args = [
    { key: 1, name: 'VERSION', value: '' },
    { key: 2, name: 'REVISION', value: '' },
  ];
  const facts = { ...found, args: [{ name: 'VERSION', value: '24' }] };
  expect(checkForm(form({ args }), facts).task?.args).toEqual([{ name: 'REVISION', value: '' }]);
});
