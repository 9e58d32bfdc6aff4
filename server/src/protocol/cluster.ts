/** What `status --format json` prints, as far as the view of the cluster shows it. */
export interface ClusterAnswer {
  readonly cluster: { readonly context: string; readonly server: string; readonly version: string | null };
  readonly nodes: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly schedulable: boolean;
    readonly problem: string;
  }[];
  readonly pools: readonly {
    readonly name: string;
    readonly machines: number;
    readonly updatedMachines: number;
    readonly updated: boolean;
    readonly paused: boolean;
    readonly problem: string;
  }[];
  readonly mirrorSets: readonly { readonly kind: string; readonly name: string; readonly sources: number }[];
  readonly catalogs: readonly {
    readonly kind: string;
    readonly name: string;
    /** Left out for what belongs to the whole cluster. */
    readonly namespace?: string;
    readonly image: string;
    readonly state: string;
    readonly ready: boolean;
    readonly message: string;
    readonly pods: readonly { readonly name: string; readonly phase: string }[];
    /** Null where nobody may know them. */
    readonly packages: readonly string[] | null;
    /** Mirrored and not offered. */
    readonly missing: readonly string[];
  }[];
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly file: string;
    readonly state: 'there' | 'differs' | 'missing';
  }[];
  readonly problems: readonly {
    readonly objects: readonly string[];
    readonly says: string;
    /** Null for words that nobody knows. */
    readonly code: string | null;
    readonly cause: string;
    readonly fix: string;
    readonly image: string | null;
    readonly rule: { readonly kind: string; readonly source: string; readonly reason: string } | null;
    readonly trace: object | null;
  }[];
  /** What may not be seen, in whole sentences. */
  readonly unread: readonly string[];
  readonly well: boolean;
}
