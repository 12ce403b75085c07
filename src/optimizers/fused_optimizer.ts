/**
 * What the fused optimizers have in common: moments, their places and their storage.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../check/same_shape.ts";
import { checkNumber } from "../check/check_number.ts";
import { optimizerStep } from "../kernels/optimizer_step/optimizer_step.ts";
import type { OptimizerStepAttrs } from "../kernels/optimizer_step/contract.ts";
import type { Optimizer } from "../tensor.ts";

/** A tfjs optimizer that updates each variable, with its moments, by one kernel. */
export interface FusedOptimizer extends Optimizer {
  /** The learning rate of the next step. */
  readonly learningRate: number;
  /**
   * Sets the learning rate of the next step, a finite float32 number from 0 on; nothing is compiled
   * anew.
   */
  setLearningRate(rate: number): void;
}

type NamedTensor = Awaited<ReturnType<Optimizer["saveIterations"]>>;

/** The moments of one variable. */
interface Moments {
  /** The variable's name; of moments that came by `setWeights`, the one that was saved. */
  name: string;
  readonly variables: readonly tf.Variable[];
}

/** The base class: a rule says what its moments are called and what a step's numbers are. */
export abstract class MomentsOptimizer extends tf.Optimizer implements FusedOptimizer {
  learningRate: number;
  /**
   * What tfjs appends to a variable's name for its moments, in the order of the kernel's inputs.
   */
  readonly #suffixes: readonly string[];
  /** In the order in which variables first came. */
  #moments: Moments[] = [];
  #byVariable = new Map<string, Moments>();

  constructor(learningRate: number, suffixes: readonly string[]) {
    super();
    this.learningRate = learningRate;
    this.#suffixes = suffixes;
  }

  /** The kernel's attributes for a step, counted from 1. */
  protected abstract attrs(step: number): OptimizerStepAttrs;

  setLearningRate(rate: number): void {
    // A schedule may let it fall below what float32 holds: 0, then.
    checkNumber(rate, "rate", "Cannot set the learning rate", { least: 0, below: 2 ** 128 });
    this.learningRate = rate;
  }

  override applyGradients(gradients: tf.NamedTensorMap | NamedTensor[]): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const attrs = this.attrs(this.iterations + 1);
    for (const { name, tensor: gradient } of list) {
      const variable = tf.engine().registeredVariables[name];
      if (variable === undefined) {
        throw new TypeError(
          `Cannot apply gradients as each must be named after a variable: current name is ${name}`,
        );
      }
      // Before the gradient is looked at: a variable without one keeps its place.
      const { variables } = this.#momentsOf(variable);
      if (gradient == null || variable.size === 0) continue;
      tf.tidy(() => {
        const [first, second] = variables;
        const inputs = { value: variable, gradient, first: first!, ...(second && { second }) };
        const updated = optimizerStep(inputs, attrs);
        [variable, ...variables].forEach((old, i) => old.assign(updated[i]!));
      });
    }
    this.incrementIterations();
  }

  #momentsOf({ name, shape }: tf.Variable): Moments {
    const known = this.#byVariable.get(name);
    // What setWeights brought is handed out in its order: names may differ from process to process.
    const moments = known ?? this.#moments[this.#byVariable.size] ?? this.#start(name, shape);
    const found = moments.variables[0]!.shape;
    if (!sameShape(found, shape)) {
      throw new TypeError(
        `Cannot apply gradients as the moments of ${name} must be of its shape [${shape}]: ` +
          `current shape is [${found}]`,
      );
    }
    if (!known) {
      moments.name = name;
      this.#byVariable.set(name, moments);
    }
    return moments;
  }

  #start(name: string, shape: number[]): Moments {
    const variables = tf.tidy(() => this.#suffixes.map(() => tf.zeros(shape).variable(false)));
    const moments = { name, variables };
    this.#moments.push(moments);
    return moments;
  }

  /** As tfjs's: the count of steps, then the first moments of all variables, then the second. */
  override async getWeights(): Promise<NamedTensor[]> {
    const moments = this.#suffixes.flatMap((suffix, k) =>
      this.#moments.map(({ name, variables }) => ({ name: name + suffix, tensor: variables[k]! }))
    );
    return [await this.saveIterations(), ...moments];
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const kinds = this.#suffixes.length;
    if (weights.length === 0 || (weights.length - 1) % kinds !== 0) {
      throw new RangeError(
        `Cannot set an optimizer's weights as they must be the count of steps and ${kinds} a ` +
          `variable: ` +
          `current number is ${weights.length}`,
      );
    }
    const moments = await this.extractIterations(weights);
    const count = moments.length / kinds;
    const [suffix] = this.#suffixes;
    const restored = moments.slice(0, count).map(({ name }, i) => ({
      name: name.endsWith(suffix!) ? name.slice(0, -suffix!.length) : name,
      variables: this.#suffixes.map((_, k) => moments[k * count + i]!.tensor.variable(false)),
    }));
    this.#disposeMoments(); // after: the weights may be this optimizer's own
    this.#moments = restored;
  }

  override dispose(): void {
    super.dispose();
    this.#disposeMoments();
  }

  #disposeMoments(): void {
    for (const { variables } of this.#moments) variables.forEach((variable) => variable.dispose());
    this.#moments = [];
    this.#byVariable.clear();
  }
}
