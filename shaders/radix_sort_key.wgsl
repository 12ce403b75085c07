// The digit of a number in one pass of the sort, and which numbers a thread owns.
//
// key [M], or [2, M] with a companion behind each key. A thread owns `chunk` neighboring keys and
// goes through them in order: the sort is stable, and its result the same from run to run.
//
// @bindings key
// @uniforms shift:i32 chunk:i32 columns:i32

const DIGITS = 256u;

// Floats ordered as unsigned integers: negative ones descend by their bits. NaNs go to the ends.
fn digitAt(j: u32) -> u32 {
  let bits = bitcast<u32>(key[j]);
  let ordered = select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
  return (ordered >> u32(uniforms.shift)) % DIGITS;
}

fn chunkEnd(t: u32) -> u32 {
  return min((t + 1u) * u32(uniforms.chunk), u32(uniforms.columns));
}
