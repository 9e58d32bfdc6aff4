/** How a host bears what is asked of it, for whoever decides how much that is. */
export interface Load {
  /** How often it has said that it is too much (429, 503), or has not answered, since the process began. */
  readonly refusals: number;
  /** How many times as long as in its best moments it takes to answer at present, 1 at best. */
  readonly strain: number;
}
