/**
 * `work` on an object, done once and kept for as long as the object lives. For immutable objects of which the same is asked
 * again and again, such as a document of which each finding asks something.
 */
export function memo<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let kept = known.get(key);
    if (kept === undefined) {
      kept = { value: work(key) };
      known.set(key, kept);
    }
    return kept.value;
  };
}

/** `memo` for an object and a name, such as a snapshot and a folder of it. */
export function memoByName<Key extends object, Value>(
  work: (key: Key, name: string) => Value,
): (key: Key, name: string) => Value {
  const byName = memo((_key: Key) => new Map<string, Value>());
  return (key, name) => {
    const known = byName(key);
    const kept = known.get(name);
    if (kept !== undefined || known.has(name)) return kept as Value;
    const value = work(key, name);
    known.set(name, value);
    return value;
  };
}

/** `memo` for two objects: kept while both live. */
export function memoByPair<Key extends object, Other extends object, Value>(
  work: (key: Key, other: Other) => Value,
): (key: Key, other: Other) => Value {
  const workOf = memo((key: Key) => memo((other: Other) => work(key, other)));
  return (key, other) => workOf(key)(other);
}

/**
 * A memo for what an object and other values say together: what was worked out for the object is kept while the other
 * values are the very same ones as then, and worked out again when one of them is another.
 *
 * The values live as long as the object. So never keep a snapshot by a document: documents are kept by snapshots, and
 * where two files are edited in turn, all versions of both would hang on each other for ever.
 */
export function memoWhileSame<Key extends object, Value>(): (
  key: Key,
  others: readonly unknown[],
  work: () => Value,
) => Value {
  const known = new WeakMap<Key, { readonly others: readonly unknown[]; readonly value: Value }>();
  return (key, others, work) => {
    const kept = known.get(key);
    if (kept?.others.every((other, at) => other === others[at])) return kept.value;
    const value = work();
    known.set(key, { others, value });
    return value;
  };
}
