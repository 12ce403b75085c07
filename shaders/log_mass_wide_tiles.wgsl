// What a workgroup of the wide pass holds, and how it is loaded; see log_mass_wide.wgsl.
//
// @bindings pred expected noiseVar centerValue
// @uniforms noiseDim:i32 rows:i32 columns:i32

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;
const EMPTY = -3.4e38; // see log_mass_rows.wgsl

const TILE = 32u;
const SIDE = 8u; // threads and quads a side
const THREADS = 64u;
// A line is 8 vec4, 32 numbers. One more is left out, so that neighboring threads meet in no memory
// bank.
const STRIDE = 9u;
const LINES = 288u;

// A quad is 4 rows or columns, one a lane: q, q + 8, q + 16, q + 24.
const QUAD = vec4(0u, 8u, 16u, 24u);

// Lines: dimensions; in them quads of columns.
var<workgroup> columnTile: array<vec4<f32>, LINES>;
// What squares are multiplied by in the first product; r in the second.
var<workgroup> shareTile: array<vec4<f32>, SHARES>;
// In the first product, lines: dimensions, quads: rows. In the second the weights, lines: columns,
// quads: rows.
var<workgroup> rowTile: array<vec4<f32>, LINES>;
// A number a row and thread, and one a column and thread, to be joined.
var<workgroup> partial: array<vec4<f32>, THREADS>;
var<workgroup> logShares: array<vec4<f32>, LOG_SHARES>;
var<workgroup> ownTile: array<vec4<f32>, SIDE>;

// The thread's quad of rows is y; its quad of columns is x, and its dimensions are x, x + 8, x +
// 16, x + 24 of a tile. Neighboring threads have neighboring rows, which neighbor in the result.
var<private> x: u32;
var<private> y: u32;
var<private> dim: u32;
var<private> firstRow: u32; // of the thread's quad
var<private> firstOfTile: u32;
var<private> endRow: u32;

// The first product, by column.
var<private> square: array<vec4<f32>, 4>;
var<private> peak: vec4<f32>;
var<private> decay: vec4<f32>; // exp2(last peak - peak)
// Sums over the thread's own columns, or dimensions.
var<private> mass: vec4<f32>;
var<private> score: vec4<f32>;

// A noise variance that is not above zero must not give a plausible number.
fn noiseAt(d: u32) -> f32 {
  let s = noiseVar[min(d, u32(uniforms.noiseDim) - 1u)];
  return select(uniforms.NAN, s, s > 0.0);
}

// Where a quad's rows start in [N, D]. Those behind the last repeat it and are not written.
fn rowStarts(first: u32) -> vec4<u32> {
  return min(first + QUAD, vec4(u32(uniforms.rows) - 1u)) * dim;
}

fn columnStarts(first: u32) -> vec4<u32> {
  return min(first + QUAD, vec4(u32(uniforms.columns) - 1u)) * dim;
}

fn predAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(pred[at.x], pred[at.y], pred[at.z], pred[at.w]);
}

fn expectedAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(expected[at.x], expected[at.y], expected[at.z], expected[at.w]);
}

fn centerAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(centerValue[at.x], centerValue[at.y], centerValue[at.z], centerValue[at.w]);
}

// Neighboring threads load neighboring dimensions. Those behind the last are 0 everywhere: they add
// nothing.
fn loadRows(base: u32) {
  for (var n = 0u; n < LOADS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    var value = vec4(0.0);
    if (d < dim) {
      value = predAt(rowStarts(firstOfTile + quad) + d);
    }
    rowTile[item % TILE * STRIDE + quad] = value;
  }
}

// Columns from j on, or the rows' own labels, which are points; for the first product or the
// second.
fn loadColumns(j: u32, base: u32, own: bool, second: bool) {
  for (var n = 0u; n < LOADS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    let at = item % TILE * STRIDE + quad;
    var value = vec4(0.0);
    var share = vec4(1.0);
    if (d < dim) {
      if (own) {
        value = expectedAt(rowStarts(firstOfTile + quad) + d);
      } else {
        let start = columnStarts(j + quad) + d;
        value = centerAt(start);
        share = shareAt(start, noiseAt(d));
      }
      if (SCALED == 1u && !second) {
        share *= -HALF_LOG2E / noiseAt(d);
      }
    }
    columnTile[at] = value;
    if (SCALED == 1u) {
      shareTile[at] = share;
    }
  }
}
