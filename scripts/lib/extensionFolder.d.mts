export function unpackExtension(extensionsDirectory: string): string;
