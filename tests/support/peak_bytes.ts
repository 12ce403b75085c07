/** How many bytes of numbers are alive at once in some work: each once, however many tensors show them. */
import * as tf from "@tensorflow/tfjs";

interface Engine {
  readonly state: { readonly tensorInfo: WeakMap<object, unknown> };
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
  removeDataId(id: object, backend: unknown): void;
}

/** The most beyond what there was before. */
export function peakBytes(work: () => void): number {
  const engine = tf.engine() as unknown as Engine;
  const sizes = new Map<object, number>();
  let [alive, most] = [0, 0];
  const { trackTensor, removeDataId } = engine;
  engine.trackTensor = function (tensor, backend) {
    const isNew = !engine.state.tensorInfo.has(tensor.dataId);
    trackTensor.call(engine, tensor, backend);
    if (!isNew) return;
    const bytes = tensor.size * tf.util.bytesPerElement(tensor.dtype);
    sizes.set(tensor.dataId, bytes);
    alive += bytes;
    most = Math.max(most, alive);
  };
  engine.removeDataId = function (id, backend) {
    alive -= sizes.get(id) ?? 0;
    sizes.delete(id);
    removeDataId.call(engine, id, backend);
  };
  try {
    work();
  } finally {
    // The class's own are behind these.
    delete (engine as Partial<Engine>).trackTensor;
    delete (engine as Partial<Engine>).removeDataId;
  }
  return most;
}
