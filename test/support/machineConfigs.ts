/** Where a drop-in called `name` stands on nodes. */
export const dropIn = (name: string) => `/etc/containers/registries.conf.d/${name}.conf`;

/** The `data:` URL of a registries.conf with one table; `conf` as `PREFIX <- MIRROR`. */
export function tableUrl(conf: string): string {
  const [prefix, mirror] = conf.split(' <- ');
  return textUrl(`[[registry]]\nlocation = "${prefix}"\n[[registry.mirror]]\nlocation = "${mirror}"\n`);
}

export const textUrl = (text: string) => `data:,${encodeURIComponent(text)}`;

/** A MachineConfig with one file, whose text stands in line 12. */
export function machineConfig(name: string, role: string, path: string, url: string): string {
  return `apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: ${name}
  labels: { machineconfiguration.openshift.io/role: ${role} }
spec:
  config:
    ignition: { version: 3.2.0 }
    storage:
      files:
      - path: ${path}
        contents: { source: "${url}" }
`;
}
