/**
 * A body that is made by code.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { BodyData } from "./body_data.ts";
import { SYNTHETIC_SKELETON as JOINTS, type SyntheticJoint } from "./synthetic_skeleton.ts";

type Vector = readonly [x: number, y: number, z: number];

/** A vertex of a limb from a joint's parent to the joint. */
interface Vertex {
  readonly joint: number;
  readonly place: Vector;
  /** Where along the limb, 0 at the parent, 1 at the joint; caps are beyond. */
  readonly along: number;
  /** Away from the limb's axis, of length 1; at a cap's tip along it. */
  readonly outward: Vector;
}

/** Vertices around a limb, and where their rings are; with a tip at either end 44 a limb. */
const AROUND = 7;
const RINGS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const sum = (a: Vector, b: Vector, scale = 1): Vector => [
  a[0] + scale * b[0],
  a[1] + scale * b[1],
  a[2] + scale * b[2],
];
const unit = (v: Vector) => sum([0, 0, 0], v, 1 / Math.hypot(...v));
const cross = ([a, b, c]: Vector, [x, y, z]: Vector): Vector => [
  b * z - c * y,
  c * x - a * z,
  a * y - b * x,
];

const mirrored = ([x, y, z]: Vector): Vector => [-x, y, z];

/** A limb of the right is that of the left, mirrored. */
function limb(joint: SyntheticJoint, index: number): Vertex[] {
  const [start, end] = [JOINTS[joint.parent]!.place, joint.place];
  const { radius } = joint;
  if (end[0] >= 0) return capsule(start, end, radius, index);
  return capsule(mirrored(start), mirrored(end), radius, index).map((vertex) => ({
    ...vertex,
    place: mirrored(vertex.place),
    outward: mirrored(vertex.outward),
  }));
}

function capsule(start: Vector, end: Vector, radius: number, joint: number): Vertex[] {
  const axis = sum(end, start, -1);
  const up = unit(axis);
  const side = unit(cross(up, Math.abs(up[2]) < 0.7 ? [0, 0, 1] : [1, 0, 0]));
  const other = cross(up, side);
  const ring = (along: number) =>
    Array.from({ length: AROUND }, (_, k): Vertex => {
      const angle = 2 * Math.PI * k / AROUND;
      const outward = sum(sum([0, 0, 0], side, Math.cos(angle)), other, Math.sin(angle));
      return { joint, along, outward, place: sum(sum(start, axis, along), outward, radius) };
    });
  const tip = (at: Vector, along: number, way: number): Vertex => {
    const outward = sum([0, 0, 0], up, way);
    return { joint, along, outward, place: sum(at, outward, radius) };
  };
  return [tip(start, 0, -1), ...RINGS.flatMap(ring), tip(end, 1, 1)];
}

const partOf = ({ joint }: Vertex) => JOINTS[joint]!.part;

/** How far below the hips, above them, or out of the shoulders a place is, in meters. */
const beyond = (x: number, from: number) => Math.sign(x) * Math.max(0, Math.abs(x) - from);

/** What a standard deviation of each shape moves a vertex by, in meters. */
const SHAPES: readonly ((vertex: Vertex) => Vector)[] = [
  ({ place }) => sum([0, 0, 0], place, 0.06), // taller
  ({ outward }) => sum([0, 0, 0], outward, 0.012), // stouter
  ({ place: [, y] }) => [0, 0.08 * Math.min(0, y + 0.08), 0], // longer legs
  ({ place: [x] }) => [0.08 * beyond(x, 0.18), 0, 0], // longer arms
  ({ place: [, y] }) => [0, 0.06 * Math.min(0.46, Math.max(0, y)), 0], // a longer trunk
  (v) => sum([0, 0, 0], v.outward, partOf(v) === "torso" ? 0.015 : 0), // a stouter trunk
  (v) => sum([0, 0, 0], v.outward, partOf(v) === "leg" ? 0.008 : 0), // stouter legs
  (v) => sum([0, 0, 0], v.outward, partOf(v) === "arm" ? 0.006 : 0), // stouter arms
  (v) => sum([0, 0, 0], v.outward, partOf(v) === "head" ? 0.01 : 0), // a larger head
  ({ place: [, , z] }) => [0, 0, 0.08 * z], // deeper
];

/** How much of a vertex goes with its limb's end, the rest with its start: half where limbs meet. */
function shareOfEnd(along: number): number {
  const near = Math.max(0, (along - 0.6) / 0.4);
  return 0.5 * near * near * (3 - 2 * near);
}

/** What elements of the joint's rotation, less the identity, lift a vertex by along `outward`. */
function bulge(vertex: Vertex, element: number): number {
  return element % 4 === 0 ? -0.01 * shareOfEnd(vertex.along) : 0; // the diagonal falls as it bends
}

/**
 * A body in the form of SMPL, made by code: capsules for limbs, 24 joints in SMPL's order, 10
 * shapes, 1,012 vertices, in meters; the pelvis is the origin, arms are stretched out, x is the
 * body's left, y up, z its front.
 *
 * Choose it where SMPL's licence is in the way: for tests, demonstrations, and to try a program
 * before its data are there. It is nobody's body: shapes are height, girth and lengths of limbs,
 * standard deviations are made up.
 *
 * @returns What {@linkcode bodyModel} takes; dispose its tensors after that.
 *
 * @example As many parts as SMPL's
 * ```ts
 * import "@tensorflow/tfjs"; // its backends
 * import { syntheticBody } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const { template, shapeDirections, poseDirections, parents } = syntheticBody();
 * assertEquals(template.shape, [1012, 3]);
 * assertEquals([shapeDirections.shape[2], poseDirections.shape[2]], [10, 207]);
 * assertEquals(parents.length, 24);
 * ```
 */
export function syntheticBody(): BodyData {
  const vertices = JOINTS.flatMap((joint, j) => joint.parent < 0 ? [] : limb(joint, j));
  const [size, joints] = [vertices.length, JOINTS.length];
  const weights = vertices.map(({ joint, along }) => {
    const row = new Array<number>(joints).fill(0);
    row[joint] = shareOfEnd(along);
    row[JOINTS[joint]!.parent] = 1 - row[joint];
    return row;
  });
  // The mean of the ring about a joint is the joint; about the first, that of the first limb's start.
  const regressor = JOINTS.map((_, j) => {
    const [limbOf, along] = j === 0 ? [1, 0] : [j, 1];
    return vertices.map((v, i) => {
      const isTip = i % (AROUND * RINGS.length + 2) % (AROUND * RINGS.length + 1) === 0;
      return v.joint === limbOf && v.along === along && !isTip ? 1 / AROUND : 0;
    });
  });
  const shapes = vertices.map((v) => {
    const moves = SHAPES.map((shape) => shape(v));
    return [0, 1, 2].map((axis) => moves.map((move) => move[axis]!));
  });
  const columns = 9 * (joints - 1);
  const poses = new Float32Array(3 * size * columns);
  vertices.forEach((v, i) =>
    v.outward.forEach((x, axis) => {
      const first = (3 * i + axis) * columns + 9 * (v.joint - 1);
      for (let e = 0; e < 9; e++) poses[first + e] = bulge(v, e) * x;
    })
  );
  return {
    template: tf.tensor2d(vertices.map(({ place }) => [...place])),
    shapeDirections: tf.tensor3d(shapes, [size, 3, SHAPES.length]),
    poseDirections: tf.tensor3d(poses, [size, 3, columns]),
    jointRegressor: tf.tensor2d(regressor, [joints, size]),
    weights: tf.tensor2d(weights, [size, joints]),
    parents: JOINTS.map(({ parent }) => parent),
  };
}
