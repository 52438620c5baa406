package io.vramhub.tck;

/**
 * Trouble between a service and what it stands on, which a contract switches on and off, for
 * example a {@link FaultProxy}.
 */
public interface Disturbance {
  /** From now on things go wrong, in an order that the seed decides. */
  void begin(long seed);

  /** From now on nothing goes wrong; what is under way may still. */
  void end();

  /** For a service that stands on nothing a test could disturb. */
  static Disturbance none() {
    return new Disturbance() {
      @Override
      public void begin(long seed) {}

      @Override
      public void end() {}
    };
  }
}
