import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { orAborted } from '../base/abort.ts';
import { t } from '../base/sentences.ts';

/** A request's cancellation as the signal that all rooms below take. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const cancel = () =>
    controller.abort(
      new ResponseError(LSPErrorCodes.RequestCancelled, t('The client cancelled the request')),
    );
  if (token.isCancellationRequested) cancel();
  else token.onCancellationRequested(cancel);
  return controller.signal;
}

/**
 * What answers a request, made so that a client which cancels it hears at once that it is cancelled, whatever the
 * answer still waits for. The signal tells the answer that nobody wants it any more.
 */
export function cancellable<Params, Result, Reporters extends unknown[]>(
  answer: (params: Params, signal: AbortSignal, ...reporters: Reporters) => Promise<Result>,
): (params: Params, token: CancellationToken, ...reporters: Reporters) => Promise<Result> {
  return async (params, token, ...reporters) => {
    const signal = abortSignal(token);
    signal.throwIfAborted();
    return orAborted(answer(params, signal, ...reporters), signal);
  };
}
