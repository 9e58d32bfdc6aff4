/** How loud a rule speaks. */
export const severities = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Everything a user can set; what it means is in `settingsSchema`, which reads it. */
export interface Settings {
  registries: {
    authFile: string;
    configFile: string;
    caFile: string;
    insecure: string[];
  };
  files: { folder: string };
  network: 'on' | 'off';
  cluster: { version: string; command: string };
  rules: Record<string, Severity | 'off'>;
}

export const defaultSettings: Settings = {
  registries: { authFile: '', configFile: '', caFile: '', insecure: [] },
  files: { folder: '' },
  network: 'on',
  cluster: { version: '', command: '' },
  rules: {},
};
