/** The part of better-sqlite3 that we use; the package brings no types. */
declare module 'better-sqlite3' {
  export interface Statement {
    run(...parameters: readonly unknown[]): { readonly changes: number };
    /** The first row. */
    get(...parameters: readonly unknown[]): unknown;
    all(...parameters: readonly unknown[]): unknown[];
    /** The rows one by one, without all of them in memory. */
    iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
    /** Has rows be lists of their columns from now on, which takes half as long as objects. */
    raw(): RawStatement;
    /** Has rows be the values of their first column from now on. */
    pluck(): Statement;
  }

  export interface RawStatement {
    all(...parameters: readonly unknown[]): (readonly unknown[])[];
    iterate(...parameters: readonly unknown[]): IterableIterator<readonly unknown[]>;
  }

  export interface Sqlite {
    prepare(sql: string): Statement;
    exec(sql: string): void;
    /** With `simple` the value of the first column of the first row. */
    pragma(text: string, options?: { readonly simple?: boolean }): unknown;
    transaction<T>(action: () => T): { (): T; immediate(): T };
    close(): void;
  }

  const Database: new (
    file: string,
    options?: { readonly timeout?: number; readonly readonly?: boolean; readonly fileMustExist?: boolean },
  ) => Sqlite;
  export default Database;
}
