package io.vramhub.evaluator.enclave;

final class EnclaveContractTest extends EnclaveContract {
  @Override
  public EnclaveEvaluatorProvider provider() {
    return new EnclaveEvaluatorProvider();
  }
}
