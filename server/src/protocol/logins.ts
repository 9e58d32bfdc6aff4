/** A login that the editor keeps in its own secret storage; no file holds it. */
export interface EditorCredential {
  /** `HOST[:PORT]`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export interface LoginAnswer {
  /** The registry as it is to be kept: without a scheme, and Docker Hub by its own name. */
  readonly registry: string;
  /** False when the registry lets everybody in, so that nobody has checked the password. */
  readonly asked: boolean;
}
