/**
 * Where points of the upright photo lie in a pane, and back. Pure.
 *
 * `matrix` takes photo pixels to the world's millimetres (it may turn them), `view` the world to pane pixels.
 */
export class PhotoFrame {
  constructor([a, b, c, d, e, f], { x, y, k }) {
    this.matrix = [a * k, b * k, c * k, d * k, e * k + x, f * k + y];
    const determinant = this.matrix[0] * this.matrix[3] - this.matrix[1] * this.matrix[2];
    this.determinant = determinant;
    /** Pane pixels for one photo pixel. */
    this.scale = Math.sqrt(Math.abs(determinant));
  }

  toPane([x, y]) {
    const [a, b, c, d, e, f] = this.matrix;
    return [a * x + c * y + e, b * x + d * y + f];
  }

  toPhoto([x, y]) {
    const [a, b, c, d, e, f] = this.matrix;
    const dx = x - e;
    const dy = y - f;
    return [(d * dx - c * dy) / this.determinant, (a * dy - b * dx) / this.determinant];
  }
}
