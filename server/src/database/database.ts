import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sqlite, Statement } from 'better-sqlite3';
import { codeOf, messageOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { migrations } from './migrations.ts';
import { loadSqlite, type SqliteClass } from './sqlite.ts';

/** What a database is opened with. */
export interface DatabaseOptions {
  /** Its folder is made when it is missing. */
  readonly file: string;
  /** Told at most once why nothing is remembered, in words for a person. */
  readonly report: (message: string) => void;
  /** Version of Node-API, for tests. */
  readonly napi?: string | undefined;
}

/** Milliseconds to wait for another process that writes. */
const busyTimeout = 2000;
/** Attempts to open a file that other processes open at the same moment. */
const openAttempts = 20;

/**
 * A database that only remembers what could be asked again. So it never stands in the way: where it cannot be
 * had or breaks, there is no memory, and one message says why. Several processes may use one file at once.
 */
export class Database {
  readonly #class: SqliteClass;
  readonly #options: DatabaseOptions;
  readonly #statements = new Map<string, Statement>();
  #sqlite: Sqlite | undefined;
  #inode: number;

  private constructor(sqliteClass: SqliteClass, options: DatabaseOptions, sqlite: Sqlite) {
    this.#class = sqliteClass;
    this.#options = options;
    this.#sqlite = sqlite;
    this.#inode = inodeOf(options.file);
  }

  /** Opens a database; undefined when there can be none here, which has been reported then. */
  static async open(options: DatabaseOptions): Promise<Database | undefined> {
    const sqliteClass = await load(options);
    if (sqliteClass === undefined) return undefined;
    for (let attempt = 1; ; attempt++) {
      const inode = inodeOf(options.file);
      try {
        return new Database(sqliteClass, options, connect(sqliteClass, options.file));
      } catch (error) {
        if (attempt < openAttempts && codeOf(error).startsWith('SQLITE_BUSY')) {
          await delay(10 + 10 * attempt);
        } else if (attempt < openAttempts && isDamage(error) && moveAside(options.file, inode)) {
          // The next attempt starts with an empty file.
        } else {
          options.report(
            t('nothing is remembered from run to run: {0}: {1}', options.file, messageOf(error)),
          );
          return undefined;
        }
      }
    }
  }

  /**
   * Runs `action` with a function that prepares statements (kept for the next time). Undefined when the database
   * cannot do it now; only defects throw.
   */
  run<T>(action: (prepare: (sql: string) => Statement) => T): T | undefined {
    const sqlite = this.#sqlite;
    if (sqlite === undefined) return undefined;
    try {
      return action((sql) => this.#prepare(sqlite, sql));
    } catch (error) {
      if (isDamage(error)) this.#replace(error);
      else if (isLack(error)) this.#giveUp(error);
      else if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error;
      return undefined;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite?.close();
    this.#sqlite = undefined;
  }

  #prepare(sqlite: Sqlite, sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** A file that turned out to be damaged is put aside, and an empty one takes its place. */
  #replace(damage: unknown): void {
    const { file } = this.#options;
    this.close();
    try {
      if (!moveAside(file, this.#inode)) throw damage;
      this.#sqlite = connect(this.#class, file);
      this.#inode = inodeOf(file);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.close();
    this.#options.report(t('nothing more is remembered: {0}: {1}', this.#options.file, messageOf(error)));
  }
}

async function load({ report, napi }: DatabaseOptions): Promise<SqliteClass | undefined> {
  const loaded = await loadSqlite(napi);
  if ('sqlite' in loaded) return loaded.sqlite;
  const advice = t('everything works without, but answers of registries are not remembered from run to run');
  report(t('{0}: {1}', loaded.problem, advice));
  return undefined;
}

function connect(sqliteClass: SqliteClass, file: string): Sqlite {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new sqliteClass(file, { timeout: busyTimeout });
  try {
    if (knownVersionOf(sqlite) < migrations.length) prepareFile(sqlite);
    // What a crash of the machine loses can be asked again.
    sqlite.pragma('synchronous = NORMAL');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** What a file keeps once it was done: how it is written, and its tables. */
function prepareFile(sqlite: Sqlite): void {
  // Catalogs are long: a new file has larger pages, and writes them in half the time.
  sqlite.pragma('page_size = 16384');
  sqlite.pragma('journal_mode = WAL');
  // Another process may migrate at the same time, so the version counts only under the lock.
  sqlite
    .transaction(() => {
      const version = knownVersionOf(sqlite);
      for (const step of migrations.slice(version)) sqlite.exec(step);
      sqlite.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

function knownVersionOf(sqlite: Sqlite): number {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new Error('a newer version of Operator Mirror wrote this file');
  return version;
}

/**
 * Puts a damaged file aside, unless another process has replaced it since `inode` was seen. False when that
 * cannot be done.
 */
function moveAside(file: string, inode: number): boolean {
  if (inodeOf(file) !== inode) return true;
  try {
    renameSync(file, `${file}.damaged`);
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    return true;
  } catch {
    return false;
  }
}

function inodeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** The disk is full, broken or may not be written. */
function isLack(error: unknown): boolean {
  return /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|PERM)/.test(codeOf(error));
}
