export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export type Tell = (words: string) => void;

export function step<Result>(
  title: string,
  action: (tell: Tell) => Promise<Result> | Result,
  screen?: Screen,
): Promise<Result>;

export function npmProgress(tell: Tell): (line: string) => boolean;

export function aptProgress(tell: Tell): (line: string) => boolean;
