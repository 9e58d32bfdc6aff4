/** What this calls itself, in every language. */
export const productName = 'Operator Mirror';

/** The section of settings that clients send, and the namespace of everything below. */
export const settingsSection = 'operatorMirror';

/** The language of mapping.txt, contributed by the manifest. */
export const mappingLanguage = 'oc-mapping';

/** Commands that the client registers. Titles are in the manifest, which a test compares with this list. */
export const commands = {
  copyMapping: 'operatorMirror.copyMapping',
  planImageSet: 'operatorMirror.planImageSet',
  mirrorImageSet: 'operatorMirror.mirrorImageSet',
  copyMappingLines: 'operatorMirror.copyMappingLines',
  verify: 'operatorMirror.verify',
  pack: 'operatorMirror.pack',
  unpack: 'operatorMirror.unpack',
  writeManifests: 'operatorMirror.writeManifests',
  checkEnvironment: 'operatorMirror.checkEnvironment',
  runTool: 'operatorMirror.runTool',
  /** From elsewhere with one argument, `HOST[:PORT]`. */
  logIn: 'operatorMirror.logIn',
  logOut: 'operatorMirror.logOut',
  askRegistries: 'operatorMirror.askRegistries',
  /** Of a line of the view of registries. */
  askRegistry: 'operatorMirror.askRegistry',
  explainClipboard: 'operatorMirror.explainClipboard',
  traceImagePull: 'operatorMirror.traceImagePull',
  forecast: 'operatorMirror.forecast',
  /** From elsewhere with one argument, `{ catalog, package, version? }`. */
  openOperator: 'operatorMirror.openOperator',
  /** From elsewhere with one argument, `{ before, after? }`, or `{ catalog }` for the older one. */
  compareCatalogs: 'operatorMirror.compareCatalogs',
  getStarted: 'operatorMirror.getStarted',
  openSamples: 'operatorMirror.openSamples',
  showLog: 'operatorMirror.showLog',
  restartServer: 'operatorMirror.restartServer',
  addCatalog: 'operatorMirror.addCatalog',
  removeCatalog: 'operatorMirror.removeCatalog',
  refreshCatalogs: 'operatorMirror.refreshCatalogs',
  stopCatalog: 'operatorMirror.stopCatalog',
  searchCatalogs: 'operatorMirror.searchCatalogs',
  filterCatalogs: 'operatorMirror.filterCatalogs',
  clearCatalogFilter: 'operatorMirror.clearCatalogFilter',
  copyCatalogName: 'operatorMirror.copyCatalogName',
  showImage: 'operatorMirror.showImage',
  showOperator: 'operatorMirror.showOperator',
  addNeeded: 'operatorMirror.addNeeded',
  openNamingFile: 'operatorMirror.openNamingFile',
  toggleChoice: 'operatorMirror.toggleChoice',
  clearChoice: 'operatorMirror.clearChoice',
  askSizes: 'operatorMirror.askSizes',
  createImageSet: 'operatorMirror.createImageSet',
  addToImageSet: 'operatorMirror.addToImageSet',
  showRunReport: 'operatorMirror.showRunReport',
  openRunManifests: 'operatorMirror.openRunManifests',
  runAgain: 'operatorMirror.runAgain',
  retryFailed: 'operatorMirror.retryFailed',
  retryImages: 'operatorMirror.retryImages',
  stopRun: 'operatorMirror.stopRun',
  verifyRun: 'operatorMirror.verifyRun',
  copyRunCommand: 'operatorMirror.copyRunCommand',
  copyRunLine: 'operatorMirror.copyRunLine',
  removeRun: 'operatorMirror.removeRun',
  refreshRuns: 'operatorMirror.refreshRuns',
  /** What a click on a line does; with that line as its argument. */
  openRunLine: 'operatorMirror.openRunLine',
  /** From elsewhere with one argument, the folder of manifests. */
  applyToCluster: 'operatorMirror.applyToCluster',
  showClusterStatus: 'operatorMirror.showClusterStatus',
  disableDefaultSources: 'operatorMirror.disableDefaultSources',
  refreshCluster: 'operatorMirror.refreshCluster',
} as const;

/** The views that the manifest contributes. */
export const views = {
  catalogs: 'operatorMirror.catalogs',
  runs: 'operatorMirror.runs',
  registries: 'operatorMirror.registries',
  cluster: 'operatorMirror.cluster',
} as const;

/** The walkthroughs that the manifest contributes. */
export const walkthroughs = {
  mirrorFirstOperator: 'mirrorFirstOperator',
  podDoesNotStart: 'podDoesNotStart',
} as const;

/** The context key that is true while the view of catalogs shows only some packages. */
export const catalogsFilteredContext = 'operatorMirror.catalogsFiltered';

/**
 * Commands that the server runs itself; clients send them with `workspace/executeCommand` and the document's URI,
 * `fixAllInFolder` with that of a folder or of a file in it, `showBundles` with a position in the document too. Code lenses name
 * them, and the client offers them in its palette.
 */
export const serverCommands = {
  pinAll: 'operatorMirror.pinAll',
  verifyDestinations: 'operatorMirror.verifyDestinations',
  fixAllInFolder: 'operatorMirror.fixAllInFolder',
  showBundles: 'operatorMirror.showBundles',
} as const;

/** What the VS Code client registers itself: it can be run before there is a server. */
export const clientCommands: readonly string[] = [
  ...Object.values(commands),
  serverCommands.fixAllInFolder,
  serverCommands.showBundles,
];

/** The types of the pages that the client shows, under which VS Code opens them again. */
export const pages = {
  trace: 'operatorMirror.trace',
  forecast: 'operatorMirror.forecast',
  operator: 'operatorMirror.operator',
  comparison: 'operatorMirror.comparison',
} as const;

/** The context key that is true once VS Code keeps the login of a registry; the walkthrough asks for it. */
export const loggedInContext = 'operatorMirror.loggedIn';

/** The context key that is true once a window has met a document of ours; menus ask for it. */
export const inUseContext = 'operatorMirror.inUse';

/** The task type that runs the command line. */
export const taskType = 'operatorMirror';

/** The logins that an editor keeps, for a process that it starts: JSON in this variable, which the process removes. */
export const credentialsVariable = 'OPERATOR_MIRROR_CREDENTIALS';

/** The language of an editor, for a process that it starts. */
export const languageVariable = 'OPERATOR_MIRROR_LANG';

/** Set by an editor for a process that it starts: whoever types there goes first. The process removes it. */
export const besideEditorVariable = 'OPERATOR_MIRROR_BESIDE_EDITOR';
