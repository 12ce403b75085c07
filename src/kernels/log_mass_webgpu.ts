/**
 * The log-mass kernel on WebGPU: a fused pass and a reduction, and one dispatch for the gradient.
 *
 * What is stored is the statistics, linear in N.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./log_mass_kernel.ts";
import { logMassPortable, noiseGradient, scaledRows } from "./log_mass_portable.ts";
import { SHADERS } from "./shaders.gen.ts";

/** Threads a workgroup; 16 to 256 are equally fast on the software adapter. */
const WORKGROUP = 64;

/** Rows a thread: the lanes of a vec4. */
const ROWS_PER_THREAD = 4;

function sizes(dim: number, noiseDim: number): string {
  return `const DIM = ${dim}u;\nconst NOISE_DIM = ${noiseDim}u;`;
}

interface Dispatch {
  /** Part of tfjs's pipeline key: names everything that the code depends on but sizes. */
  key: string;
  code: string;
  inputs: Record<string, tf.TensorInfo>;
  shape: number[];
  threads: number;
  workgroup?: number;
  integers: Record<string, number>;
  floats?: Record<string, number>;
}

function run(backend: WebGPUBackend, dispatch: Dispatch): tf.TensorInfo {
  const { inputs, shape, workgroup = WORKGROUP, integers, floats = {} } = dispatch;
  checkBindings(backend, inputs, shape);
  const fields = [
    ...Object.keys(integers).map((name) => `${name} : i32, `),
    ...Object.keys(floats).map((name) => `${name} : f32, `),
  ];
  const program = {
    outputShape: shape,
    shaderKey: dispatch.key,
    variableNames: Object.keys(inputs),
    variableComponents: Object.keys(inputs).map(() => 1),
    uniforms: fields.join(""),
    workgroupSize: [workgroup, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(dispatch.threads / workgroup), 1, 1] as [number, number, number],
    getUserCode: () => dispatch.code,
  };
  const uniforms = [
    ...Object.values(integers).map((value) => ({ type: "int32", data: [value] })),
    ...Object.values(floats).map((value) => ({ type: "float32", data: [value] })),
  ];
  return backend.runWebGPUProgram(program, Object.values(inputs), "float32", uniforms);
}

/** WebGPU reports an oversized binding to nobody: the result would be zeros. */
function checkBindings(
  backend: WebGPUBackend,
  inputs: Record<string, tf.TensorInfo>,
  shape: number[],
): void {
  const limit = backend.device.limits.maxStorageBufferBindingSize;
  const shapes: [string, number[]][] = Object.entries(inputs).map(([name, { shape }]) => [
    name,
    shape,
  ]);
  for (const [name, dims] of [...shapes, ["the result", shape] as [string, number[]]]) {
    const bytes = 4 * tf.util.sizeFromShape(dims);
    if (bytes > limit) {
      throw new RangeError(
        `Cannot compute log mass as ${name} [${dims}] exceeds the adapter's ` +
          `maxStorageBufferBindingSize of ${limit} bytes, use a smaller batch or reference: ` +
          `current value is ${bytes}`,
      );
    }
  }
}

/**
 * The most dimensions of the fused pass. A thread holds up to three vec4 a dimension, and WGSL allows 8 KiB of private
 * variables; compilers unroll the loops over the dimensions (lavapipe takes 8 s for 128).
 */
const MAX_DIM = 128;

/** See {@linkcode LogMassInputs}. */
export const logMassWebgpu: tf.KernelFunc = (params) => {
  const { inputs, backend, attrs } = params;
  const webgpu = backend as WebGPUBackend;
  const tensors = inputs as unknown as LogMassInputs;
  const { pred, target, noiseVar, center, logWeight, variance } = tensors;
  const { reduction, restoreScale } = attrs as unknown as LogMassAttrs;
  const { rows, columns, dim, noiseDim } = logMassSize(tensors);
  if (dim > MAX_DIM) return logMassPortable(params);

  const pass = variance === undefined ? "log_mass_points" : "log_mass_spread";
  const weight = logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const info = run(webgpu, {
    key: `${pass} ${weight} ${dim} ${noiseDim}`,
    code: [
      sizes(dim, noiseDim),
      SHADERS.log_mass_rows,
      SHADERS[weight],
      SHADERS[pass],
    ].join("\n"),
    inputs: {
      pred,
      expected: target,
      noiseVar,
      center,
      ...(logWeight && { logWeight }),
      ...(variance && { variance }),
    },
    shape: [1 + noiseDim + dim, rows],
    threads: Math.ceil(rows / ROWS_PER_THREAD),
    integers: { rows, columns },
  });
  const stats = tf.engine().makeTensorFromTensorInfo(info);
  return [reduceStatWebgpu(webgpu, stats, 0, noiseVar, { reduction, restoreScale }), stats];
};

/** See `reduceStat` in log_mass_portable.ts, of which this is the fused form. */
function reduceStatWebgpu(
  backend: WebGPUBackend,
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.TensorInfo,
  { reduction, restoreScale }: LogMassAttrs,
): tf.Tensor {
  if (reduction === "none") {
    return scaledRows(stats, statistic, noiseVar as tf.Tensor, restoreScale);
  }
  const rows = stats.shape[1]!;
  const noiseDim = noiseVar.shape[0] ?? 1;
  const sum = run(backend, {
    key: `log_mass_reduce ${noiseDim}`,
    code: [sizes(1, noiseDim), SHADERS.log_mass_scale, SHADERS.log_mass_reduce].join("\n"),
    inputs: { stats, noiseVar },
    shape: [1],
    threads: 1,
    workgroup: 256,
    integers: { rows, statistic, restoreScale: restoreScale ? 1 : 0 },
    floats: { factor: reductionFactor(reduction, rows) },
  });
  return tf.engine().makeTensorFromTensorInfo({ ...sum, shape: [] });
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { upstream, stats, pred, noiseVar } = inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  const [rows, noiseDim] = [stats.shape[1]!, noiseVar.shape[0] ?? 1];
  if (of === "noiseVar") {
    if (noiseDim > 1) return noiseGradient(upstream, stats, noiseVar, { reduction, restoreScale });
    return tf.tidy(() => {
      const sum = reduceStatWebgpu(backend as WebGPUBackend, stats, 1, noiseVar, {
        reduction,
        restoreScale,
      });
      return tf.reshape(tf.sum(tf.mul(upstream, sum)), noiseVar.shape);
    });
  }
  const dim = stats.shape[0]! - 1 - noiseDim;
  return run(backend as WebGPUBackend, {
    key: `log_mass_grad ${dim} ${noiseDim}`,
    code: [sizes(dim, noiseDim), SHADERS.log_mass_scale, SHADERS.log_mass_grad].join("\n"),
    inputs: { upstream, stats, noiseVar },
    shape: pred.shape,
    threads: rows * dim,
    integers: {
      rows,
      restoreScale: restoreScale ? 1 : 0,
      upstreamRows: upstream.shape.length,
    },
    floats: { factor: reductionFactor(reduction, rows) },
  });
};
