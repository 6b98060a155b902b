import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SmallDisk } from '../testkit/small-disk.ts';
import { Database } from './database.ts';

const SCHEMA = [{ name: 'facts', sql: 'CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)' }];
const FULL = { kind: 'Internal', message: 'no space left on device', details: { code: 'ENOSPC' } };

const directory = mkdtempSync(join(tmpdir(), 'slipway-database-'));
let disk: SmallDisk;
beforeAll(() => {
  disk = new SmallDisk(join(directory, 'disk'), 40 * 1024 * 1024);
});
afterAll(() => {
  disk[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

describe('on a full disk', () => {
  it('what happens is still noted, over and over, and is there after a restart', () => {
    const path = join(disk.path, 'noted.db');
    {
      using database = new Database(path, SCHEMA);
      for (let id = 0; id < 100; id++) database.run('INSERT INTO facts VALUES (?, ?)', id, 'as it was');
      disk.fill();
      for (let round = 0; round < 30; round++) {
        database.transaction(() => {
          for (let id = 0; id < 100; id++) database.run('UPDATE facts SET text = ? WHERE id = ?', `round ${round}`, id);
        });
      }
      for (let id = 100; id < 300; id++) database.run('INSERT INTO facts VALUES (?, ?)', id, 'new'.repeat(100));
    }
    {
      using database = new Database(path, SCHEMA);
      expect(database.get('SELECT count(*) AS count FROM facts')).toEqual({ count: 300 });
      database.run('DELETE FROM facts WHERE id >= 100');
      expect(database.all('SELECT DISTINCT text FROM facts')).toEqual([{ text: 'round 29' }]);
    }
    disk.empty();
  });

  it('what does not fit into its own room is refused in words and as a whole', () => {
    using database = new Database(join(disk.path, 'refused.db'), SCHEMA);
    disk.fill();
    const large = 'x'.repeat(6_000_000);
    expect(() => database.run('INSERT INTO facts VALUES (1, ?)', large)).toThrow(expect.objectContaining(FULL));
    const both = (): void =>
      database.transaction(() => {
        database.run('INSERT INTO facts VALUES (2, ?)', 'small');
        database.run('INSERT INTO facts VALUES (3, ?)', large);
      });
    expect(both).toThrow(expect.objectContaining(FULL));
    expect(database.all('SELECT id FROM facts')).toEqual([]);
    database.run('INSERT INTO facts VALUES (4, ?)', 'small');
    disk.empty();
    both();
    expect(database.all('SELECT id FROM facts')).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }]);
  });

  it('there is room although what was there was used up before', () => {
    using database = new Database(join(disk.path, 'again.db'), SCHEMA);
    const insert = (from: number, to: number): void => {
      for (let id = from; id < to; id++) database.run('INSERT INTO facts VALUES (?, ?)', id, 'x'.repeat(700));
    };
    insert(0, 3000);
    disk.fill();
    insert(3000, 3300);
    expect(database.get('SELECT count(*) AS count FROM facts')).toEqual({ count: 3300 });
    disk.empty();
  });
});
