/**
 * Put into the environment of programs whose words are read here: kubectl, and `oc` with it, speak the language of the environment, and
 * no table of lines knows it.
 */
export const toolLocale = { LC_ALL: 'C.UTF-8' } as const;
