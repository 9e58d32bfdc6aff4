export function shippedFiles(root: string): string[];
