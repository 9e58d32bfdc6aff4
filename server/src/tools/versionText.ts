/** The version in what a program prints for it: `podman version 4.3.1`, `GitVersion:"v1.20.2"`, `Client Version: 4.12.0`. */
export function versionIn(text: string): string | undefined {
  const named =
    /(?:GitVersion|OpmVersion):\s{0,4}"v?(\d[\w.+-]{0,60})/.exec(text) ??
    /(?:[Vv]ersion:?|grpcurl)\s{1,4}"?v?(\d[\w.+-]{0,60})/.exec(text);
  return named?.[1];
}
