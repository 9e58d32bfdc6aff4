export function writeVsix(root: string, files: readonly string[], target: string): Promise<void>;
