/** Rotates a picture about its center, with bilinear interpolation. */

/**
 * Rotates a square picture, row by row, counterclockwise for positive degrees as one looks at it.
 * What comes from outside is 0, what leaves is lost. Multiples of 90 degrees move pixels and change
 * none.
 */
export function rotatePicture(
  pixels: ArrayLike<number>,
  side: number,
  degrees: number,
): Float32Array {
  const [cos, sin] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
  const center = (side - 1) / 2;
  const at = (x: number, y: number) =>
    x >= 0 && x < side && y >= 0 && y < side ? pixels[y * side + x]! : 0;
  const rotated = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      // Rows count downwards, so that turning back is the clockwise matrix of a textbook,
      // transposed.
      const [right, down] = [x - center, y - center];
      const fromX = center + cos * right - sin * down;
      const fromY = center + sin * right + cos * down;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [dx, dy] = [fromX - left, fromY - top];
      const upper = at(left, top) * (1 - dx) + at(left + 1, top) * dx;
      const lower = at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx;
      rotated[y * side + x] = upper * (1 - dy) + lower * dy;
    }
  }
  return rotated;
}
