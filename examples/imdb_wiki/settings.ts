/** What decides the results of a run: its folder belongs to these. */
import type { Options } from "./options.ts";
import type { RunSettings } from "./run_folder.ts";

/** Of the first stage, whose place `--from` may take, and the second, as far as they are run. */
export function settingsOf(
  { protocol, stages, seed, reweight, lds, fds, skipUnreadable, ...options }: Options,
  fingerprints: { readonly data: string; readonly from?: string },
): RunSettings {
  const { kernelSize, kernelSigma, clip } = protocol;
  const { data, from } = fingerprints;
  const { size, width, blocks, padding, batch, microBatch, epochs } = protocol;
  const { rate, drops, dropFactor, fdsMomentum } = protocol;
  const common = { data, seed, "skip-unreadable": skipUnreadable };
  const kernel = { "kernel-size": kernelSize, "kernel-sigma": kernelSigma, clip };
  const { headEpochs, headRate, headBatch, sigma, sigmaRate, components } = protocol;
  const { learnsSigma, select, augment, batchStatistics } = options;
  return {
    first: from === undefined
      ? {
        ...{ ...common, size, width, blocks, padding, batch, "micro-batch": microBatch, epochs },
        ...{ rate, drops, "drop-factor": dropFactor, reweight, lds, fds, ...kernel },
        "fds-momentum": fdsMomentum,
      }
      : { ...common, from, size, width, blocks },
    ...(stages.includes(2) && {
      second: {
        ...{ batch, "head-epochs": headEpochs, "head-rate": headRate, "head-batch": headBatch },
        ...{ sigma, ...kernel },
        ...{ "sigma-rate": sigmaRate, "fixed-sigma": !learnsSigma, components, select, augment },
        "batch-statistics": batchStatistics,
        ...(augment && { padding, "micro-batch": microBatch }),
      },
    }),
  };
}
