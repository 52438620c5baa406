package io.vramhub.numerics.sparse;

/**
 * A scale in eight bits, on a logarithmic grid below a maximum: code {@code c} stands for {@code
 * maximum * 2^(-c/16)}, so a scale is met within 2.2 % over nearly 16 octaves. Code 255 is zero.
 */
public final class ScaleCode {
  /** The code of the scale zero. */
  public static final int ZERO = 255;

  private static final int STEPS = 16;
  private static final double LN2 = StrictMath.log(2);

  /** {@code 2^(-i/16)}, correctly rounded to f32; part of the protocol. */
  private static final float[] FRACTION = {
    0x1.0p0f, 0x1.ea4afap-1f, 0x1.d5818ep-1f, 0x1.c199bep-1f,
    0x1.ae89fap-1f, 0x1.9c4918p-1f, 0x1.8ace54p-1f, 0x1.7a1148p-1f,
    0x1.6a09e6p-1f, 0x1.5ab07ep-1f, 0x1.4bfdaep-1f, 0x1.3dea64p-1f,
    0x1.306fe0p-1f, 0x1.2387a6p-1f, 0x1.172b84p-1f, 0x1.0b5586p-1f
  };

  private ScaleCode() {}

  /**
   * The scale a code stands for: {@code (maximum * 2^(-(c mod 16)/16)) * 2^-(c div 16)}, each
   * product rounded to f32 in this order.
   */
  public static float scale(float maximum, int code) {
    if (code == ZERO) {
      return 0;
    }
    return maximum * FRACTION[code % STEPS] * Math.scalb(1f, -(code / STEPS));
  }

  /**
   * The code whose scale is nearest by ratio; {@link #ZERO} for what lies more than half a step
   * below the grid.
   *
   * @param scale not above {@code maximum} by more than rounding
   */
  public static int nearest(double scale, float maximum) {
    if (scale <= 0 || maximum <= 0) {
      return ZERO;
    }
    double steps = Math.rint(-STEPS * (StrictMath.log(scale / maximum) / LN2));
    return steps >= ZERO ? ZERO : Math.max(0, (int) steps);
  }
}
