import { expect, it } from 'vitest';
import { LayerProgress } from './layer-progress.ts';

const line = (id: string, status: string, current?: number, total?: number) => ({
  id,
  status,
  ...(total !== undefined && { progressDetail: { current, total } }),
});

it('adds up what has crossed the network', () => {
  const progress = new LayerProgress();
  progress.take(line('1.27', 'Pulling from library/nginx'));
  progress.take(line('aa', 'Pulling fs layer'));
  progress.take(line('bb', 'Already exists'));
  progress.take(line('aa', 'Downloading', 40, 100));
  expect(progress.take(line('cc', 'Downloading', 10, 50))).toMatchObject({ phase: 'Downloading', current: 50, total: 150 });
  expect(progress.take(line('aa', 'Extracting', 20, 100))).toEqual({
    phase: 'Extracting',
    current: 110,
    total: 150,
    parts: [
      { id: 'aa', phase: 'Extracting', current: 20, total: 100 },
      { id: 'bb', phase: 'Already exists', current: 0, total: 0 },
      { id: 'cc', phase: 'Downloading', current: 10, total: 50 },
    ],
  });
  expect(progress.take(line('aa', 'Pull complete'))).toMatchObject({ current: 110 });
});

it('knows the whole from the beginning by its plan, and leaves out what is here', () => {
  const progress = new LayerProgress();
  const plan = {
    aux: {
      Layers: [
        { ID: 'aa', Size: 100, Exists: false },
        { ID: 'bb', Size: 900, Exists: true },
        { ID: 'cc', Size: 50, Exists: false },
      ],
    },
  };
  expect(progress.take(plan)).toMatchObject({ current: 0, total: 150 });
  progress.take(line('aa', 'Pulling fs layer'));
  progress.take(line('bb', 'Already exists'));
  expect(progress.take(line('aa', 'Downloading', 40, 100))).toEqual({
    phase: 'Downloading',
    current: 40,
    total: 150,
    parts: [
      { id: 'aa', phase: 'Downloading', current: 40, total: 100 },
      { id: 'bb', phase: 'Already exists', current: 0, total: 900 },
      { id: 'cc', phase: 'Waiting', current: 0, total: 50 },
    ],
  });
  expect(progress.take(line('aa', 'Download complete'))).toMatchObject({ current: 100 });
});

it('begins with what an earlier pull has left', () => {
  const progress = new LayerProgress();
  const plan = {
    aux: {
      Layers: [
        { ID: 'aa', Size: 100, Exists: false, Kept: 60 },
        { ID: 'bb', Size: 900, Exists: true, Kept: 900 },
        { ID: 'cc', Size: 50, Exists: false, Kept: 0 },
      ],
    },
  };
  expect(progress.take(plan)).toMatchObject({ current: 60, total: 150 });
  expect(progress.take(line('aa', 'Pulling fs layer'))).toMatchObject({ current: 60 });
  expect(progress.take(line('aa', 'Downloading', 70, 100))).toMatchObject({ current: 70 });
});

it('throws what the engine says went wrong', () => {
  expect(() => new LayerProgress().take({ error: 'manifest unknown' })).toThrow('manifest unknown');
});
