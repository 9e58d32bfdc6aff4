/** An image that failed, and what was said of it. */
export interface FailedImage {
  readonly image: { readonly source: string; readonly destination: string };
  readonly message: string;
}

/** Failures by their causes, in the order in which each cause was first met. */
export function groupedByCause<Failed extends FailedImage>(failures: readonly Failed[]): Failed[][] {
  const groups = new Map<string, Failed[]>();
  for (const failed of failures) {
    const key = causeOf(failed);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [failed]);
    else group.push(failed);
  }
  return [...groups.values()];
}

/** What an error says without the names of its image: what is left is the same where the cause is. */
export function causeOf({ message, image: { source, destination } }: FailedImage): string {
  const names = [source, destination].flatMap((name) => {
    const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    return [name, repository, repository.slice(repository.indexOf('/') + 1)];
  });
  let text = message;
  for (const name of names.filter((name) => name !== '')) text = text.replaceAll(name, '…');
  return text.replace(/…(?:[:@][\w.+-]+)*(?::[0-9a-f]{32,})?/g, '…').replace(/sha256:[0-9a-f]{64}/g, '…');
}
