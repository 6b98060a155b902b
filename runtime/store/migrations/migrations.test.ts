import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database.ts';
import { MIGRATIONS } from './migrations.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-migrations-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('migrations', () => {
  it('lead from images alone to containers and keep what was there', () => {
    const path = join(directory, 'state.db');
    {
      using old = new Database(path, MIGRATIONS.slice(0, 1));
      old.run('CREATE TABLE mine (a TEXT)');
      old.run("INSERT INTO mine VALUES ('kept')");
      expect(() => old.all('SELECT * FROM containers')).toThrow('no such table');
    }
    using database = new Database(path, MIGRATIONS);
    expect([database.all('SELECT * FROM containers'), database.all('SELECT a FROM mine')]).toEqual([[], [{ a: 'kept' }]]);
  });

  it('leave nothing of a step that fails', () => {
    const path = join(directory, 'state.db');
    const broken = [...MIGRATIONS, { name: 'broken', sql: 'CREATE TABLE half (a TEXT); CREATE TABLE containers (a TEXT)' }];
    expect(() => new Database(path, broken)).toThrow('already exists');
    using database = new Database(path, MIGRATIONS);
    expect(database.all("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
  });

  it('refuse what a newer engine has written', () => {
    const path = join(directory, 'state.db');
    new Database(path, [...MIGRATIONS, { name: 'future', sql: 'CREATE TABLE future (a TEXT)' }])[Symbol.dispose]();
    expect(() => new Database(path, MIGRATIONS)).toThrow(/newer/);
  });
});

describe('Database', () => {
  it('keeps all of a transaction or nothing, nested ones included', () => {
    using database = new Database(':memory:', []);
    database.run('CREATE TABLE t (a TEXT)');
    expect(() =>
      database.transaction(() => {
        database.run("INSERT INTO t VALUES ('a')");
        database.transaction(() => database.run("INSERT INTO t VALUES ('b')"));
        throw new Error('half way');
      }),
    ).toThrow('half way');
    expect(database.all('SELECT * FROM t')).toEqual([]);
  });
});
