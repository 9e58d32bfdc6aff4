export interface ServerStatus {
  /** One of: everything is fine; offline by setting or for lack of trust; something needs the user. */
  readonly state: 'ready' | 'offline' | 'warning';
  /** A few words, such as `12 files`. */
  readonly text: string;
  /** A sentence with the reason and the next step; empty when there is nothing to say. */
  readonly detail: string;
}
