// Where the numbers of a problem lie that is of all dimensions: see log_mass_rows.wgsl.

// Whether the columns' numbers lie one behind the other.
const CONTIGUOUS = true;

// The first row of thread t, counted from the dispatch's first.
fn enterRows(t: u32) -> u32 {
  return t * (4u * QUADS);
}

// Where rows start in [N, D].
fn startsOf(rows: vec4<u32>) -> vec4<u32> {
  return rows * DIM;
}

// Where number k of the columns lies, of [M, D].
fn columnAt(k: u32) -> u32 {
  return k;
}

// Where a statistic of a row lies among those of all.
fn placeOf(row: u32) -> u32 {
  return row;
}

// Which of a row's noises is that of dimension d.
fn noisePlace(d: u32) -> u32 {
  return min(d, NOISE_DIM - 1u);
}
