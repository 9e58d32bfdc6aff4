import { catalogSourceDisplay } from './catalog-source/display.ts';
import { catalogSourceImageMissing } from './catalog-source/imageMissing.ts';
import { catalogSourceName } from './catalog-source/name.ts';
import { catalogSourceNamespace } from './catalog-source/namespace.ts';
import { catalogSourceNotRedirected } from './catalog-source/notRedirected.ts';
import { catalogSourcePollInterval } from './catalog-source/pollInterval.ts';
import { catalogSourcePullSecret } from './catalog-source/pullSecret.ts';
import { catalogSourceSchemaRule, catalogSourceYaml } from './catalog-source/schema.ts';
import { catalogSourceStaleCache } from './catalog-source/staleCache.ts';
import { clusterCatalogSchemaRule, clusterCatalogYaml } from './cluster-catalog/schema.ts';
import { imageConfigSchemaRule, imageConfigYaml } from './image-config/schema.ts';
import { imageSetBrokenCatalog } from './image-set/brokenCatalog.ts';
import { imageSetDefaultChannel } from './image-set/defaultChannel.ts';
import { imageSetDeprecated } from './image-set/deprecated.ts';
import { imageSetEmptyRange } from './image-set/emptyRange.ts';
import { imageSetMissingDependency } from './image-set/missingDependency.ts';
import { imageSetOffChain } from './image-set/offChain.ts';
import { imageSetSchemaRule, imageSetYaml } from './image-set/schema.ts';
import { imageSetUnknownChannel } from './image-set/unknownChannel.ts';
import { imageSetUnknownPackage } from './image-set/unknownPackage.ts';
import { imageSetVersion } from './image-set/version.ts';
import { machineConfigRegistries, machineConfigYaml } from './machine-config/registries.ts';
import { mappingDestinationDigest } from './mapping/destinationDigest.ts';
import { mappingDialect } from './mapping/dialect.ts';
import { mappingDigestMismatch } from './mapping/digestMismatch.ts';
import { mappingDuplicateDestination } from './mapping/duplicateDestination.ts';
import { mappingMissingImage } from './mapping/missingImage.ts';
import { mappingNotMirrored } from './mapping/notMirrored.ts';
import { mappingPathCollision } from './mapping/pathCollision.ts';
import { mappingSyntax } from './mapping/syntax.ts';
import { mappingTagOnly } from './mapping/tagOnly.ts';
import { mappingTagPull } from './mapping/tagPull.ts';
import { mirrorSetDeprecated } from './mirror-set/deprecated.ts';
import { mirrorSetDuplicateSource } from './mirror-set/duplicateSource.ts';
import { mirrorSetInvalidMirror } from './mirror-set/invalidMirror.ts';
import { mirrorSetInvalidSource } from './mirror-set/invalidSource.ts';
import { mirrorSetLocalSource } from './mirror-set/localSource.ts';
import { mirrorSetMissingMirror } from './mirror-set/missingMirror.ts';
import { mirrorSetName } from './mirror-set/name.ts';
import { mirrorSetPolicyConflict } from './mirror-set/policyConflict.ts';
import { mirrorSetEntrySchema, mirrorSetSchemaRule, mirrorSetYaml } from './mirror-set/schema.ts';
import { mirrorSetSelfMirror } from './mirror-set/selfMirror.ts';
import { mirrorSetShadowed } from './mirror-set/shadowed.ts';
import { mirrorSetTagPull } from './mirror-set/tagPull.ts';
import { operatorHubSchemaRule, operatorHubYaml } from './operator-hub/schema.ts';
import { resourceOverwritten } from './resource/overwritten.ts';
import type { Rule } from './rule.ts';

/** All rules. Adding one is its own file, a line here, and a fixture folder of the same name. */
export const rules: readonly Rule[] = [
  mappingSyntax,
  mappingTagOnly,
  mappingTagPull,
  mappingDestinationDigest,
  mappingDuplicateDestination,
  mappingPathCollision,
  mappingNotMirrored,
  mappingDialect,
  mappingMissingImage,
  mappingDigestMismatch,
  mirrorSetSchemaRule,
  mirrorSetEntrySchema,
  mirrorSetYaml,
  mirrorSetName,
  mirrorSetLocalSource,
  mirrorSetInvalidSource,
  mirrorSetInvalidMirror,
  mirrorSetDuplicateSource,
  mirrorSetSelfMirror,
  mirrorSetPolicyConflict,
  mirrorSetShadowed,
  mirrorSetTagPull,
  mirrorSetMissingMirror,
  mirrorSetDeprecated,
  catalogSourceSchemaRule,
  catalogSourceYaml,
  catalogSourceName,
  catalogSourceImageMissing,
  catalogSourceNotRedirected,
  catalogSourceNamespace,
  catalogSourcePullSecret,
  catalogSourceDisplay,
  catalogSourcePollInterval,
  catalogSourceStaleCache,
  clusterCatalogSchemaRule,
  clusterCatalogYaml,
  operatorHubSchemaRule,
  operatorHubYaml,
  imageSetSchemaRule,
  imageSetYaml,
  imageSetUnknownPackage,
  imageSetUnknownChannel,
  imageSetVersion,
  imageSetDefaultChannel,
  imageSetEmptyRange,
  imageSetOffChain,
  imageSetMissingDependency,
  imageSetBrokenCatalog,
  imageSetDeprecated,
  imageConfigSchemaRule,
  imageConfigYaml,
  machineConfigRegistries,
  resourceOverwritten,
  machineConfigYaml,
];
