export interface Registry {
  /** `localhost:PORT`, as it stands in image references. */
  host: string;
  port: number;
  stop(): Promise<void>;
}

export function startRegistry(options?: { port?: number }): Promise<Registry>;
