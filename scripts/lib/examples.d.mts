export function copyExamples(target: string, port?: number): void;
