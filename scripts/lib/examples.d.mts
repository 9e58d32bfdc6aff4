export function copyExamples(target: string, port?: number): void;
export function firstLook(folder: string): { page: string; walkthrough: string };
