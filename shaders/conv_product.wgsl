// A matrix product [rows, columns] = left [rows, depth] right [depth, columns] by tiles, of which
// loaders (conv_left_pixels.wgsl, conv_right_rows.wgsl and their like) fill DEPTH lines a step: the
// core of convolutions and their gradients, which never write out the windows that they multiply.
//
// A workgroup makes a tile of TILE x TILE; with several splits, over its part of the depth: each
// split has its own result, and sum_parts.wgsl adds them in their order.
//
// A quad is 4 rows or columns, one a lane: q, q + QUARTER, q + 2 QUARTER, q + 3 QUARTER of a tile,
// QUARTER = SIDE QUADS. A thread has QUADS quads of rows and of columns. Neighboring threads have
// neighboring columns, which neighbor in the result.
//
// Where a row of the product is in the result, its loader says: there may be rows without a place.
//
// Inserted in front: the binding result [splits, places, columns]; DEPTH, QUADS, STEPS, SUMS = 4
// QUADS QUADS, LANES = 4, LOADS: quads that a thread loads of a tile.
//
// @uniforms rows:i32 columns:i32 places:i32 splits:i32 steps:i32

const SIDE = 8u; // threads a side
const THREADS = 64u;
const QUARTER = SIDE * QUADS;
const TILE = 4u * QUARTER;
// One vec4 more a line, so that neighboring lines meet in no memory bank.
const STRIDE = QUARTER + 1u;
const LINES = DEPTH * STRIDE;

// Lines: depth; in them quads of rows or columns.
var<workgroup> leftTile: array<vec4<f32>, LINES>;
var<workgroup> rightTile: array<vec4<f32>, LINES>;
var<workgroup> stepCount: i32;

fn main(index: i32) {
  let group = u32(index) / THREADS;
  let tilesAcross = (u32(uniforms.columns) + TILE - 1u) / TILE;
  let tilesDown = (u32(uniforms.rows) + TILE - 1u) / TILE;
  let tile = group / tilesAcross;
  let split = tile / tilesDown;
  let firstRow = tile % tilesDown * TILE;
  let firstColumn = group % tilesAcross * TILE;
  let first = split * u32(uniforms.steps) * DEPTH;
  let x = localIndex % SIDE;
  let y = localIndex / SIDE;
  begin(firstRow, firstColumn);
  if (localIndex == 0u) {
    let rest = (depthOf() + i32(DEPTH) - 1) / i32(DEPTH) - i32(split) * uniforms.steps;
    stepCount = min(rest, uniforms.steps);
  }
  // All threads of a workgroup meet at the barriers: compilers want to see that.
  let steps = workgroupUniformLoad(&stepCount);
  var sum = array<vec4<f32>, SUMS>();
  for (var step = 0; step < steps; step++) {
    loadLeft(first + u32(step) * DEPTH);
    loadRight(first + u32(step) * DEPTH);
    workgroupBarrier();
    for (var start = 0u; start < DEPTH; start += STEPS) {
      for (var s = 0u; s < STEPS; s++) { // unroll
        let line = (start + s) * STRIDE;
        for (var q = 0u; q < QUADS; q++) { // unroll
          let left = leftTile[line + y + SIDE * q];
          for (var p = 0u; p < QUADS; p++) { // unroll
            let right = rightTile[line + x + SIDE * p];
            for (var c = 0u; c < LANES; c++) { // unroll
              sum[(q * QUADS + p) * LANES + c] += left[c] * right;
            }
          }
        }
      }
    }
    workgroupBarrier();
  }
  if (split >= u32(uniforms.splits)) { // tfjs may launch spare workgroups
    return;
  }
  for (var q = 0u; q < QUADS; q++) { // unroll
    for (var c = 0u; c < LANES; c++) { // unroll
      let place = placeOf(y + SIDE * q + QUARTER * c);
      let start = (split * u32(uniforms.places) + u32(place)) * u32(uniforms.columns);
      for (var p = 0u; p < QUADS; p++) { // unroll
        for (var e = 0u; e < LANES; e++) { // unroll
          let column = firstColumn + x + SIDE * p + QUARTER * e;
          if (place >= 0 && column < u32(uniforms.columns)) {
            result[start + column] = sum[(q * QUADS + p) * LANES + c][e];
          }
        }
      }
    }
  }
}
