export function writeExecutable(options: {
  readonly arch: string;
  readonly node: string;
  readonly target: string;
}): Promise<void>;
