// A node of the tree over the sorted labels: what it means says src/kernels/log_mass/label_tree.ts.
//
// Nodes are in heap order: the root is 1, the children of n are 2n and 2n + 1, the leaves, of LEAF
// labels each, are the last half, a power of two of them; those behind the last label are empty. A
// node is STRIDE numbers: least, greatest, bits, a_1 .. a_MOMENTS, and where WIDTH is 2 at TOP the
// bits of its greatest weight.
//
// A center is never a number of its own, least + half, but a distance from the least label: rounded
// at the size of the label (years, kelvins), where labels are a few float32 steps apart, it could
// lie as far off as they do.
//
// Inserted in front: WIDTH, LEAF, MOMENTS, STRIDE, VECTORS (vec4s of the numbers up to a_MOMENTS),
// TOP, of src/kernels/log_mass/label_tree_webgpu.ts.

// Bits of an empty node: no label counts as little.
const NOTHING = -3.4e38;
