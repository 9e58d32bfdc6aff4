import {
  type ImageReference,
  type ParsedReference,
  type ReferenceSpans,
  type Span,
  type UsualName,
  type UsualNames,
  usualReference,
  usualSpans,
  type ValidReference,
} from './imageReference.ts';
import type { MappingArgument, MappingLine, MappingPair, SyntaxProblem, UsualEnds } from './mappingLine.ts';
import { isSameImage } from './mappingProblems.ts';

const noProblems: readonly SyntaxProblem[] = [];
const usualDigest = /@sha256:[0-9a-f]{64}=/y;
const usualTag = /:\w[\w.-]{0,127}=/y;
const lastTag = /:\w[\w.-]{0,127}$/y;

/**
 * SOURCE=DESTINATION as tools write it, where nothing is wrong with it; `parseAnyLine` says the same of it. A file has ten
 * thousands of such lines and some hundred names, so that names are looked up and the rest is looked at once. No name in the
 * usual form has a `=` or `@` in it, and no tag a `:`, so that there is one way to read it.
 */
export function usualLine(text: string, names: UsualNames): MappingLine | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return undefined;
  const at = text.indexOf('@');
  const isByDigest = at !== -1;
  const fromEnd = isByDigest ? at : text.lastIndexOf(':', equals);
  if (!fits(isByDigest ? usualDigest : usualTag, text, fromEnd)) return undefined;
  const toEnd = text.lastIndexOf(':');
  if (toEnd < equals || !fits(lastTag, text, toEnd)) return undefined;
  const from = names.of(text.slice(0, fromEnd));
  if (from === undefined || !from.isReachable) return undefined;
  const to = names.of(text.slice(equals + 1, toEnd));
  if (to === undefined || !to.isReachable) return undefined;
  const line = new UsualLine(text, from, to, equals);
  const mayBeSame = !isByDigest && from.transport === to.transport;
  return mayBeSame && isOntoItself(line) ? undefined : line;
}

function fits(form: RegExp, text: string, start: number): boolean {
  form.lastIndex = start;
  return form.test(text);
}

function isOntoItself({ pairs }: MappingLine): boolean {
  return pairs.some(
    ({ source, destination }) =>
      source.parsed.ok &&
      destination.parsed.ok &&
      isSameImage(source.parsed.reference, destination.parsed.reference),
  );
}

/**
 * A line in the usual form. A workspace has a hundred thousand of them, and of most of them nobody ever asks more than where they
 * lead from and to: that is one object, and the rest is made when somebody wants it.
 */
class UsualLine implements MappingLine, UsualEnds {
  readonly text: string;
  readonly from: UsualName;
  readonly to: UsualName;
  readonly #equals: number;
  #pairs: readonly MappingPair[] | undefined;

  constructor(text: string, from: UsualName, to: UsualName, equals: number) {
    this.text = text;
    this.from = from;
    this.to = to;
    this.#equals = equals;
  }

  get usual(): UsualEnds {
    return this;
  }

  get isByDigest(): boolean {
    return this.text.charAt(this.from.name.length) === '@';
  }

  get digest(): string | undefined {
    return this.isByDigest ? this.text.slice(this.from.name.length + 1, this.#equals) : undefined;
  }

  get tag(): string {
    return this.text.slice(this.#equals + this.to.name.length + 2);
  }

  get target(): string {
    return this.text.slice(this.#equals + 1);
  }

  get pairs(): readonly MappingPair[] {
    this.#pairs ??= [this.#pair()];
    return this.#pairs;
  }

  get problems(): readonly SyntaxProblem[] {
    return noProblems;
  }

  get isTemplate(): false {
    return false;
  }

  #pair(): MappingPair {
    const { text, from, to } = this;
    const equals = this.#equals;
    const version = text.slice(from.name.length + 1, equals);
    const source = this.isByDigest
      ? usualReference(from, undefined, version)
      : usualReference(from, version, undefined);
    const destination = usualReference(to, text.slice(equals + to.name.length + 2), undefined);
    return {
      source: new UsualArgument(text, 0, equals, source),
      destination: new UsualArgument(text, equals + 1, text.length, destination),
    };
  }
}

/** An argument in the usual form, and what is read in it: one object, as a file has ten thousands of them. */
class UsualArgument implements MappingArgument, ValidReference {
  readonly reference: ImageReference;
  readonly #line: string;
  readonly #start: number;
  readonly #end: number;

  constructor(line: string, start: number, end: number, reference: ImageReference) {
    this.reference = reference;
    this.#line = line;
    this.#start = start;
    this.#end = end;
  }

  get text(): string {
    return this.#line.slice(this.#start, this.#end);
  }

  get span(): Span {
    return { start: this.#start, end: this.#end };
  }

  get parsed(): ParsedReference {
    return this;
  }

  get ok(): true {
    return true;
  }

  get spans(): ReferenceSpans {
    return usualSpans(this.reference);
  }

  get tagPattern(): undefined {
    return undefined;
  }
}
