export function bundledPackages(metafile: { readonly inputs: Readonly<Record<string, object>> }): Set<string>;
export function thirdPartyNotices(folders: Iterable<string>, root?: string): string;
