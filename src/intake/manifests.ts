import {
  validateManifests as judge,
  type ManifestValidation,
  type ManifestValidateOptions as PlainOptions,
} from '../verbs/validate-manifests.ts';
import { answer, type Side, withOptions } from './library.ts';
import * as read from './options.ts';
import { type OneOrMany, sideFrom } from './sources.ts';

export type ManifestValidateOptions = Omit<PlainOptions, 'ignore'> & { readonly ignore?: OneOrMany<string> };

const reader = read.options({
  chartVersion: read.text,
  namespace: read.text,
  lint: read.flag,
  ignore: read.many(read.text),
});

/**
 * Reports what will not work for the gateway proxies among manifests, judged by their pods and bootstraps. `proxies` is
 * the number of proxies found; without any, nothing is reported.
 */
export function validateManifests(manifests: Side, options?: ManifestValidateOptions): ManifestValidation {
  return answer(
    (problems): ManifestValidation => ({ problems, chartVersion: '', proxies: 0 }),
    (problems) => {
      const side = sideFrom(manifests, 'manifests', problems);
      return withOptions(options, reader, (given) => judge(side, given))(problems);
    },
  );
}
